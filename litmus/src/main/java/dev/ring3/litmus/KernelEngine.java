package dev.ring3.litmus;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelMap;
import dev.ring3.linux.KernelProgram;
import dev.ring3.linux.KernelProgramType;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import dev.ring3.linux.MapSpec;
import dev.ring3.linux.ProgramSpec;
import dev.ring3.linux.TestInput;
import dev.ring3.linux.UpdateMode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A test in the running kernel: a program of type XDP for each thread, run by {@code BPF_PROG_TEST_RUN} once for each
 * instance. Three kinds of array maps of one value: the instances; of each thread the distances of the instances, behind
 * the number of the next; and of each thread the registers it left. Before an instance a program counts itself in, and
 * waits a bounded while for the others: so they stay side by side, whoever entered the kernel first.
 */
final class KernelEngine implements RuntimeEngine {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final byte[] KEY = new byte[Integer.BYTES];

    /** The shortest packet that a test run takes: an Ethernet header. */
    private static final int PACKET_BYTES = 14;

    private static final int WAITS_MAX = 64;
    private static final int LOG_CHARS = 300;

    private final int threads;
    private final KernelMap instances;
    private final int arrivalsAt;
    private final List<KernelMap> orders = new ArrayList<>();
    private final List<KernelMap> registers = new ArrayList<>();
    private final List<KernelProgram> programs = new ArrayList<>();
    private final byte[] image;
    private final MemorySegment memory;
    private final List<MemorySegment> left = new ArrayList<>();
    private int count;

    KernelEngine(LitmusTest test, Map<String, Integer> offsets, int memoryBytes) {
        this.threads = test.threads().size();
        this.arrivalsAt = memoryBytes;
        this.image = new byte[memoryBytes + INSTANCES_MAX * Long.BYTES];
        this.memory = MemorySegment.ofArray(image);
        KernelBpf bpf = KernelBpf.open();
        instances = bpf.createMap(MapSpec.array(image.length, 1).withName("instances"));
        try {
            for (LitmusTest.TestThread thread : test.threads()) {
                orders.add(bpf.createMap(
                        MapSpec.array((1 + INSTANCES_MAX) * Long.BYTES, 1).withName("order")));
                registers.add(bpf.createMap(MapSpec.array(INSTANCES_MAX * ThreadCode.RESULT_BYTES, 1)
                        .withName("registers")));
                left.add(MemorySegment.ofArray(new byte[0]));
                Frame frame = new Frame(
                        orders.getLast().descriptor(), registers.getLast().descriptor());
                programs.add(load(bpf, thread, ThreadCode.of(thread, frame, instances.descriptor(), offsets)));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static KernelProgram load(KernelBpf bpf, LitmusTest.TestThread thread, BpfCode code) {
        ProgramSpec spec = ProgramSpec.of(KernelProgramType.XDP, InsnLayout.encode(code, ByteOrder.nativeOrder()))
                .withName("litmus_P" + thread.processor());
        return switch (bpf.load(spec)) {
            case Loaded<KernelProgram>(KernelProgram program, String _) -> program;
            case Rejected<KernelProgram>(var errno, String log) -> {
                String end = log.strip().substring(Math.max(0, log.strip().length() - LOG_CHARS));
                throw new LitmusException(
                        thread.code().isEmpty() ? 1 : thread.code().getFirst().line(),
                        1,
                        "the kernel's verifier refuses P%d (%s): %s".formatted(thread.processor(), errno, end));
            }
        };
    }

    /** Finds the instance in a thread's own map, and meets the other threads before it. */
    private final class Frame implements ThreadCode.Frame {
        private final int order;
        private final int results;

        Frame(int order, int results) {
            this.order = order;
            this.results = results;
        }

        @Override
        public List<Insn> begin() {
            List<Insn> insns = new ArrayList<>();
            insns.add(new Insn.LoadWide(Register.R6, WideSource.MAP_VALUE_BY_FD, order, 0));
            insns.add(new Insn.Load(Size.DOUBLE, false, Register.R7, Register.R6, 0));
            insns.add(alu(AluOp.AND, Register.R7, INSTANCES_MAX - 1));
            insns.add(ThreadCode.store(ThreadCode.KEPT, Register.R7));
            insns.add(alu(AluOp.MOV, Register.R8, Register.R7));
            insns.add(alu(AluOp.ADD, Register.R8, 1));
            insns.add(new Insn.Store(Size.DOUBLE, Register.R6, 0, Register.R8));
            insns.add(alu(AluOp.LSH, Register.R7, 3));
            insns.add(alu(AluOp.ADD, Register.R6, Register.R7));
            insns.add(new Insn.Load(Size.DOUBLE, false, Register.R8, Register.R6, Long.BYTES));
            insns.add(alu(AluOp.AND, Register.R8, RuntimeRun.REGION_BYTES - Long.BYTES)); // for the verifier
            insns.add(ThreadCode.store(ThreadCode.INSTANCE, Register.R8));
            insns.add(new Insn.LoadWide(Register.R2, WideSource.MAP_VALUE_BY_FD, instances.descriptor(), arrivalsAt));
            insns.add(alu(AluOp.ADD, Register.R2, Register.R7));
            insns.add(alu(AluOp.MOV, Register.R3, 1));
            insns.add(new Insn.Atomic(Size.DOUBLE, AtomicOp.ADD, Register.R2, 0, Register.R3));
            insns.add(alu(AluOp.MOV, Register.R4, WAITS_MAX));
            insns.add(new Insn.Load(Size.DOUBLE, false, Register.R3, Register.R2, 0));
            insns.add(
                    new Insn.JumpIf(Width.BITS_64, Condition.GREATER_OR_EQUAL, Register.R3, new Immediate(threads), 2));
            insns.add(alu(AluOp.SUB, Register.R4, 1));
            insns.add(new Insn.JumpIf(Width.BITS_64, Condition.NOT_EQUAL, Register.R4, new Immediate(0), -4));
            return insns;
        }

        @Override
        public List<Insn> end() {
            return List.of(
                    new Insn.LoadWide(Register.R1, WideSource.MAP_VALUE_BY_FD, results, 0),
                    ThreadCode.load(Register.R2, ThreadCode.KEPT),
                    alu(AluOp.MUL, Register.R2, ThreadCode.RESULT_BYTES),
                    alu(AluOp.ADD, Register.R1, Register.R2));
        }

        private static Insn alu(AluOp op, Register dst, int value) {
            return new Insn.Alu(Width.BITS_64, op, dst, new Immediate(value));
        }

        private static Insn alu(AluOp op, Register dst, Register source) {
            return new Insn.Alu(Width.BITS_64, op, dst, source);
        }
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public void begin(int[] distances) {
        count = distances.length;
        memory.asSlice(arrivalsAt).fill((byte) 0);
        instances.update(KEY, image, UpdateMode.ANY);
        byte[] order = new byte[(1 + INSTANCES_MAX) * Long.BYTES];
        MemorySegment words = MemorySegment.ofArray(order);
        for (int i = 0; i < count; i++) {
            words.set(ValueLayout.JAVA_LONG_UNALIGNED, (1 + i) * (long) Long.BYTES, distances[i]);
        }
        orders.forEach(map -> map.update(KEY, order, UpdateMode.ANY));
    }

    @Override
    public void run(int thread) {
        programs.get(thread).testRun(TestInput.ofData(new byte[PACKET_BYTES]).withRepeat(count));
    }

    @Override
    public void end() {
        byte[] now = instances.lookup(KEY).orElseThrow();
        MemorySegment.copy(MemorySegment.ofArray(now), 0, memory, 0, now.length);
        for (int t = 0; t < threads; t++) {
            left.set(t, MemorySegment.ofArray(registers.get(t).lookup(KEY).orElseThrow()));
        }
    }

    @Override
    public long register(int thread, int place, int number) {
        long at = place * (long) ThreadCode.RESULT_BYTES + number * (long) Long.BYTES;
        return left.get(thread).get(LONG.withByteAlignment(1), at);
    }

    @Override
    public void close() {
        programs.forEach(KernelProgram::close);
        orders.forEach(KernelMap::close);
        registers.forEach(KernelMap::close);
        instances.close();
    }
}
