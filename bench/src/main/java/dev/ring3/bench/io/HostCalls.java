package dev.ring3.bench.io;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Functions of the C library, called with nothing around them: what a program in C would pay, and the crossing. They do not
 * tell why a call failed, since reading errno makes each one a tenth dearer; whoever wants to know asks again by other means.
 */
@SuppressWarnings("restricted")
final class HostCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MethodHandle PREAD = of("pread", LONG, INT, ValueLayout.ADDRESS, LONG, LONG);
    private static final MethodHandle PWRITE = of("pwrite", LONG, INT, ValueLayout.ADDRESS, LONG, LONG);
    private static final MethodHandle PREADV2 = of("preadv2", LONG, INT, ValueLayout.ADDRESS, INT, LONG, INT);
    private static final MethodHandle PWRITEV2 = of("pwritev2", LONG, INT, ValueLayout.ADDRESS, INT, LONG, INT);
    private static final MethodHandle MMAP = of("mmap", LONG, LONG, LONG, INT, INT, INT, LONG);
    private static final MethodHandle MUNMAP = of("munmap", INT, LONG, LONG);
    private static final MethodHandle MINCORE = of("mincore", INT, LONG, LONG, ValueLayout.ADDRESS);
    private static final MethodHandle GETRUSAGE = of("getrusage", INT, INT, ValueLayout.ADDRESS);
    private static final MethodHandle SYSCALL = of("syscall", LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG);
    private static final long PAGE = 4096;

    private HostCalls() {}

    private static MethodHandle of(String name, ValueLayout result, java.lang.foreign.MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(name).orElseThrow(), FunctionDescriptor.of(result, arguments));
    }

    private static IllegalStateException impossible(Throwable thrown) {
        return new IllegalStateException("a call of the C library threw", thrown);
    }

    static long pread(int descriptor, MemorySegment into, long bytes, long offset) {
        try {
            return (long) PREAD.invokeExact(descriptor, into, bytes, offset);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long pwrite(int descriptor, MemorySegment from, long bytes, long offset) {
        try {
            return (long) PWRITE.invokeExact(descriptor, from, bytes, offset);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long preadv2(int descriptor, MemorySegment vector, long offset, int flags) {
        try {
            return (long) PREADV2.invokeExact(descriptor, vector, 1, offset, flags);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long pwritev2(int descriptor, MemorySegment vector, long offset, int flags) {
        try {
            return (long) PWRITEV2.invokeExact(descriptor, vector, 1, offset, flags);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** A mapping shared with others, to read and write; -1 if there can be none. */
    static long mmap(long bytes, int descriptor, long offset, int flags) {
        try {
            return (long) MMAP.invokeExact(0L, bytes, 3, flags, descriptor, offset);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static void munmap(long address, long bytes) {
        try {
            int _ = (int) MUNMAP.invokeExact(address, bytes);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static long syscall(long number, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) SYSCALL.invokeExact(number, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw impossible(thrown);
        }
    }

    /** The part of a file that is in the host's page cache, by {@code mincore(2)}; NaN if that cannot be told. */
    static double resident(int descriptor, long bytes) {
        long pages = (bytes + PAGE - 1) / PAGE;
        long address = mmap(bytes, descriptor, 0, 1);
        if (address == -1) {
            return Double.NaN;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment marks = arena.allocate(pages);
            if ((int) MINCORE.invokeExact(address, bytes, marks) != 0) {
                return Double.NaN;
            }
            long resident = 0;
            for (long i = 0; i < pages; i++) {
                resident += marks.get(ValueLayout.JAVA_BYTE, i) & 1;
            }
            return (double) resident / pages;
        } catch (Throwable e) {
            throw impossible(e);
        } finally {
            munmap(address, bytes);
        }
    }

    /**
     * What a thread or the process has used so far.
     *
     * @param involuntary times it lost its processor to others
     */
    record Usage(
            long userNanos, long systemNanos, long minorFaults, long majorFaults, long voluntary, long involuntary) {
        private static final int BYTES = 144; // struct rusage, sys/resource.h
        private static final long NANOS_PER_SECOND = 1_000_000_000;
        private static final long NANOS_PER_MICRO = 1000;

        /** Of the calling thread. */
        static Usage ofThread() {
            return of(1);
        }

        static Usage ofProcess() {
            return of(0);
        }

        private static Usage of(int who) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment usage = arena.allocate(BYTES, Long.BYTES);
                int _ = (int) GETRUSAGE.invokeExact(who, usage);
                return new Usage(
                        nanos(usage, 0),
                        nanos(usage, 2),
                        usage.getAtIndex(LONG, 8),
                        usage.getAtIndex(LONG, 9),
                        usage.getAtIndex(LONG, 16),
                        usage.getAtIndex(LONG, 17));
            } catch (Throwable e) {
                throw impossible(e);
            }
        }

        private static long nanos(MemorySegment usage, int at) {
            return usage.getAtIndex(LONG, at) * NANOS_PER_SECOND + usage.getAtIndex(LONG, at + 1) * NANOS_PER_MICRO;
        }

        Usage minus(Usage before) {
            return new Usage(
                    userNanos - before.userNanos,
                    systemNanos - before.systemNanos,
                    minorFaults - before.minorFaults,
                    majorFaults - before.majorFaults,
                    voluntary - before.voluntary,
                    involuntary - before.involuntary);
        }

        Usage plus(Usage other) {
            return new Usage(
                    userNanos + other.userNanos,
                    systemNanos + other.systemNanos,
                    minorFaults + other.minorFaults,
                    majorFaults + other.majorFaults,
                    voluntary + other.voluntary,
                    involuntary + other.involuntary);
        }
    }
}
