package dev.ring3.litmus;

import dev.ring3.bpf.ArrayMap;
import dev.ring3.bpf.Bindings;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A test on one of Ring3's own engines: unverified, each access checked; one invocation for each instance. */
final class OwnEngine implements RuntimeEngine {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final int MAP = 1;

    /** The memory block of a run begins with the instance's distance; registers are left behind it. */
    private static final int RESULTS_AT = Long.BYTES;

    private static final ThreadCode.Frame FRAME = new ThreadCode.Frame() {
        @Override
        public List<Insn> begin() {
            return List.of(
                    ThreadCode.store(ThreadCode.KEPT, Register.R1),
                    new Insn.Load(Size.DOUBLE, false, Register.R0, Register.R1, 0),
                    ThreadCode.store(ThreadCode.INSTANCE, Register.R0));
        }

        @Override
        public List<Insn> end() {
            return List.of(
                    ThreadCode.load(Register.R1, ThreadCode.KEPT),
                    new Insn.Alu(Width.BITS_64, AluOp.ADD, Register.R1, new Immediate(RESULTS_AT)));
        }
    };

    /** A thread's program, ready to run, and what it leaves. */
    private static final class Worker {
        final Invocation invocation;
        final MemorySegment block;
        final long[] results = new long[INSTANCES_MAX * ThreadCode.RESULTS];

        Worker(Invocation invocation) {
            this.invocation = invocation;
            this.block = invocation.memory(RESULTS_AT + ThreadCode.RESULT_BYTES);
        }
    }

    private final BpfRuntime runtime;
    private final MemorySegment memory;
    private final List<Worker> workers = new ArrayList<>();
    private int[] distances = {};

    OwnEngine(LitmusTest test, EngineKind kind, Map<String, Integer> offsets, int memoryBytes) {
        runtime =
                BpfRuntime.builder().engine(kind).verification(Verification.OFF).build();
        try {
            ArrayMap map = runtime.arrayMap("memory", memoryBytes, 1);
            memory = map.value(0);
            Bindings bindings = new Bindings(Map.of(MAP, map), List.of(), Map.of());
            for (LitmusTest.TestThread thread : test.threads()) {
                BpfProgram program = runtime.program(
                        "P" + thread.processor(),
                        ThreadCode.of(thread, FRAME, MAP, offsets),
                        ProgramTypes.MEMORY,
                        bindings);
                workers.add(new Worker(program.newInvocation()));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public void begin(int[] instances) {
        distances = instances;
    }

    @Override
    public void run(int thread) {
        Worker worker = workers.get(thread);
        for (int i = 0; i < distances.length; i++) {
            worker.block.set(LONG, 0, distances[i]);
            worker.invocation.run();
            MemorySegment.copy(
                    worker.block, LONG, RESULTS_AT, worker.results, i * ThreadCode.RESULTS, ThreadCode.RESULTS);
        }
    }

    @Override
    public void end() {
        // threads wrote to what is read
    }

    @Override
    public long register(int thread, int place, int number) {
        return workers.get(thread).results[place * ThreadCode.RESULTS + number];
    }

    @Override
    public void close() {
        workers.forEach(worker -> worker.invocation.close());
        runtime.close();
    }
}
