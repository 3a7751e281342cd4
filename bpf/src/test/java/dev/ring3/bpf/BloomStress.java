package dev.ring3.bpf;

import dev.ring3.bpf.MapStress.Notes;
import dev.ring3.bpf.map.BloomBits;
import dev.ring3.bpf.memory.BpfMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A Bloom filter of one word: what was added is not denied; that it may have what was not added is no fault. */
final class BloomStress implements MapStress.Subject<Set<Long>> {
    private static final int ENTRIES = 8;
    private static final int HASHES = 2;
    private static final int VALUES = 12;

    private final long bytes = BloomBits.memoryBytes(ENTRIES, HASHES);
    private final MapMemory memory = new MapMemory(bytes);
    private final List<MapMemory> scratches = new ArrayList<>();
    private final BloomBits bits = new BloomBits(memory.address(), Long.BYTES, ENTRIES, HASHES, 0);

    BloomStress() {
        for (int i = 0; i < threads(); i++) {
            scratches.add(new MapMemory(Long.BYTES));
        }
    }

    @Override
    public Set<Long> empty() {
        return Set.of();
    }

    @Override
    public void operate(int thread, Random random, Notes<Set<Long>> notes) {
        long scratch = scratches.get(thread).address();
        long value = random.nextInt(VALUES);
        if (random.nextInt(3) == 0) {
            look(scratch, value, notes);
            return;
        }
        MapMemory.set(scratch, value);
        long begin = System.nanoTime();
        bits.add(scratch);
        notes.add(begin, "add " + value, state -> {
            Set<Long> next = new HashSet<>(state);
            next.add(value);
            return Set.copyOf(next);
        });
    }

    private void look(long scratch, long value, Notes<Set<Long>> notes) {
        MapMemory.set(scratch, value);
        long begin = System.nanoTime();
        boolean seen = bits.mayContain(scratch);
        notes.add(
                begin,
                "may contain %d: %b".formatted(value, seen),
                state -> seen || !state.contains(value) ? state : null);
    }

    @Override
    public void settle(Notes<Set<Long>> notes) {
        for (long value = 0; value < VALUES; value++) {
            look(scratches.getFirst().address(), value, notes);
        }
        BpfMemory.SEGMENT.asSlice(memory.address(), bytes).fill((byte) 0);
    }

    @Override
    public void close() {
        memory.close();
        scratches.forEach(MapMemory::close);
    }
}
