package dev.ring3.it;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** System calls by number, of the calling thread: the tests' own way to the kernel, past what {@code linux} offers. */
public final class SystemCall {
    /** Whether the numbers are those of AArch64. */
    public static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    private static final int ARGUMENTS_MAX = 6;
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = syscall();

    private SystemCall() {}

    @SuppressWarnings("restricted") // see above
    private static MethodHandle syscall() {
        MemoryLayout[] arguments = new MemoryLayout[1 + ARGUMENTS_MAX];
        Arrays.fill(arguments, ValueLayout.JAVA_LONG);
        return Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
                        FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments),
                        Linker.Option.captureCallState("errno"),
                        Linker.Option.firstVariadicArg(1));
    }

    /**
     * Makes one.
     *
     * @param arena for as long as the call takes
     * @return what the kernel returns, or a negative errno
     */
    public static long call(Arena arena, long number, long... arguments) {
        long[] all = Arrays.copyOf(arguments, ARGUMENTS_MAX);
        MemorySegment state = arena.allocate(STATE);
        try {
            long result = (long) SYSCALL.invokeExact(state, number, all[0], all[1], all[2], all[3], all[4], all[5]);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
