package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Subject;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import java.lang.foreign.MemorySegment;

/** A program in one of Ring3's engines. */
final class Ring3Subject implements Subject {
    private static final String PROGRAM = "bench";

    private final BpfRuntime runtime;
    private final Invocation invocation;

    private Ring3Subject(BpfRuntime runtime, BpfProgram program, byte[] input) {
        this.runtime = runtime;
        this.invocation = program.newInvocation();
        invocation.memory(input.length).copyFrom(MemorySegment.ofArray(input));
    }

    /** The program of an object file. */
    static Ring3Subject of(Engine engine, byte[] object, byte[] input) {
        BpfRuntime runtime = runtime(engine);
        BpfProgram program = runtime.load(BpfObjectFile.parse(object), ProgramTypes.MEMORY, LinkOptions.none())
                .program(PROGRAM);
        return new Ring3Subject(runtime, program, input);
    }

    /** A runtime whose programs run as an engine does it. */
    static BpfRuntime runtime(Engine engine) {
        return runtime(engine, engine == Engine.JIT ? Verification.REQUIRED : Verification.OFF);
    }

    /** The same, but that programs are verified, whatever runs them. */
    static BpfRuntime verifying(Engine engine) {
        return runtime(engine, Verification.REQUIRED);
    }

    private static BpfRuntime runtime(Engine engine, Verification verification) {
        EngineKind kind = switch (engine) {
            case INTERPRETER -> EngineKind.INTERPRETER;
            case JIT, JIT_CHECKED -> EngineKind.JIT;
            case KERNEL, CHICORY -> throw new IllegalArgumentException("no engine of Ring3: " + engine);
        };
        return BpfRuntime.builder().engine(kind).verification(verification).build();
    }

    @Override
    public long run(long times) {
        long result = 0;
        for (long i = 0; i < times; i++) {
            result = invocation.run();
        }
        return result;
    }

    @Override
    public void close() {
        runtime.close();
    }
}
