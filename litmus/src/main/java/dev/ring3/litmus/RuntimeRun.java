package dev.ring3.litmus;

import dev.ring3.bpf.ArrayMap;
import dev.ring3.bpf.Bindings;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.Verification;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Runs the threads of a test on a real engine, very often, and counts how they end.
 *
 * <p>Each thread is a BPF program and has a platform thread of its own. A round lays out an array of instances of the
 * test, sets them to the initial state, and lets all threads run through them: from a barrier on which they spin, in an
 * order that is shuffled within blocks, so that two threads are near one instance at slightly different times. Distances
 * between instances, their number and how far one thread lags change from round to round, because what a processor shows
 * depends on them.
 */
public final class RuntimeRun {
    private static final int REGION_BYTES = 1 << 16;
    private static final int[] STRIDES = {8, 16, 64, 128};
    private static final int[] SIZES = {64, 256, 512};
    private static final int BLOCK = 32;
    private static final int LAG_MAX = 64;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    /**
     * What was seen.
     *
     * @param states how often the displayed places ended with these values
     * @param instances how many times the test was run
     */
    public record Seen(Map<List<Value>, Long> states, long instances) {}

    private final LitmusTest test;
    private final Map<String, Integer> offsets = new HashMap<>();
    private final SplittableRandom random;
    private final Map<List<Value>, Long> states = new TreeMap<>((Comparator<List<Value>>) Value::compare);

    private int stride;
    private int[] order = {};

    private RuntimeRun(LitmusTest test, long seed) {
        this.test = test;
        this.random = new SplittableRandom(seed);
        test.locations().keySet().forEach(name -> offsets.put(name, offsets.size() * REGION_BYTES));
    }

    /**
     * Runs a test for about as long as is said.
     *
     * @throws LitmusException if a thread of it cannot run as a program
     */
    public static Seen run(LitmusTest test, EngineKind engine, Duration time, long seed) {
        return new RuntimeRun(test, seed).run(engine, time);
    }

    /** A worker's part: its program, ready to run, and where it leaves its registers. */
    private static final class Worker {
        final Invocation invocation;
        final MemorySegment block;
        long[] results = {};

        Worker(Invocation invocation) {
            this.invocation = invocation;
            this.block = invocation.memory(ThreadCode.BLOCK_BYTES);
        }

        void instance(int index, int stride) {
            block.set(LONG, 0, (long) index * stride);
            invocation.run();
            int registers = (ThreadCode.BLOCK_BYTES - ThreadCode.RESULTS) / Long.BYTES;
            MemorySegment.copy(block, LONG, ThreadCode.RESULTS, results, index * registers, registers);
        }
    }

    private Seen run(EngineKind engine, Duration time) {
        long instances = 0;
        try (BpfRuntime runtime = BpfRuntime.builder()
                .engine(engine)
                .verification(Verification.OFF)
                .build()) {
            ArrayMap memory = runtime.arrayMap("memory", Math.max(1, offsets.size()) * REGION_BYTES, 1);
            List<Worker> workers = new ArrayList<>();
            for (LitmusTest.TestThread thread : test.threads()) {
                Bindings bindings = new Bindings(Map.of(ThreadCode.MAP, memory), List.of(), Map.of());
                BpfProgram program = runtime.program(
                        "P" + thread.processor(), ThreadCode.of(thread, offsets), ProgramTypes.MEMORY, bindings);
                workers.add(new Worker(program.newInvocation()));
            }
            long end = System.nanoTime() + time.toNanos();
            try {
                while (System.nanoTime() - end < 0) {
                    instances += round(workers, memory.value(0));
                }
            } finally {
                workers.forEach(worker -> worker.invocation.close());
            }
        }
        return new Seen(states, instances);
    }

    private long round(List<Worker> workers, MemorySegment memory) {
        stride = STRIDES[random.nextInt(STRIDES.length)];
        int needed = test.locations().values().stream()
                .mapToInt(Location::bytes)
                .max()
                .orElse(Long.BYTES);
        stride = Math.max(stride, (needed + Long.BYTES - 1) / Long.BYTES * Long.BYTES);
        int count = SIZES[random.nextInt(SIZES.length)];
        count = Math.min(count, REGION_BYTES / stride - 1);
        order = shuffled(count, random.nextBoolean());
        for (int i = 0; i < count; i++) {
            initialise(memory, i);
        }
        AtomicInteger waiting = new AtomicInteger(workers.size());
        List<Thread> threads = new ArrayList<>();
        for (Worker worker : workers) {
            worker.results = new long[count * ((ThreadCode.BLOCK_BYTES - ThreadCode.RESULTS) / Long.BYTES)];
            int lag = random.nextInt(LAG_MAX);
            threads.add(Thread.ofPlatform().start(() -> work(worker, waiting, lag)));
        }
        for (Thread thread : threads) {
            join(thread);
        }
        for (int i = 0; i < count; i++) {
            note(workers, memory, i);
        }
        return count;
    }

    private void work(Worker worker, AtomicInteger waiting, int lag) {
        waiting.decrementAndGet();
        while (waiting.get() > 0) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < lag; i++) {
            Thread.onSpinWait();
        }
        for (int index : order) {
            worker.instance(index, stride);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private int[] shuffled(int count, boolean shuffle) {
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            indices[i] = i;
        }
        for (int from = 0; shuffle && from < count; from += BLOCK) {
            int size = Math.min(BLOCK, count - from);
            for (int i = size - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int kept = indices[from + i];
                indices[from + i] = indices[from + other];
                indices[from + other] = kept;
            }
        }
        return indices;
    }

    private void initialise(MemorySegment memory, int instance) {
        for (Location location : test.locations().values()) {
            long at = offset(location) + (long) instance * stride;
            memory.asSlice(at, location.bytes()).fill((byte) 0);
            int bytes = location.elementBytes();
            for (int i = 0; i < location.initial().size(); i++) {
                if (!(location.initial().get(i) instanceof Value.Num(long bits))) {
                    throw new LitmusException(1, 1, "a location that holds an address is checked, and not run");
                }
                for (int b = 0; b < bytes; b++) {
                    memory.set(ValueLayout.JAVA_BYTE, at + (long) i * bytes + b, (byte) (bits >>> (Byte.SIZE * b)));
                }
            }
        }
    }

    private int offset(Location location) {
        return offsets.getOrDefault(location.name(), 0);
    }

    private void note(List<Worker> workers, MemorySegment memory, int instance) {
        int registers = (ThreadCode.BLOCK_BYTES - ThreadCode.RESULTS) / Long.BYTES;
        Function<Place, Value> state = place -> switch (place) {
            case Place.Register register ->
                register.view(new Value.Num(
                        workers.get(register.thread()).results[instance * registers + register.number()]));
            case Place.Cell cell -> cell.view(cell(memory, cell, instance));
        };
        if (test.filter().isPresent() && !test.filter().get().test(state)) {
            return;
        }
        states.merge(test.displayed().stream().map(state).toList(), 1L, Long::sum);
    }

    private Value cell(MemorySegment memory, Place.Cell cell, int instance) {
        Location location = cell.location();
        long at = offset(location) + (long) instance * stride;
        if (location.isArray() && cell.index() < 0) {
            List<Value> elements = new ArrayList<>();
            for (int i = 0; i < location.length(); i++) {
                elements.add(cell(memory, new Place.Cell(location, i), instance));
            }
            return new Value.Vector(elements);
        }
        long bits = 0;
        int bytes = location.elementBytes();
        for (int b = 0; b < bytes; b++) {
            long part = memory.get(ValueLayout.JAVA_BYTE, at + (long) Math.max(0, cell.index()) * bytes + b) & 0xff;
            bits |= part << (Byte.SIZE * b);
        }
        return new Value.Num(bits);
    }
}
