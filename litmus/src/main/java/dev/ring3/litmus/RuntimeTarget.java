package dev.ring3.litmus;

import dev.ring3.bpf.EngineKind;
import dev.ring3.linux.Availability;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgramType;
import java.util.Map;
import java.util.Optional;

/** Where a test can be run. */
public enum RuntimeTarget {
    /** Ring3's compiler. */
    JIT,
    /** Ring3's interpreter. */
    INTERPRETER,
    /** The running kernel's BPF, by {@code BPF_PROG_TEST_RUN}. */
    KERNEL;

    /** Why this machine cannot run tests there; empty if it can. */
    public Optional<String> unavailable() {
        return this == KERNEL
                        && KernelBpf.probe(KernelProgramType.XDP)
                                instanceof Availability.Unavailable(var _, String detail)
                ? Optional.of(detail)
                : Optional.empty();
    }

    /** An engine with the programs of a test; {@code offsets} says where locations lie in its memory. */
    RuntimeEngine open(LitmusTest test, Map<String, Integer> offsets, int memoryBytes) {
        return switch (this) {
            case JIT -> new OwnEngine(test, EngineKind.JIT, offsets, memoryBytes);
            case INTERPRETER -> new OwnEngine(test, EngineKind.INTERPRETER, offsets, memoryBytes);
            case KERNEL -> new KernelEngine(test, offsets, memoryBytes);
        };
    }
}
