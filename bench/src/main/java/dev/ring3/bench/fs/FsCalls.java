package dev.ring3.bench.fs;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Calls on names, as a program in C makes them: nothing is made or copied for them. They give less than 0 if they fail. */
@SuppressWarnings("restricted")
final class FsCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MethodHandle OPENAT = of("openat", INT, ValueLayout.ADDRESS, INT, INT);
    private static final MethodHandle CLOSE = of("close", INT);
    private static final MethodHandle FSTATAT = of("fstatat", INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, INT);
    private static final MethodHandle RENAMEAT = of("renameat", INT, ValueLayout.ADDRESS, INT, ValueLayout.ADDRESS);
    private static final MethodHandle UNLINKAT = of("unlinkat", INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle IOCTL = of("ioctl", INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);

    /** More than {@code struct stat} of any architecture. */
    static final int STAT_BYTES = 256;

    private FsCalls() {}

    private static MethodHandle of(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(name).orElseThrow(), FunctionDescriptor.of(INT, arguments));
    }

    private static IllegalStateException impossible(Throwable thrown) {
        return new IllegalStateException("a call of the C library threw", thrown);
    }

    static int openat(int directory, MemorySegment name, int flags, int mode) {
        try {
            return (int) OPENAT.invokeExact(directory, name, flags, mode);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int close(int descriptor) {
        try {
            return (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int fstatat(int directory, MemorySegment name, MemorySegment into) {
        try {
            return (int) FSTATAT.invokeExact(directory, name, into, 0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int renameat(int directory, MemorySegment from, MemorySegment to) {
        try {
            return (int) RENAMEAT.invokeExact(directory, from, directory, to);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int unlinkat(int directory, MemorySegment name) {
        try {
            return (int) UNLINKAT.invokeExact(directory, name, 0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int ioctl(int descriptor, long request, MemorySegment argument) {
        try {
            return (int) IOCTL.invokeExact(descriptor, request, argument);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }
}
