package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Locks of one open file. Both kinds belong to the open file, not to the process, and none waits. */
final class FileLocks {
    /** {@code flock(2)}. */
    private static final int LOCK_SH = 1;

    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;

    /** {@code fcntl(F_OFD_SETLK)} with {@code struct flock}: s16 type, s16 whence, s64 start, s64 length, s32 pid. */
    private static final int F_OFD_SETLK = 37;

    private static final int FLOCK_BYTES = 32;
    private static final int TYPE_AT = 0;
    private static final int START_AT = 8;
    private static final int LENGTH_AT = 16;
    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;

    private final SystemCalls calls;
    private final OwnedDescriptor descriptor;

    FileLocks(SystemCalls calls, OwnedDescriptor descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    boolean tryWhole(LockKind kind) {
        int operation = switch (kind) {
            case SHARED -> LOCK_SH | LOCK_NB;
            case EXCLUSIVE -> LOCK_EX | LOCK_NB;
        };
        return got(flock(operation), "flock");
    }

    void unlockWhole() {
        LinuxException.require(flock(LOCK_UN), "flock", descriptor.object());
    }

    boolean tryRange(LockKind kind, long start, long length) {
        short type = switch (kind) {
            case SHARED -> F_RDLCK;
            case EXCLUSIVE -> F_WRLCK;
        };
        return got(setRange(type, start, length), "fcntl(F_OFD_SETLK)");
    }

    void unlockRange(long start, long length) {
        LinuxException.require(setRange(F_UNLCK, start, length), "fcntl(F_OFD_SETLK)", descriptor.object());
    }

    private boolean got(long result, String operation) {
        if (result == -Errno.EAGAIN.number() || result == -Errno.EACCES.number()) {
            return false;
        }
        LinuxException.require(result, operation, descriptor.object());
        return true;
    }

    private long flock(int operation) {
        try (CallMemory memory = CallMemory.open()) {
            return descriptor.use(
                    fd -> Retry.whileInterrupted(() -> calls.call(memory, SystemCall.FLOCK, fd, operation)));
        }
    }

    private long setRange(short type, long start, long length) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment lock = memory.allocate(FLOCK_BYTES, Long.BYTES);
            lock.set(ValueLayout.JAVA_SHORT, TYPE_AT, type);
            lock.set(ValueLayout.JAVA_LONG, START_AT, start);
            lock.set(ValueLayout.JAVA_LONG, LENGTH_AT, length);
            return descriptor.use(fd -> Retry.whileInterrupted(
                    () -> calls.call(memory, SystemCall.FCNTL, fd, F_OFD_SETLK, lock.address())));
        }
    }
}
