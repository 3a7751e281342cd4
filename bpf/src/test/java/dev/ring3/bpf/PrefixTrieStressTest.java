package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.map.PrefixLayout;
import dev.ring3.bpf.map.PrefixTrie;
import dev.ring3.bpf.map.Reclamation;
import dev.ring3.bpf.map.ValueFormat;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * A trie that changes while others look things up: each finds a prefix of its key, at least the one that is always
 * there, with the value of that prefix, which stays what it was until the reader goes.
 */
class PrefixTrieStressTest {
    private static final int READERS = 2;
    private static final long MILLIS = Boolean.getBoolean("ring3.long") ? 60_000 : 1_500;
    private static final int KEY_BYTES = 8;
    private static final int ENTRIES = 200;
    private static final int BASE = 10 << 24;
    private static final int BASE_BITS = 8;

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

    private final Seed seed = Seed.of(PrefixTrieStressTest.class);

    private static void writeKey(long at, int bits, int address) {
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_INT_UNALIGNED, at, bits);
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_INT_UNALIGNED, at + 4, Integer.reverseBytes(address));
    }

    private static int masked(int address, int bits) {
        return bits == 0 ? 0 : address & (-1 << (Integer.SIZE - bits));
    }

    /** Few addresses, so that prefixes are inside each other, and nodes come and go. */
    private static int address(Random random) {
        return BASE | (random.nextInt(4) << 18) | (random.nextInt(4) << 11) | random.nextInt(64);
    }

    private static void writeValue(long at, int bits, int address) {
        long stamp = (long) bits << Integer.SIZE | Integer.toUnsignedLong(masked(address, bits));
        MapMemory.set(at, stamp);
        MapMemory.set(at + Long.BYTES, ~stamp);
    }

    /** Inserts and deletes until it is told to stop; how often. */
    private static long change(PrefixTrie trie, GracePeriod period, Random random, AtomicBoolean stop) {
        GracePeriod.Reader reader = period.newReader();
        long changes = 0;
        try (MapMemory scratch = new MapMemory(64)) {
            long key = scratch.address();
            long value = key + 16;
            while (!stop.get()) {
                int bits = BASE_BITS + 1 + random.nextInt(Integer.SIZE - BASE_BITS);
                int address = address(random);
                writeKey(key, bits, address);
                writeValue(value, bits, address);
                boolean _ = reader.enter(period);
                int result = random.nextBoolean() ? trie.update(key, value, HashTable.NOEXIST) : trie.delete(key);
                reader.leave(period);
                changes += result == 0 ? 1 : 0;
            }
        }
        period.forget(reader);
        return changes;
    }

    /** Looks up until the time is over; how often something was wrong. */
    private static long read(PrefixTrie trie, GracePeriod period, Random random) {
        GracePeriod.Reader reader = period.newReader();
        long wrong = 0;
        long end = System.nanoTime() + MILLIS * 1_000_000;
        try (MapMemory scratch = new MapMemory(64)) {
            while (System.nanoTime() < end) {
                int address = address(random);
                writeKey(scratch.address(), Integer.SIZE, address);
                boolean _ = reader.enter(period);
                int row = trie.find(scratch.address());
                wrong += row == 0 || !isRight(trie, row, address) ? 1 : 0;
                reader.leave(period);
            }
        }
        period.forget(reader);
        return wrong;
    }

    private static boolean isRight(PrefixTrie trie, int row, int address) {
        long stamp = MapMemory.get(trie.value(row));
        int bits = (int) (stamp >>> Integer.SIZE);
        boolean right = bits >= BASE_BITS && bits <= Integer.SIZE && masked(address, bits) == (int) stamp;
        for (int i = 0; i < 20 && right; i++) {
            right = MapMemory.get(trie.value(row)) == stamp && MapMemory.get(trie.value(row) + Long.BYTES) == ~stamp;
        }
        return right;
    }

    private long wrongReads(boolean waits) throws Exception {
        PrefixLayout layout = new PrefixLayout(KEY_BYTES, new ValueFormat(16, OptionalInt.empty()), ENTRIES);
        GracePeriod period = new GracePeriod();
        AtomicBoolean stop = new AtomicBoolean();
        try (MapMemory memory = new MapMemory(layout.bytes());
                MapMemory scratch = new MapMemory(64)) {
            PrefixTrie trie = new PrefixTrie(layout, memory.address(), waits ? period : IMMEDIATE);
            writeKey(scratch.address(), BASE_BITS, BASE);
            writeValue(scratch.address() + 16, BASE_BITS, BASE);
            assertThat(trie.update(scratch.address(), scratch.address() + 16, HashTable.ANY))
                    .isZero();
            List<Long> results = Parallel.run(READERS + 1, thread -> () -> {
                Random random = new Random(seed.value() + thread);
                if (thread == 0) {
                    return change(trie, period, random, stop);
                }
                try {
                    return read(trie, period, random);
                } finally {
                    stop.set(true);
                }
            });
            assertThat(results.getFirst()).as("changes").isGreaterThan(1_000);
            return results.stream().skip(1).mapToLong(Long::longValue).sum();
        }
    }

    @Test
    void readers_besideChanges_findWhatIsRight() throws Exception {
        assertThat(wrongReads(true)).as("%s", seed).isZero();
    }

    @Test
    void readers_ofMemoryThatIsUsedAgainAtOnce_findWhatIsWrong() throws Exception {
        long wrong = 0;
        for (int i = 0; i < 10 && wrong == 0; i++) {
            wrong = wrongReads(false);
        }
        assertThat(wrong).as("the harness sees it, %s", seed).isPositive();
    }
}
