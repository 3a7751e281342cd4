package dev.ring3.it.posix;

import dev.ring3.it.posix.Calls.Time;
import dev.ring3.it.posix.KernelThread.Call;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Calls on descriptors that only a kernel has: {@link Calls} are those that {@code Vfs} can be asked for, too. */
record DescriptorCalls(KernelThread thread, User user) {
    private static final long CWD = -100;
    private static final int SYMLINK_FOLLOW = 0x400;
    private static final int SET_FLAGS = 4;
    private static final int READ_WRITE = 3;
    private static final int SHARED = 1;
    private static final int SYNC = 4;

    private long call(Call call, long... arguments) {
        return thread.run(user, arena -> KernelThread.call(arena, call, arguments));
    }

    void chown(int descriptor, int uid, int gid) {
        call(Call.FCHOWN, descriptor, uid, gid);
    }

    void utimens(int descriptor, Time access, Time modify) {
        thread.run(user, arena -> {
            MemorySegment times = KernelCalls.times(arena, access, modify);
            return KernelThread.call(arena, Call.UTIMENSAT, descriptor, 0, times.address(), 0);
        });
    }

    /** {@code fcntl(F_SETFL)}. */
    void setFlags(int descriptor, int flags) {
        call(Call.FCNTL, descriptor, SET_FLAGS, flags);
    }

    /** Gives a descriptor's inode a name, as open files without one get theirs. */
    void link(int descriptor, String path) {
        thread.run(user, arena -> {
            long from = arena.allocateFrom("/proc/thread-self/fd/" + descriptor).address();
            return KernelThread.call(
                    arena, Call.LINKAT, CWD, from, CWD, arena.allocateFrom(path).address(), SYMLINK_FOLLOW);
        });
    }

    /** Reads where the position is. */
    byte[] readHere(int descriptor, int length) {
        return thread.run(user, arena -> {
            MemorySegment buffer = arena.allocate(Math.max(1, length));
            long count = KernelThread.call(arena, Call.READ, descriptor, buffer.address(), length);
            return buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
        });
    }

    long copy(int from, long fromOffset, int to, long toOffset, long length) {
        return thread.run(user, arena -> {
            MemorySegment offsets = arena.allocateFrom(ValueLayout.JAVA_LONG, fromOffset, toOffset);
            return KernelThread.call(
                    arena, Call.COPY_FILE_RANGE, from, offsets.address(), to, offsets.address() + 8, length, 0);
        });
    }

    /** Stores bytes through a shared mapping of whole pages; they must lie within the file. */
    void storeMapped(int descriptor, long offset, byte[] bytes) {
        thread.run(user, arena -> {
            long length = offset + bytes.length;
            long at = KernelThread.call(arena, Call.MMAP, 0, length, READ_WRITE, SHARED, descriptor, 0);
            MemorySegment pages = memory(arena, at, length);
            MemorySegment.copy(bytes, 0, pages, ValueLayout.JAVA_BYTE, offset, bytes.length);
            KernelThread.call(arena, Call.MSYNC, at, length, SYNC);
            return KernelThread.call(arena, Call.MUNMAP, at, length);
        });
    }

    @SuppressWarnings("restricted") // what mmap(2) gave
    private static MemorySegment memory(Arena arena, long at, long length) {
        return MemorySegment.ofAddress(at).reinterpret(length, arena, null);
    }

    /** What a file holds, by a descriptor of its own: that of the test may be for writing only. */
    int digest(int descriptor, long sizeBytes) {
        KernelCalls calls = new KernelCalls(thread, user);
        int own = calls.open("/proc/thread-self/fd/" + descriptor, Calls.RDONLY, 0);
        try {
            return Arrays.hashCode(calls.read(own, 0, Math.toIntExact(sizeBytes)));
        } finally {
            calls.close(own);
        }
    }
}
