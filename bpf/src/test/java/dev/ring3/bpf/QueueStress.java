package dev.ring3.bpf;

import dev.ring3.bpf.MapStress.Notes;
import dev.ring3.bpf.map.HashTable;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.map.ValueQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Queues and stacks: three threads that push, also over what is there, pop and peek. */
final class QueueStress implements MapStress.Subject<List<Long>> {
    private static final int ENTRIES = 3;
    private static final int VALUE_BYTES = 24;

    private final MapMemory memory = new MapMemory(ValueQueue.memoryBytes(VALUE_BYTES, ENTRIES));
    private final List<MapMemory> scratches = new ArrayList<>();
    private final boolean lastFirst;
    private final ValueQueue queue;
    private final AtomicLong numbers = new AtomicLong();

    private QueueStress(boolean lastFirst) {
        this.lastFirst = lastFirst;
        this.queue = new ValueQueue(memory.address(), VALUE_BYTES, ENTRIES, lastFirst);
        for (int i = 0; i < threads(); i++) {
            scratches.add(new MapMemory(VALUE_BYTES));
        }
    }

    static QueueStress queue() {
        return new QueueStress(false);
    }

    static QueueStress stack() {
        return new QueueStress(true);
    }

    @Override
    public List<Long> empty() {
        return List.of();
    }

    @Override
    public void operate(int thread, Random random, Notes<List<Long>> notes) {
        long scratch = scratches.get(thread).address();
        switch (random.nextInt(6)) {
            case 0, 1 -> push(scratch, HashTable.ANY, notes);
            case 2 -> push(scratch, HashTable.EXIST, notes);
            case 3, 4 -> next(scratch, true, notes);
            default -> next(scratch, false, notes);
        }
    }

    private void push(long scratch, long flags, Notes<List<Long>> notes) {
        long number = numbers.incrementAndGet();
        MapMemory.fill(scratch, VALUE_BYTES, number);
        long begin = System.nanoTime();
        int result = queue.push(scratch, flags);
        notes.add(begin, "push %d, flags %d: %d".formatted(number, flags, result), state -> {
            boolean isFull = state.size() == ENTRIES;
            if (result != (isFull && flags == HashTable.ANY ? HelperErrors.E2BIG : 0)) {
                return null;
            }
            List<Long> next = new ArrayList<>(state.subList(isFull && result == 0 ? 1 : 0, state.size()));
            if (result == 0) {
                next.add(number);
            }
            return List.copyOf(next);
        });
    }

    private void next(long scratch, boolean remove, Notes<List<Long>> notes) {
        long begin = System.nanoTime();
        int result = remove ? queue.pop(scratch) : queue.peek(scratch);
        Long seen = result == 0 ? MapMemory.whole(scratch, VALUE_BYTES) : null;
        notes.add(begin, "%s: %s".formatted(remove ? "pop" : "peek", seen), state -> after(state, seen, remove));
    }

    private @Nullable List<Long> after(List<Long> state, @Nullable Long seen, boolean remove) {
        Long first = state.isEmpty() ? null : lastFirst ? state.getLast() : state.getFirst();
        if (!Objects.equals(first, seen)) {
            return null;
        }
        boolean stays = !remove || state.isEmpty();
        return stays ? state : lastFirst ? state.subList(0, state.size() - 1) : state.subList(1, state.size());
    }

    @Override
    public void settle(Notes<List<Long>> notes) {
        for (int i = 0; i <= ENTRIES; i++) {
            next(scratches.getFirst().address(), true, notes);
        }
    }

    @Override
    public void close() {
        memory.close();
        scratches.forEach(MapMemory::close);
    }
}
