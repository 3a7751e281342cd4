package dev.ring3.bpf;

import dev.ring3.bpf.MapStress.Notes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Arrays and hash maps of all kinds: two threads of the host and one that runs programs; where each slot has a value of its
 * own, one of the host and two that run programs. There the values of a slot are looked at apart from those of others:
 * what the host does to all of them it does to each at a moment of its own.
 */
final class KeyedStress implements MapStress.Subject<Set<Map<Long, Long>>> {
    private static final int SLOTS = 2;

    /** Numbers in one word or more, all the same. */
    private record Words(int words) implements Codec<Long> {
        @Override
        public int bytes() {
            return words * Long.BYTES;
        }

        @Override
        public void write(Long value, MemorySegment to) {
            for (int i = 0; i < words; i++) {
                to.set(ValueLayout.JAVA_LONG_UNALIGNED, (long) i * Long.BYTES, value);
            }
        }

        @Override
        public Long read(MemorySegment from) {
            long first = from.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
            for (int i = 1; i < words; i++) {
                if (from.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) i * Long.BYTES) != first) {
                    return MapModel.TORN;
                }
            }
            return first;
        }
    }

    private final BpfRuntime runtime = BpfRuntime.builder().slots(SLOTS).build();
    private final MapModel model;
    private final int keys;
    private final boolean perSlot;
    private final boolean takes;
    private final BpfMap map;
    private final MapView<Long, Long> view;
    private final List<MapCaller> callers;
    private final AtomicLong numbers = new AtomicLong();

    /**
     * A map under test.
     *
     * @param keys more than the map can hold where that is to happen
     * @param words of a value
     */
    private KeyedStress(MapModel model, int keys, int words, Function<MapBuilder, BpfMap> make) {
        this.model = model;
        this.keys = keys;
        this.map = make.apply(runtime.map("stressed")
                .keyBytes(Long.BYTES)
                .valueBytes(words * Long.BYTES)
                .entriesMax(model.entriesMax()));
        this.view = MapView.of(map, map.keyBytes() == Long.BYTES ? Codec.LONG : new Index(), new Words(words));
        this.perSlot = view.valuesPerEntry() > 1;
        this.takes = !perSlot && !model.fixed();
        this.callers = List.of(new MapCaller(runtime, map), new MapCaller(runtime, map));
    }

    /** Numbers as keys of an array. */
    private record Index() implements Codec<Long> {
        @Override
        public int bytes() {
            return Integer.BYTES;
        }

        @Override
        public void write(Long value, MemorySegment to) {
            Codec.INT.write(Math.toIntExact(value), to);
        }

        @Override
        public Long read(MemorySegment from) {
            return (long) Codec.INT.read(from);
        }
    }

    static KeyedStress array() {
        return new KeyedStress(new MapModel(3, false, true), 3, 1, MapBuilder::array);
    }

    static KeyedStress perCpuArray() {
        return new KeyedStress(new MapModel(2, false, true), 2, 1, MapBuilder::perCpuArray);
    }

    static KeyedStress hash() {
        return new KeyedStress(new MapModel(2, false, false), 3, 3, MapBuilder::hash);
    }

    static KeyedStress perCpuHash() {
        return new KeyedStress(new MapModel(2, false, false), 3, 1, MapBuilder::perCpuHash);
    }

    static KeyedStress lruHash() {
        return new KeyedStress(new MapModel(2, true, false), 4, 3, MapBuilder::lruHash);
    }

    static KeyedStress lruPerCpuHash() {
        return new KeyedStress(new MapModel(2, true, false), 4, 1, MapBuilder::lruPerCpuHash);
    }

    @Override
    public int parts() {
        return view.valuesPerEntry();
    }

    @Override
    public Set<Map<Long, Long>> empty() {
        return MapModel.empty();
    }

    @Override
    public void operate(int thread, Random random, Notes<Set<Map<Long, Long>>> notes) {
        long key = random.nextInt(keys);
        int what = random.nextInt(7);
        int hostThreads = perSlot ? 1 : 2;
        if (thread < hostThreads) {
            host(what, key, notes);
        } else {
            program(callers.get(thread - hostThreads), what, key, notes);
        }
    }

    private void host(int what, long key, Notes<Set<Map<Long, Long>>> notes) {
        switch (what) {
            case 0, 1, 2 -> hostUpdate(key, what, notes);
            case 3 -> hostDelete(key, notes);
            case 4 -> hostTake(key, notes);
            default -> hostLookup(key, notes);
        }
    }

    private void hostUpdate(long key, int mode, Notes<Set<Map<Long, Long>>> notes) {
        long value = numbers.incrementAndGet();
        long begin = System.nanoTime();
        int result = -view.update(key, value, UpdateMode.values()[mode]).errno();
        String text = "host updates %d to %d, mode %d: %d".formatted(key, value, mode, result);
        for (int part = 0; part < parts(); part++) {
            makeRoom(part, begin, key, notes);
            notes.add(part, begin, text, model.update(key, value, mode, result));
        }
    }

    private void makeRoom(int part, long begin, long key, Notes<Set<Map<Long, Long>>> notes) {
        if (model.forgets()) {
            notes.add(part, begin, "makes room for " + key, model.makeRoom(key));
        }
    }

    private void hostDelete(long key, Notes<Set<Map<Long, Long>>> notes) {
        long begin = System.nanoTime();
        int result = -view.delete(key).errno();
        for (int part = 0; part < parts(); part++) {
            notes.add(part, begin, "host deletes %d: %d".formatted(key, result), model.delete(key, result));
        }
    }

    private void hostTake(long key, Notes<Set<Map<Long, Long>>> notes) {
        if (!takes) {
            hostLookup(key, notes);
            return;
        }
        long begin = System.nanoTime();
        Long seen = view.take(key).orElse(null);
        notes.add(begin, "host takes %d: %s".formatted(key, seen), model.take(key, seen));
    }

    private void hostLookup(long key, Notes<Set<Map<Long, Long>>> notes) {
        long begin = System.nanoTime();
        List<Long> seen = view.values(key);
        for (int part = 0; part < parts(); part++) {
            Long here = seen.isEmpty() ? null : seen.get(part);
            notes.add(part, begin, "host finds %d: %s".formatted(key, here), model.lookup(key, here));
        }
    }

    private void program(MapCaller caller, int what, long key, Notes<Set<Map<Long, Long>>> notes) {
        switch (what) {
            case 0, 1, 2 -> programUpdate(caller, key, what, notes);
            case 3 -> programDelete(caller, key, notes);
            default -> programLookup(caller, key, notes);
        }
    }

    private void programUpdate(MapCaller caller, long key, long flags, Notes<Set<Map<Long, Long>>> notes) {
        long value = numbers.incrementAndGet();
        long begin = System.nanoTime();
        int result = caller.update(key, value, flags);
        int own = perSlot ? caller.slot() : 0;
        String text = "program in %d updates %d to %d, flags %d: %d".formatted(own, key, value, flags, result);
        for (int part = 0; part < parts(); part++) {
            makeRoom(part, begin, key, notes);
            notes.add(
                    part,
                    begin,
                    text,
                    part == own ? model.update(key, value, flags, result) : model.updateElsewhere(key, flags, result));
        }
    }

    private void programDelete(MapCaller caller, long key, Notes<Set<Map<Long, Long>>> notes) {
        long begin = System.nanoTime();
        int result = caller.delete(key);
        for (int part = 0; part < parts(); part++) {
            notes.add(part, begin, "program deletes %d: %d".formatted(key, result), model.delete(key, result));
        }
    }

    private void programLookup(MapCaller caller, long key, Notes<Set<Map<Long, Long>>> notes) {
        long begin = System.nanoTime();
        @Nullable Long seen = caller.lookup(key);
        int own = perSlot ? caller.slot() : 0;
        notes.add(own, begin, "program in %d finds %d: %s".formatted(own, key, seen), model.lookup(key, seen));
    }

    @Override
    public void settle(Notes<Set<Map<Long, Long>>> notes) {
        for (long key = 0; key < keys; key++) {
            hostLookup(key, notes);
            if (model.fixed()) {
                view.put(key, 0L);
            } else {
                hostDelete(key, notes);
            }
        }
    }

    @Override
    public void close() {
        callers.forEach(MapCaller::close);
        runtime.close();
    }
}
