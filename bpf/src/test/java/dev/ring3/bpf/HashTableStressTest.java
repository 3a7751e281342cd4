package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.Linearizability.Timed;
import dev.ring3.bpf.map.HashLayout;
import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.map.Reclamation;
import dev.ring3.bpf.map.ValueFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hash tables under several threads, against a sequential model; and that a value found stays what it was. */
class HashTableStressTest {
    private static final int THREADS = 3;
    private static final int ROUNDS = Boolean.getBoolean("ring3.long") ? 200_000 : 2_000;
    private static final int OPERATIONS = 6;
    private static final int KEYS = 3;

    /** Uses memory again at once, which is wrong. */
    private static final Reclamation IMMEDIATE = new Reclamation() {
        @Override
        public long advance() {
            return 0;
        }

        @Override
        public boolean hasPassed(long epoch) {
            return true;
        }
    };

    private final Seed seed = Seed.of(HashTableStressTest.class);

    /** A thread that works on the table as a run would, and writes down what it saw. */
    private final class Worker {
        private final HashTable table;
        private final GracePeriod period;
        private final GracePeriod.Reader reader;
        private final long key;
        private final long value;
        private final int valueBytes;
        private final AtomicLong values;
        private final Random random;

        Worker(
                HashTable table,
                GracePeriod period,
                MapMemory scratch,
                int valueBytes,
                AtomicLong values,
                Random random) {
            this.table = table;
            this.period = period;
            this.reader = period.newReader();
            this.key = scratch.address();
            this.value = scratch.address() + Long.BYTES;
            this.valueBytes = valueBytes;
            this.values = values;
            this.random = random;
        }

        List<Timed<Map<Long, Long>>> round() {
            List<Timed<Map<Long, Long>>> operations = new ArrayList<>();
            for (int i = 0; i < OPERATIONS; i++) {
                long wanted = random.nextInt(KEYS);
                MapMemory.set(key, wanted);
                reader.enter(period);
                operations.add(
                        switch (random.nextInt(6)) {
                            case 0 -> update(wanted, HashTable.ANY);
                            case 1 -> update(wanted, HashTable.NOEXIST);
                            case 2 -> update(wanted, HashTable.EXIST);
                            case 3 -> delete(wanted);
                            case 4 -> take(wanted);
                            default -> lookup(wanted);
                        });
                reader.leave(period);
            }
            return operations;
        }

        private Timed<Map<Long, Long>> update(long wanted, long flags) {
            long number = values.incrementAndGet();
            for (int at = 0; at < valueBytes; at += Long.BYTES) {
                MapMemory.set(value + at, number);
            }
            long begin = System.nanoTime();
            int result = table.update(key, value, flags, 0);
            return timed(begin, "update %d to %d, flags %d: %d".formatted(wanted, number, flags, result), state -> {
                boolean there = state.containsKey(wanted);
                int expected = flags == HashTable.NOEXIST && there
                        ? HelperErrors.EEXIST
                        : flags == HashTable.EXIST && !there ? HelperErrors.ENOENT : 0;
                return result != expected ? null : result != 0 ? state : with(state, wanted, number);
            });
        }

        private Timed<Map<Long, Long>> delete(long wanted) {
            long begin = System.nanoTime();
            int result = table.delete(key);
            return timed(
                    begin,
                    "delete %d: %d".formatted(wanted, result),
                    state -> state.containsKey(wanted) != (result == 0) ? null : with(state, wanted, null));
        }

        private Timed<Map<Long, Long>> take(long wanted) {
            long begin = System.nanoTime();
            Long seen = table.take(key, value) ? wholeValue(value) : null;
            return timed(
                    begin,
                    "take %d: %s".formatted(wanted, seen),
                    state -> Objects.equals(seen, state.get(wanted)) ? with(state, wanted, null) : null);
        }

        private Timed<Map<Long, Long>> lookup(long wanted) {
            long begin = System.nanoTime();
            int row = table.find(key);
            Long seen = row == 0 ? null : wholeValue(table.value(row));
            return timed(
                    begin,
                    "lookup %d: %s".formatted(wanted, seen),
                    state -> Objects.equals(seen, state.get(wanted)) ? state : null);
        }

        private long wholeValue(long address) {
            long first = MapMemory.get(address);
            for (int at = Long.BYTES; at < valueBytes; at += Long.BYTES) {
                assertThat(MapMemory.get(address + at))
                        .as("torn value, %s", seed)
                        .isEqualTo(first);
            }
            return first;
        }

        private static Timed<Map<Long, Long>> timed(
                long begin, String text, Linearizability.Step<Map<Long, Long>> step) {
            return new Timed<>(begin, System.nanoTime(), text, step);
        }

        private static Map<Long, Long> with(Map<Long, Long> state, long key, @Nullable Long value) {
            Map<Long, Long> next = new HashMap<>(state);
            if (value == null) {
                next.remove(key);
            } else {
                next.put(key, value);
            }
            return Map.copyOf(next);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 40})
    void operations_ofSeveralThreads_areLinearizable(int valueBytes) throws Exception {
        GracePeriod period = new GracePeriod();
        HashLayout layout =
                new HashLayout(Long.BYTES, new ValueFormat(valueBytes, OptionalInt.empty()), KEYS, 0, false);
        AtomicLong values = new AtomicLong();
        CyclicBarrier barrier = new CyclicBarrier(THREADS);
        List<List<Timed<Map<Long, Long>>>> rounds = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            rounds.add(List.of());
        }
        try (MapMemory memory = new MapMemory(layout.bytes())) {
            HashTable table = new HashTable(layout, memory.address(), seed.value(), period);
            AtomicLong failures = new AtomicLong();
            List<String> texts = new ArrayList<>();
            Map<Long, Long> state = new HashMap<>();
            Parallel.run(THREADS, i -> () -> {
                try (MapMemory scratch = new MapMemory(4096)) {
                    Random random = new Random(seed.value() + i);
                    Worker worker = new Worker(table, period, scratch, valueBytes, values, random);
                    for (int round = 0; round < ROUNDS; round++) {
                        barrier.await();
                        List<Timed<Map<Long, Long>>> seen = worker.round();
                        synchronized (rounds) {
                            rounds.set(i, seen);
                        }
                        barrier.await();
                        if (i == 0) {
                            synchronized (rounds) {
                                if (!Linearizability.holds(rounds, Map.copyOf(state))) {
                                    failures.incrementAndGet();
                                    texts.add(state + "\n" + Linearizability.text(rounds));
                                }
                            }
                            snapshot(table, scratch, state);
                        }
                        barrier.await();
                    }
                    return 0;
                }
            });
            assertThat(texts).as(seed.toString()).isEmpty();
            assertThat(failures).hasValue(0);
        }
    }

    private static void snapshot(HashTable table, MapMemory scratch, Map<Long, Long> state) {
        state.clear();
        for (long key = 0; key < KEYS; key++) {
            MapMemory.set(scratch.address(), key);
            int row = table.find(scratch.address());
            if (row != 0) {
                state.put(key, MapMemory.get(table.value(row)));
            }
        }
        assertThat(table.count()).isEqualTo(state.size());
    }

    /** The negative control of the checker. */
    @Test
    void checker_lostUpdate_isNoticed() {
        Timed<Map<Long, Long>> put = new Timed<>(0, 1, "put", state -> Map.of(1L, 7L));
        Timed<Map<Long, Long>> misses = new Timed<>(2, 3, "miss", state -> state.isEmpty() ? state : null);
        Timed<Map<Long, Long>> overlaps = new Timed<>(1, 3, "miss", state -> state.isEmpty() ? state : null);
        assertThat(Linearizability.holds(List.of(List.of(put), List.of(misses)), Map.of()))
                .isFalse();
        assertThat(Linearizability.holds(List.of(List.of(put), List.of(overlaps)), Map.of()))
                .isTrue();
    }

    /** One thread replaces and deletes; another finds a value and looks at it for a while: it must not become another's. */
    private boolean foundValuesStay(GracePeriod period, Reclamation reclamation) throws Exception {
        HashLayout layout = new HashLayout(Long.BYTES, new ValueFormat(24, OptionalInt.empty()), 16, 0, false);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong changes = new AtomicLong();
        try (MapMemory memory = new MapMemory(layout.bytes());
                MapMemory scratch = new MapMemory(2 * 4096)) {
            HashTable table = new HashTable(layout, memory.address(), seed.value(), reclamation);
            List<Boolean> results = Parallel.run(2, i -> () -> {
                GracePeriod.Reader reader = period.newReader();
                Random random = new Random(seed.value() + i);
                long key = scratch.address() + i * 4096L;
                boolean stayed = true;
                for (int found = 0; (i == 0 || found < 200) && !stop.get(); ) {
                    reader.enter(period);
                    if (i == 0) {
                        for (int n = 0; n < 40; n++) {
                            long number = random.nextInt(20);
                            MapMemory.set(key, number);
                            MapMemory.set(key + 8, number);
                            MapMemory.set(key + 16, number);
                            MapMemory.set(key + 24, number);
                            int result = random.nextInt(3) == 0 ? table.delete(key) : table.update(key, key + 8, 0, 0);
                            assertThat(result).isIn(0, HelperErrors.ENOENT, HelperErrors.E2BIG, HelperErrors.ENOMEM);
                        }
                        changes.addAndGet(40);
                    } else {
                        long number = random.nextInt(20);
                        MapMemory.set(key, number);
                        int row = table.find(key);
                        found += row == 0 ? 0 : 1;
                        long until = changes.get() + 400; // more than there are rows
                        while (row != 0 && stayed && changes.get() < until) {
                            stayed = MapMemory.get(table.value(row) + 8) == number
                                    && MapMemory.get(table.key(row)) == number;
                            Thread.onSpinWait();
                        }
                    }
                    reader.leave(period);
                }
                stop.set(true);
                return stayed;
            });
            return results.get(1);
        }
    }

    @Test
    void value_thatWasFound_staysUntilTheRunEnds() throws Exception {
        GracePeriod period = new GracePeriod();
        assertThat(foundValuesStay(period, period)).as(seed.toString()).isTrue();
    }

    /** The negative control: the same, with memory that is used again at once. */
    @Test
    void value_whoseMemoryIsUsedAtOnce_isNoticed() throws Exception {
        assertThat(foundValuesStay(new GracePeriod(), IMMEDIATE))
                .as(seed.toString())
                .isFalse();
    }

    /** Entries that are there all the time are met exactly once, whatever happens to others. */
    @Test
    void iteration_whileOthersChange_meetsWhatStaysOnce() throws Exception {
        GracePeriod period = new GracePeriod();
        HashLayout layout = new HashLayout(Long.BYTES, new ValueFormat(8, OptionalInt.empty()), 200, 0, false);
        AtomicBoolean stop = new AtomicBoolean();
        try (MapMemory memory = new MapMemory(layout.bytes());
                MapMemory scratch = new MapMemory(2 * 4096)) {
            HashTable table = new HashTable(layout, memory.address(), seed.value(), period);
            for (long stays = 0; stays < 100; stays++) {
                MapMemory.set(scratch.address(), stays);
                assertThat(table.update(scratch.address(), scratch.address(), 0, 0))
                        .isZero();
            }
            Parallel.run(2, i -> () -> {
                GracePeriod.Reader reader = period.newReader();
                Random random = new Random(seed.value() + i);
                long key = scratch.address() + i * 4096L;
                for (int turn = 0; turn < 1000 && !stop.get(); turn++) {
                    reader.enter(period);
                    if (i == 0) {
                        for (int n = 0; n < 200; n++) {
                            MapMemory.set(key, 100 + random.nextInt(80));
                            if (random.nextBoolean()) {
                                table.update(key, key, 0, 0);
                            } else {
                                table.delete(key);
                            }
                        }
                    } else {
                        Set<Long> met = new HashSet<>();
                        for (int at = table.nextBucket(0); at >= 0; at = table.nextBucket(at + 1)) {
                            int row = table.rowAt(at);
                            long found = row == 0 ? Long.MAX_VALUE : MapMemory.get(table.key(row));
                            if (found < 100) {
                                assertThat(met.add(found))
                                        .as("%d twice, %s", found, seed)
                                        .isTrue();
                            }
                        }
                        assertThat(met).as(seed.toString()).hasSize(100);
                    }
                    reader.leave(period);
                }
                stop.set(true);
                return 0;
            });
        }
    }
}
