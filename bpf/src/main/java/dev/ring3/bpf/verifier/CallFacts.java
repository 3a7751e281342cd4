package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.MapShape;
import org.jspecify.annotations.Nullable;

/** What the arguments of one call tell about it, as they are looked at one after the other. */
final class CallFacts {
    final FunctionContract contract;

    @Nullable
    MapShape map;

    long allocationBytes;
    long sizeMax = -1; // the most that the first length can be

    @Nullable
    Pointer released;

    Target.@Nullable Function callback;

    @Nullable
    Value callbackContext;

    Target.@Nullable MapValue lockedValue;

    @Nullable
    Pointer iterator;

    @Nullable
    Register memoryRegister; // the argument before, whose length the next one is

    CallFacts(FunctionContract contract) {
        this.contract = contract;
    }

    MapShape requireMap() {
        MapShape found = map;
        if (found == null) {
            throw new IllegalStateException("contract of %s: a key or value before its map".formatted(contract.name()));
        }
        return found;
    }
}
