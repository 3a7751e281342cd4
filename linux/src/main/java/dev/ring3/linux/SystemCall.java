package dev.ring3.linux;

/**
 * The system calls that this module makes, with their numbers ({@code arch/x86/entry/syscalls/syscall_64.tbl} and
 * {@code include/uapi/asm-generic/unistd.h}).
 */
enum SystemCall {
    CLOSE(3, 57),
    MMAP(9, 222),
    MUNMAP(11, 215),
    MADVISE(28, 233),
    BPF(321, 280);

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
