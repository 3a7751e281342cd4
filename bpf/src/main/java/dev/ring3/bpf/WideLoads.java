package dev.ring3.bpf;

import dev.ring3.bpf.engine.FunctionPointers;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.InsnException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Resolves the wide loads of a program against its bindings. */
final class WideLoads {
    private WideLoads() {}

    /**
     * The value of each wide load by its slot.
     *
     * @throws InsnException if one refers to something that is not bound
     */
    static Map<Integer, Long> resolve(BpfCode code, Bindings bindings) {
        Map<Integer, Long> values = new HashMap<>();
        int slot = 0;
        for (Insn insn : code) {
            if (insn instanceof Insn.LoadWide load) {
                values.put(slot, resolve(slot, load, bindings));
            }
            slot += insn.slots();
        }
        return values;
    }

    private static long resolve(int slot, Insn.LoadWide load, Bindings bindings) {
        int number = load.low();
        return switch (load.source()) {
            case IMMEDIATE -> load.value();
            case MAP_BY_FD ->
                bound(slot, bindings.mapsByFd().get(number), "map of fd", number)
                        .pointer();
            case MAP_VALUE_BY_FD ->
                value(slot, bound(slot, bindings.mapsByFd().get(number), "map of fd", number), load.high());
            case VARIABLE -> value(slot, bound(slot, bindings.variables().get(number), "variable", number), 0);
            case CODE -> FunctionPointers.of(slot + 1 + number);
            case MAP_BY_INDEX -> byIndex(slot, bindings, number).pointer();
            case MAP_VALUE_BY_INDEX -> value(slot, byIndex(slot, bindings, number), load.high());
        };
    }

    private static BpfMap byIndex(int slot, Bindings bindings, int index) {
        boolean exists = index >= 0 && index < bindings.mapsByIndex().size();
        return bound(slot, exists ? bindings.mapsByIndex().get(index) : null, "map of index", index);
    }

    private static <T> T bound(int slot, @Nullable T thing, String what, int number) {
        if (thing == null) {
            throw new InsnException(slot, "imm", "%s %d is not bound to anything".formatted(what, number));
        }
        return thing;
    }

    private static long value(int slot, BpfMap map, int offset) {
        if (!(map instanceof ArrayMap array)) {
            throw new InsnException(slot, "src", "map %s has no values in a row to point at".formatted(map.name()));
        }
        if (offset < 0 || offset >= array.valueBytes()) {
            throw new InsnException(
                    slot + 1,
                    "imm",
                    "offset %d outside the value of map %s, which has %d bytes"
                            .formatted(offset, map.name(), array.valueBytes()));
        }
        return array.addressOrZero(0) + offset;
    }
}
