package dev.ring3.bpf;

import dev.ring3.bpf.MapStress.Notes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A trie of prefixes inside each other: two threads of the host and one that runs programs. A lookup goes down the trie
 * while it changes, as the kernel's does: so each longer prefix of its key was absent at a moment of its own, and what it
 * found was there at one.
 */
final class TrieStress implements MapStress.Subject<Set<Map<Long, Long>>> {
    /** 10.0.0.0/8 and what lies in it, so that nodes come and go above and below each other. */
    private static final List<LpmPrefix> PREFIXES = Stream.of(
                    "10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24", "10.1.1.64/26", "10.1.2.0/24", "10.128.0.0/9")
            .map(LpmPrefix::parse)
            .toList();

    private static final List<LpmPrefix> ADDRESSES = Stream.of("10.1.1.65", "10.1.1.1", "10.1.2.1", "10.129.0.0")
            .map(LpmPrefix::parse)
            .toList();

    private final BpfRuntime runtime = BpfRuntime.builder().slots(2).build();
    private final MapModel model = new MapModel(PREFIXES.size(), false, false);
    private final LpmTrieMap map = runtime.map("stressed")
            .keyBytes(8)
            .valueBytes(Long.BYTES)
            .entriesMax(PREFIXES.size())
            .lpmTrie();
    private final MapView<LpmPrefix, Long> view = MapView.of(map, LpmPrefix.IPV4, Codec.LONG);
    private final MapCaller caller = new MapCaller(runtime, map);
    private final AtomicLong numbers = new AtomicLong();

    /** A key as programs have it, as one number. */
    private static long word(LpmPrefix prefix) {
        return Integer.toUnsignedLong(prefix.bits())
                | Integer.toUnsignedLong(Integer.reverseBytes(address(prefix))) << 32;
    }

    private static int address(LpmPrefix prefix) {
        return ByteBuffer.wrap(prefix.address().getAddress()).getInt();
    }

    private static boolean covers(LpmPrefix prefix, LpmPrefix key) {
        return Integer.numberOfLeadingZeros(address(prefix) ^ address(key)) >= prefix.bits();
    }

    @Override
    public Set<Map<Long, Long>> empty() {
        return MapModel.empty();
    }

    /** Values say whose they are: the index of the prefix is the rest by the number of prefixes. */
    private long newValue(int index) {
        return numbers.incrementAndGet() * PREFIXES.size() + index;
    }

    @Override
    public void operate(int thread, Random random, Notes<Set<Map<Long, Long>>> notes) {
        int index = random.nextInt(PREFIXES.size());
        switch (random.nextInt(7)) {
            case 0, 1, 2 -> update(thread, index, random.nextInt(3), notes);
            case 3 -> delete(thread, index, notes);
            default -> lookup(thread, ADDRESSES.get(random.nextInt(ADDRESSES.size())), notes);
        }
    }

    private boolean isProgram(int thread) {
        return thread == 2;
    }

    private void update(int thread, int index, int mode, Notes<Set<Map<Long, Long>>> notes) {
        LpmPrefix key = PREFIXES.get(index);
        long value = newValue(index);
        long begin = System.nanoTime();
        int result = isProgram(thread)
                ? caller.update(word(key), value, mode)
                : -view.update(key, value, UpdateMode.values()[mode]).errno();
        notes.add(
                begin,
                "update %s to %d, mode %d: %d".formatted(key, value, mode, result),
                model.update(index, value, mode, result));
    }

    private void delete(int thread, int index, Notes<Set<Map<Long, Long>>> notes) {
        LpmPrefix key = PREFIXES.get(index);
        long begin = System.nanoTime();
        int result =
                isProgram(thread) ? caller.delete(word(key)) : -view.delete(key).errno();
        notes.add(begin, "delete %s: %d".formatted(key, result), model.delete(index, result));
    }

    private void lookup(int thread, LpmPrefix key, Notes<Set<Map<Long, Long>>> notes) {
        long begin = System.nanoTime();
        Long seen =
                isProgram(thread) ? caller.lookup(word(key)) : view.lookup(key).orElse(null);
        note(begin, key, seen, notes);
    }

    private void note(long begin, LpmPrefix key, @Nullable Long seen, Notes<Set<Map<Long, Long>>> notes) {
        int found = seen == null ? -1 : (int) (seen % PREFIXES.size());
        if (found >= 0) {
            LpmPrefix prefix = PREFIXES.get(found);
            notes.addAside(
                    begin,
                    "lookup of %s sees %s: %d".formatted(key, prefix, seen),
                    covers(prefix, key) ? model.lookup(found, seen) : _ -> null);
        }
        for (int i = 0; i < PREFIXES.size(); i++) {
            boolean isLonger =
                    found < 0 || PREFIXES.get(i).bits() > PREFIXES.get(found).bits();
            if (isLonger && covers(PREFIXES.get(i), key)) {
                String text = "lookup of %s sees no %s".formatted(key, PREFIXES.get(i));
                notes.addAside(begin, text, model.lookup(i, null));
            }
        }
    }

    @Override
    public void settle(Notes<Set<Map<Long, Long>>> notes) {
        for (int i = 0; i < PREFIXES.size(); i++) {
            for (LpmPrefix address : ADDRESSES) {
                long begin = System.nanoTime();
                exact(begin, address, view.lookup(address).orElse(null), notes);
            }
            delete(0, i, notes);
        }
    }

    /** While nothing changes, what is found is the longest that there is. */
    private void exact(long begin, LpmPrefix key, @Nullable Long seen, Notes<Set<Map<Long, Long>>> notes) {
        notes.add(begin, "alone, lookup of %s: %s".formatted(key, seen), states -> {
            for (Map<Long, Long> state : states) {
                int longest = -1;
                for (int i = 0; i < PREFIXES.size(); i++) {
                    boolean isLonger = longest < 0
                            || PREFIXES.get(i).bits() > PREFIXES.get(longest).bits();
                    longest = state.containsKey((long) i) && covers(PREFIXES.get(i), key) && isLonger ? i : longest;
                }
                Long expected = longest < 0 ? null : state.get((long) longest);
                if (expected == null ? seen != null : !expected.equals(seen)) {
                    return null;
                }
            }
            return states;
        });
    }

    @Override
    public void close() {
        caller.close();
        runtime.close();
    }
}
