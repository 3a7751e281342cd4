package dev.ring3.litmus;

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
import java.util.function.Function;

/**
 * Runs the threads of a test on a real engine, very often, and counts how they end.
 *
 * <p>Each thread is a BPF program and has a platform thread of its own ({@link Workers}). A round lays out an array of
 * instances of the test, sets them to the initial state, and lets all threads run through them: from a barrier on which
 * they spin, in an order that is shuffled within blocks, so that two threads are near one instance at slightly different
 * times. Distances between instances, their number and how far one thread lags change from round to round, because what a
 * processor shows depends on them.
 */
public final class RuntimeRun {
    /** Each location has its instances in a part of memory of its own. */
    static final int REGION_BYTES = 1 << 16;

    private static final int[] STRIDES = {8, 16, 64, 128};
    private static final int[] SIZES = {64, 256, 512};
    private static final int BLOCK = 32;

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
    public static Seen run(LitmusTest test, RuntimeTarget target, Duration time, long seed) {
        boolean addresses = test.locations().values().stream()
                .anyMatch(location -> location.initial().stream().anyMatch(value -> !(value instanceof Value.Num)));
        if (addresses) {
            throw new LitmusException(1, 1, "a location that holds an address is checked, and not run");
        }
        return new RuntimeRun(test, seed).run(target, time);
    }

    private Seen run(RuntimeTarget target, Duration time) {
        long instances = 0;
        int regions = Math.max(1, offsets.size()) + 1; // the last one's instances may reach beyond it
        try (RuntimeEngine engine = target.open(test, offsets, regions * REGION_BYTES);
                Workers workers = new Workers(engine, test.threads().size())) {
            long end = System.nanoTime() + time.toNanos();
            while (System.nanoTime() - end < 0) {
                instances += round(engine, workers);
            }
        }
        return new Seen(states, instances);
    }

    private long round(RuntimeEngine engine, Workers workers) {
        stride = STRIDES[random.nextInt(STRIDES.length)];
        int needed = test.locations().values().stream()
                .mapToInt(Location::bytes)
                .max()
                .orElse(Long.BYTES);
        stride = Math.max(stride, (needed + Long.BYTES - 1) / Long.BYTES * Long.BYTES);
        int count = Math.min(SIZES[random.nextInt(SIZES.length)], REGION_BYTES / stride - 1);
        int[] distances = shuffled(count, random.nextBoolean());
        for (int i = 0; i < count; i++) {
            distances[i] *= stride;
            initialise(engine.memory(), distances[i]);
        }
        engine.begin(distances);
        workers.round(random);
        engine.end();
        for (int i = 0; i < count; i++) {
            note(engine, i, distances[i]);
        }
        return count;
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

    private void initialise(MemorySegment memory, int distance) {
        for (Location location : test.locations().values()) {
            long at = offset(location) + (long) distance;
            memory.asSlice(at, location.bytes()).fill((byte) 0);
            int bytes = location.elementBytes();
            for (int i = 0; i < location.initial().size(); i++) {
                if (!(location.initial().get(i) instanceof Value.Num(long bits))) {
                    throw new IllegalStateException("not refused: " + location.name());
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

    private void note(RuntimeEngine engine, int place, int distance) {
        Function<Place, Value> state = at -> switch (at) {
            case Place.Register register ->
                register.view(new Value.Num(engine.register(register.thread(), place, register.number())));
            case Place.Cell cell -> cell.view(cell(engine.memory(), cell, distance));
        };
        if (test.filter().isPresent() && !test.filter().get().test(state)) {
            return;
        }
        states.merge(test.displayed().stream().map(state).toList(), 1L, Long::sum);
    }

    private Value cell(MemorySegment memory, Place.Cell cell, int distance) {
        Location location = cell.location();
        long at = offset(location) + (long) distance;
        if (location.isArray() && cell.index() < 0) {
            List<Value> elements = new ArrayList<>();
            for (int i = 0; i < location.length(); i++) {
                elements.add(cell(memory, new Place.Cell(location, i), distance));
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
