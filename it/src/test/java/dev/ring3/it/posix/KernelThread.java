package dev.ring3.it.posix;

import dev.ring3.it.SystemCall;
import dev.ring3.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A thread that makes system calls by number, with credentials, mask and directory of its own: the C library would set
 * those of the whole process. Root stays its real user, so that it can be anybody else next.
 */
final class KernelThread implements AutoCloseable {
    private static final int CLONE_FS = 0x200;

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private User now = User.ROOT; // the thread's alone

    /** What a thread does in the kernel. */
    enum Call {
        READ(0, 63),
        CLOSE(3, 57),
        LSEEK(8, 62),
        MMAP(9, 222),
        MUNMAP(11, 215),
        PREAD(17, 67),
        PWRITE(18, 68),
        WRITE(1, 64),
        MSYNC(26, 227),
        FCNTL(72, 25),
        FTRUNCATE(77, 46),
        TRUNCATE(76, 45),
        FCHMOD(91, 52),
        FCHOWN(93, 55),
        UMASK(95, 166),
        CHDIR(80, 49),
        SETGROUPS(116, 159),
        SETRESUID(117, 147),
        SETRESGID(119, 149),
        SETXATTR(188, 5),
        GETXATTR(191, 8),
        LISTXATTR(194, 11),
        REMOVEXATTR(197, 14),
        GETDENTS(217, 61),
        OPENAT(257, 56),
        MKDIRAT(258, 34),
        MKNODAT(259, 33),
        FCHOWNAT(260, 54),
        UNLINKAT(263, 35),
        LINKAT(265, 37),
        SYMLINKAT(266, 36),
        READLINKAT(267, 78),
        FCHMODAT(268, 53),
        UNSHARE(272, 97),
        UTIMENSAT(280, 88),
        FALLOCATE(285, 47),
        RENAMEAT2(316, 276),
        COPY_FILE_RANGE(326, 285),
        STATX(332, 291);

        private final int onX86;
        private final int onArm;

        Call(int onX86, int onArm) {
            this.onX86 = onX86;
            this.onArm = onArm;
        }
    }

    KernelThread() {
        run(User.ROOT, arena -> call(arena, Call.UNSHARE, CLONE_FS));
    }

    /** Something that is done with memory of its own. */
    interface Work<T> {
        T run(Arena arena);
    }

    /** Does something as a user. */
    <T> T run(User user, Work<T> work) {
        Callable<T> task = () -> {
            try (Arena arena = Arena.ofConfined()) {
                become(arena, user);
                return work.run(arena);
            }
        };
        try {
            return executor.submit(task).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PosixException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void become(Arena arena, User user) {
        if (user.equals(now)) {
            return;
        }
        call(arena, Call.SETRESUID, -1, 0, -1);
        int[] groups = user.groups().stream().mapToInt(Integer::intValue).toArray();
        MemorySegment list = arena.allocateFrom(ValueLayout.JAVA_INT, groups);
        call(arena, Call.SETGROUPS, groups.length, list.address());
        call(arena, Call.SETRESGID, -1, user.gid(), -1);
        call(arena, Call.SETRESUID, -1, user.uid(), -1);
        now = user;
    }

    /** One system call; on the thread itself. */
    static long call(Arena arena, Call call, long... arguments) {
        long result = SystemCall.call(arena, SystemCall.ARM ? call.onArm : call.onX86, arguments);
        if (result < 0) {
            throw new PosixException(Errno.of((int) -result), call.toString());
        }
        return result;
    }

    /** Flags of open(2), where this machine has other numbers. */
    static long openFlags(int flags) {
        if (!SystemCall.ARM) {
            return flags;
        }
        int swapped = flags & ~(Calls.DIRECTORY | Calls.NOFOLLOW);
        swapped |= (flags & Calls.DIRECTORY) != 0 ? 040000 : 0;
        return swapped | ((flags & Calls.NOFOLLOW) != 0 ? 0100000 : 0);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
