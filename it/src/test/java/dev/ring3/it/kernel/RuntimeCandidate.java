package dev.ring3.it.kernel;

import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.RunResult.Faulted;
import dev.ring3.bpf.RunResult.Finished;
import dev.ring3.bpf.Verification;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Our own runtime, with one of its engines. */
final class RuntimeCandidate implements Candidate, AutoCloseable {
    /** Far more than what the verifier lets a program run for, and little to wait for when one is run wrongly. */
    private static final long BUDGET = 2_000_000;

    private final EngineKind engine;
    private final BpfRuntime runtime;

    RuntimeCandidate(EngineKind engine) {
        this.engine = engine;
        this.runtime = BpfRuntime.builder()
                .verification(Verification.OFF)
                .engine(engine)
                .budget(BUDGET)
                .build();
    }

    @Override
    public String name() {
        return "the " + engine;
    }

    @Override
    public Optional<Prepared> prepare(TestProgram program) {
        BpfProgram loaded = runtime.program("differential", program.code(), ProgramTypes.MEMORY);
        return Optional.of(new Prepared() {
            @Override
            public Outcome run(byte[] memory) {
                byte[] copy = memory.clone();
                return switch (loaded.tryRun(MemorySegment.ofArray(copy))) {
                    case Finished(long r0) -> new Outcome.Finished((int) r0, copy);
                    case Faulted faulted -> new Outcome.Stopped(faulted.message());
                };
            }

            @Override
            public void close() {
                loaded.close();
            }
        });
    }

    @Override
    public void close() {
        runtime.close();
    }
}
