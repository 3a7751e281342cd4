package dev.ring3.bpf;

import dev.ring3.bpf.engine.Execution;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The kernel's helpers, with its numbers and contracts ({@code include/uapi/linux/bpf.h}). */
final class Helpers {
    private static final int MAP_LOOKUP_ELEM = 1;
    private static final int MAP_UPDATE_ELEM = 2;
    private static final int MAP_DELETE_ELEM = 3;
    private static final int TAIL_CALL = 12;

    private static final long ANY = 0;
    private static final long NOEXIST = 1;
    private static final long EXIST = 2;

    static final HostFunctions KERNEL = HostFunctions.NONE
            .with(MAP_LOOKUP_ELEM, "bpf_map_lookup_elem", Helpers::lookup)
            .with(MAP_UPDATE_ELEM, "bpf_map_update_elem", Helpers::update)
            .with(MAP_DELETE_ELEM, "bpf_map_delete_elem", Helpers::delete)
            .with(TAIL_CALL, "bpf_tail_call", Helpers::tailCall);

    private Helpers() {}

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
                    yield MapErrors.EINVAL;
                }
                if (Integer.compareUnsigned(index, array.entriesMax()) >= 0) {
                    yield MapErrors.E2BIG;
                }
                if (flags == NOEXIST) {
                    yield MapErrors.EEXIST;
                }
                if (!array.programsMayWrite()) {
                    yield MapErrors.EPERM;
                }
                array.value(index).copyFrom(from);
                yield 0;
            }
            case ProgramArray programs -> throw call.fault("update of the program array " + programs.name());
        };
    }

    private static long delete(HostCall call, long map, long key, long unused3, long unused4, long unused5) {
        return switch (call.map(map)) {
            case ArrayMap _ -> MapErrors.EINVAL;
            case ProgramArray programs -> throw call.fault("delete from the program array " + programs.name());
        };
    }

    private static long tailCall(HostCall call, long context, long map, long index, long unused4, long unused5) {
        if (!(call.map(map) instanceof ProgramArray programs)) {
            throw call.fault("a tail call through a map that is no program array");
        }
        BpfProgram target = programs.get(Integer.toUnsignedLong((int) index));
        if (target == null || target.isClosed()) {
            return MapErrors.ENOENT;
        }
        return ((Execution) call).tailCall(target.executable()) ? 0 : MapErrors.EPERM;
    }

    private static int index(HostCall call, long key) {
        return call.readable(key, Integer.BYTES).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    }
}
