package dev.ring3.bpf;

/** Runtimes for programs that break rules on purpose, or that only engines are tested with. */
final class Unverified {
    private Unverified() {}

    static BpfRuntime runtime(EngineKind engine) {
        return BpfRuntime.builder()
                .verification(Verification.OFF)
                .engine(engine)
                .build();
    }

    static BpfRuntime runtime() {
        return runtime(EngineKind.INTERPRETER);
    }
}
