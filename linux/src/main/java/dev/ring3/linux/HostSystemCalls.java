package dev.ring3.linux;

import dev.ring3.linux.Availability.Available;
import dev.ring3.linux.Availability.Reason;
import dev.ring3.linux.Availability.Unavailable;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's system calls through the C library's {@code syscall(2)}, the only native symbol of this module: every
 * libc has it, and a call that is newer than the libc or its headers works all the same.
 *
 * <p>The class loads anywhere. Whether calls can be made is found out once, then: {@link #availability}.
 */
final class HostSystemCalls implements SystemCalls {
    private static final String SYMBOL = "syscall";

    private static final MemoryLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final String ERRNO = "errno";

    /** Null if the binding was refused; a constant, so that the JIT compiles the call in place. */
    private static final @Nullable MethodHandle SYSCALL;

    private static final @Nullable Architecture ARCHITECTURE;
    private static final Availability AVAILABILITY;

    static {
        Optional<Architecture> architecture = Architecture.of(System.getProperty("os.arch", ""));
        String system = System.getProperty("os.name", "");
        MethodHandle handle = null;
        Availability availability;
        if (!system.equals("Linux")) {
            availability = new Unavailable(Reason.NOT_LINUX, "system calls of Linux, on " + system);
        } else if (architecture.isEmpty()) {
            availability = new Unavailable(
                    Reason.UNKNOWN_ARCHITECTURE,
                    "no system call numbers for " + System.getProperty("os.arch") + "; amd64 and aarch64 are known");
        } else {
            try {
                handle = link();
                availability = new Available();
            } catch (IllegalCallerException e) {
                availability = new Unavailable(
                        Reason.NATIVE_ACCESS_DENIED,
                        "the JVM refuses native calls of module dev.ring3.linux; start it with"
                                + " --enable-native-access=dev.ring3.linux (ALL-UNNAMED on a class path)");
            } catch (UnsupportedOperationException | NoSuchElementException e) {
                availability = new Unavailable(Reason.FAILED, "no way to call " + SYMBOL + "(2): " + e.getMessage());
            }
        }
        SYSCALL = handle;
        ARCHITECTURE = architecture.orElse(null);
        AVAILABILITY = availability;
    }

    private static final long ERRNO_AT = CAPTURED.byteOffset(PathElement.groupElement(ERRNO));

    private static final HostSystemCalls INSTANCE = new HostSystemCalls();

    private HostSystemCalls() {}

    /** Whether system calls can be made from here at all. */
    static Availability availability() {
        return AVAILABILITY;
    }

    /**
     * The way to the kernel.
     *
     * @throws UnsupportedHostException if there is none, see {@link #availability}
     */
    static SystemCalls get() {
        return switch (AVAILABILITY) {
            case Available _ -> INSTANCE;
            case Unavailable unavailable -> throw new UnsupportedHostException(unavailable);
        };
    }

    @Override
    public long call(SegmentAllocator scratch, SystemCall call, long... arguments) {
        MethodHandle handle = SYSCALL;
        Architecture architecture = ARCHITECTURE;
        if (handle == null || architecture == null) {
            throw new IllegalStateException("the instance is handed out only where calls can be made");
        }
        if (arguments.length > ARGUMENTS_MAX) {
            throw new IllegalArgumentException(arguments.length + " arguments of a system call");
        }
        // errno belongs to the thread and the JVM's own code changes it between two native calls, so it has to be
        // captured as part of this one; a second call that reads it would return anything.
        MemorySegment captured = scratch.allocate(CAPTURED);
        long result;
        try {
            result = (long) handle.invokeExact(
                    captured,
                    (long) call.number(architecture),
                    argument(arguments, 0),
                    argument(arguments, 1),
                    argument(arguments, 2),
                    argument(arguments, 3),
                    argument(arguments, 4),
                    argument(arguments, 5));
        } catch (Throwable e) {
            throw new IllegalStateException("a downcall handle throws nothing by itself", e);
        }
        return result == -1 ? -captured.get(ValueLayout.JAVA_INT, ERRNO_AT) : result;
    }

    private static long argument(long[] arguments, int index) {
        return index < arguments.length ? arguments[index] : 0;
    }

    /** {@code long syscall(long number, ...)} with six arguments, all of the width of a register. */
    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        Linker linker = Linker.nativeLinker();
        ValueLayout.OfLong register = ValueLayout.JAVA_LONG;
        FunctionDescriptor type =
                FunctionDescriptor.of(register, register, register, register, register, register, register, register);
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(SYMBOL),
                type,
                Linker.Option.captureCallState(ERRNO),
                Linker.Option.firstVariadicArg(1));
    }
}
