package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.kernel.KernelHelpers;
import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.map.HelperErrors;
import java.util.concurrent.ThreadLocalRandom;

/** The kernel's helpers, with its numbers and contracts ({@code include/uapi/linux/bpf.h}). */
final class Helpers {
    private static final int MAP_LOOKUP_ELEM = 1;
    private static final int MAP_UPDATE_ELEM = 2;
    private static final int MAP_DELETE_ELEM = 3;
    private static final int GET_PRANDOM_U32 = 7;
    private static final int GET_SMP_PROCESSOR_ID = 8;
    private static final int TAIL_CALL = 12;
    private static final int MAP_PUSH_ELEM = 87;
    private static final int MAP_POP_ELEM = 88;
    private static final int MAP_PEEK_ELEM = 89;
    private static final int MAP_LOOKUP_PERCPU_ELEM = 195;

    static final HostFunctions KERNEL = all();

    private Helpers() {}

    private static HostFunctions all() {
        HostFunctions functions = RingBufferHelpers.addTo(LoopHelpers.addTo(maps()));
        functions = TraceHelpers.addTo(TextHelpers.addTo(LockHelpers.addTo(functions)));
        functions = ProbeHelpers.addTo(ProcessHelpers.addTo(ClockHelpers.addTo(functions)));
        return TimerHelpers.addTo(StorageHelpers.addTo(ChecksumHelpers.addTo(functions)));
    }

    private static HostFunctions maps() {
        HostFunctions functions = HostFunctions.NONE;
        functions = leaf(functions, MAP_LOOKUP_ELEM, new EntryHelper(Helpers::lookup, MapBase::lookupAction, false));
        functions = leaf(functions, MAP_UPDATE_ELEM, new EntryHelper(Helpers::update, true));
        functions = leaf(functions, MAP_DELETE_ELEM, new EntryHelper(Helpers::delete, false));
        functions = leaf(functions, MAP_LOOKUP_PERCPU_ELEM, new EntryHelper(Helpers::lookupOfProcessor, false));
        functions = leaf(functions, MAP_PUSH_ELEM, Helpers::push);
        functions = leaf(functions, MAP_POP_ELEM, Helpers::pop);
        functions = leaf(functions, MAP_PEEK_ELEM, Helpers::peek);
        functions = leaf(functions, GET_SMP_PROCESSOR_ID, Helpers::processor);
        functions = leaf(functions, GET_PRANDOM_U32, Helpers::random);
        return with(functions, TAIL_CALL, Helpers::tailCall);
    }

    /**
     * A table and one more of the kernel's helpers, under the kernel's contract but for the licence: what runs here is not
     * the kernel's code.
     */
    static HostFunctions with(HostFunctions functions, int number, HostFunction function) {
        return functions.with(number, KernelHelpers.contractForAnyLicence(number), function);
    }

    /** As {@link #with}, of a helper that returns to nothing but the program. */
    static HostFunctions leaf(HostFunctions functions, int number, LeafFunction function) {
        return with(functions, number, function);
    }

    /** The runtime of a run. */
    static BpfRuntime runtime(HostCall call) {
        return ((MapTable) ((HostCalls) call).maps()).runtime();
    }

    /** The map that a pointer stands for, as helpers use it. */
    static MapBase map(HostCall call, long pointer) {
        return (MapBase) call.map(pointer);
    }

    static long lookup(MapBase map, HostCalls call, long key, long unused3, long unused4) {
        return map.lookup(call, key);
    }

    private static long lookupOfProcessor(MapBase map, HostCalls call, long key, long processor, long unused4) {
        int slot = (int) processor;
        return slot >= 0 && slot < map.valuesPerEntry() ? map.lookupOfSlot(call, key, slot) : MapBase.NULL;
    }

    private static long update(MapBase map, HostCalls call, long key, long value, long flags) {
        if ((flags & HashTable.LOCK) != 0 && call.holdings().hasLock()) {
            throw call.fault("an update with a spin lock of map %s, and the run has one".formatted(map.name()));
        }
        return map.update(call, key, value, flags);
    }

    private static long delete(MapBase map, HostCalls call, long key, long unused3, long unused4) {
        return map.delete(call, key);
    }

    private static long push(HostCall call, long map, long value, long flags, long unused4, long unused5) {
        MapBase target = map(call, map);
        return target.push((HostCalls) call, call.readableAddress(value, target.valueBytes()), flags);
    }

    private static long pop(HostCall call, long map, long value, long unused3, long unused4, long unused5) {
        MapBase target = map(call, map);
        return target.pop((HostCalls) call, call.writableAddress(value, target.valueBytes()));
    }

    private static long peek(HostCall call, long map, long value, long unused3, long unused4, long unused5) {
        MapBase target = map(call, map);
        return target.peek((HostCalls) call, call.writableAddress(value, target.valueBytes()));
    }

    private static long processor(HostCall call, long unused1, long unused2, long unused3, long unused4, long unused5) {
        return ((HostCalls) call).slot();
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
}
