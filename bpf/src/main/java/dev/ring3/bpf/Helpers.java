package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.kernel.KernelHelpers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ThreadLocalRandom;

/** The kernel's helpers, with its numbers and contracts ({@code include/uapi/linux/bpf.h}). */
final class Helpers {
    private static final int MAP_LOOKUP_ELEM = 1;
    private static final int MAP_UPDATE_ELEM = 2;
    private static final int MAP_DELETE_ELEM = 3;
    private static final int KTIME_GET_NS = 5;
    private static final int GET_PRANDOM_U32 = 7;
    private static final int TAIL_CALL = 12;
    private static final int KTIME_GET_BOOT_NS = 125;

    private static final long ANY = 0;
    private static final long NOEXIST = 1;
    private static final long EXIST = 2;

    static final HostFunctions KERNEL = LoopHelpers.addTo(kernel());

    private Helpers() {}

    private static HostFunctions kernel() {
        HostFunctions functions = HostFunctions.NONE;
        functions = with(functions, MAP_LOOKUP_ELEM, Helpers::lookup);
        functions = with(functions, MAP_UPDATE_ELEM, Helpers::update);
        functions = with(functions, MAP_DELETE_ELEM, Helpers::delete);
        functions = with(functions, KTIME_GET_NS, Helpers::now);
        functions = with(functions, KTIME_GET_BOOT_NS, Helpers::now);
        functions = with(functions, GET_PRANDOM_U32, Helpers::random);
        return with(functions, TAIL_CALL, Helpers::tailCall);
    }

    /** A table and one more of the kernel's helpers, under the kernel's contract. */
    static HostFunctions with(HostFunctions functions, int number, HostFunction function) {
        return functions.with(number, KernelHelpers.contract(number), function);
    }

    private static long lookup(HostCall call, long map, long key, long unused3, long unused4, long unused5) {
        return switch (call.map(map)) {
            case ArrayMap array -> array.addressOrZero(index(call, key));
            case ProgramArray programs -> throw call.fault("lookup in the program array " + programs.name());
        };
    }

    private static long update(HostCall call, long map, long key, long value, long flags, long unused5) {
        return switch (call.map(map)) {
            case ArrayMap array -> {
                MemorySegment from = call.readable(value, array.valueBytes());
                int index = index(call, key);
                if (flags != ANY && flags != NOEXIST && flags != EXIST) {
                    yield HelperErrors.EINVAL;
                }
                if (Integer.compareUnsigned(index, array.entriesMax()) >= 0) {
                    yield HelperErrors.E2BIG;
                }
                if (flags == NOEXIST) {
                    yield HelperErrors.EEXIST;
                }
                if (!array.programsMayWrite()) {
                    yield HelperErrors.EPERM;
                }
                array.value(index).copyFrom(from);
                yield 0;
            }
            case ProgramArray programs -> throw call.fault("update of the program array " + programs.name());
        };
    }

    private static long delete(HostCall call, long map, long key, long unused3, long unused4, long unused5) {
        return switch (call.map(map)) {
            case ArrayMap _ -> HelperErrors.EINVAL;
            case ProgramArray programs -> throw call.fault("delete from the program array " + programs.name());
        };
    }

    /** The JVM's monotonic clock; it does not say whether it stands still while the machine sleeps. */
    private static long now(HostCall call, long unused1, long unused2, long unused3, long unused4, long unused5) {
        return System.nanoTime();
    }

    private static long random(HostCall call, long unused1, long unused2, long unused3, long unused4, long unused5) {
        return Integer.toUnsignedLong(ThreadLocalRandom.current().nextInt());
    }

    private static long tailCall(HostCall call, long context, long map, long index, long unused4, long unused5) {
        if (!(call.map(map) instanceof ProgramArray programs)) {
            throw call.fault("a tail call through a map that is no program array");
        }
        BpfProgram target = programs.get(Integer.toUnsignedLong((int) index));
        if (target == null || target.isClosed()) {
            return HelperErrors.ENOENT;
        }
        return ((HostCalls) call).tailCall(target.executable()) ? 0 : HelperErrors.EPERM;
    }

    private static int index(HostCall call, long key) {
        return call.readable(key, Integer.BYTES).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    }
}
