package dev.ring3.linux;

/**
 * The system calls that this module makes, with their numbers on x86-64 ({@code arch/x86/entry/syscalls/syscall_64.tbl})
 * and AArch64 ({@code include/uapi/asm-generic/unistd.h}). From 424 on both have the same.
 */
enum SystemCall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    LSEEK(8, 62),
    MMAP(9, 222),
    MUNMAP(11, 215),
    IOCTL(16, 29),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    MADVISE(28, 233),
    SENDMSG(46, 211),
    RECVMSG(47, 212),
    SOCKETPAIR(53, 199),
    GETSOCKOPT(55, 209),
    KILL(62, 129),
    FCNTL(72, 25),
    FLOCK(73, 32),
    FSYNC(74, 82),
    FDATASYNC(75, 83),
    FTRUNCATE(77, 46),
    STATFS(137, 43),
    FSTATFS(138, 44),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    GETTID(186, 178),
    FSETXATTR(190, 7),
    FGETXATTR(193, 10),
    FLISTXATTR(196, 13),
    FREMOVEXATTR(199, 16),
    SCHED_SETAFFINITY(203, 122),
    SCHED_GETAFFINITY(204, 123),
    FADVISE64(221, 223),
    WAITID(247, 95),
    OPENAT(257, 56),
    LINKAT(265, 37),
    PPOLL(271, 73),
    SYNC_FILE_RANGE(277, 84),
    EPOLL_PWAIT(281, 22),
    FALLOCATE(285, 47),
    EVENTFD2(290, 19),
    EPOLL_CREATE1(291, 20),
    EPOLL_CTL(233, 21),
    PIPE2(293, 59),
    NAME_TO_HANDLE_AT(303, 264),
    OPEN_BY_HANDLE_AT(304, 265),
    SYNCFS(306, 267),
    SETNS(308, 268),
    BPF(321, 280),
    COPY_FILE_RANGE(326, 285),
    PREADV2(327, 286),
    PWRITEV2(328, 287),
    STATX(332, 291),
    PIDFD_SEND_SIGNAL(424, 424),
    PIDFD_OPEN(434, 434),
    PIDFD_GETFD(438, 438),
    PROCESS_MADVISE(440, 440),
    PROCESS_MRELEASE(448, 448),
    STATMOUNT(457, 457),
    LISTMOUNT(458, 458),
    FILE_GETATTR(468, 468),
    FILE_SETATTR(469, 469);

    private final int numberOnX86;
    private final int numberOnAarch64;

    SystemCall(int numberOnX86, int numberOnAarch64) {
        this.numberOnX86 = numberOnX86;
        this.numberOnAarch64 = numberOnAarch64;
    }

    int number(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> numberOnX86;
            case AARCH64 -> numberOnAarch64;
        };
    }
}
