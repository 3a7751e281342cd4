package dev.ring3.bpf;

import dev.ring3.bpf.MapStress.Notes;
import dev.ring3.bpf.RingStress.Entry;
import dev.ring3.bpf.map.RingLog;
import dev.ring3.bpf.map.ValueFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A ring buffer: two threads reserve records and submit or discard them, in any order; one reads. The reader gives the room
 * of discarded records back at a moment of its own, before it finds the next one: to who reserves it may be there or not.
 */
final class RingStress implements MapStress.Subject<List<Entry>> {
    /** A record in the log. */
    record Entry(long number, int bytes, Status status) {
        /** The room that it takes. */
        long room() {
            return ValueFormat.aligned(bytes + Long.BYTES);
        }

        Entry with(Status next) {
            return new Entry(number, bytes, next);
        }
    }

    /** What was done with a record. */
    enum Status {
        RESERVED,
        SUBMITTED,
        DISCARDED
    }

    /** A record that a thread has not given back. */
    private record Held(long address, long number) {}

    private static final int SIZE = 4096;
    private static final int[] LENGTHS = {8, 24, 1000, 1800};
    private static final int HELD_MAX = 3;

    private final MapMemory memory = new MapMemory(RingLog.memoryBytes(SIZE));
    private final RingLog log = new RingLog(memory.address(), SIZE);
    private final AtomicLong numbers = new AtomicLong();
    private final List<Deque<Held>> held =
            List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>()); // by thread

    @Override
    public List<Entry> empty() {
        return List.of();
    }

    @Override
    public void operate(int thread, Random random, Notes<List<Entry>> notes) {
        Deque<Held> own = held.get(thread);
        if (thread == 0) {
            read(notes);
        } else if (own.size() < HELD_MAX && (own.isEmpty() || random.nextBoolean())) {
            reserve(own, LENGTHS[random.nextInt(LENGTHS.length)], notes);
        } else {
            complete(random.nextBoolean() ? own.removeFirst() : own.removeLast(), random.nextInt(3) != 0, notes);
        }
    }

    private void reserve(Deque<Held> own, int bytes, Notes<List<Entry>> notes) {
        long number = numbers.incrementAndGet();
        long begin = System.nanoTime();
        long address = log.reserve(bytes);
        Entry entry = new Entry(number, bytes, Status.RESERVED);
        notes.add(begin, "reserve %d of %d bytes: %b".formatted(number, bytes, address != 0), state -> {
            long least = room(withoutFirstDiscarded(state));
            boolean possible = address != 0 ? least + entry.room() < SIZE : room(state) + entry.room() >= SIZE;
            return !possible ? null : address == 0 ? state : with(state, entry);
        });
        if (address != 0) {
            MapMemory.fill(address, bytes, number);
            own.add(new Held(address, number));
        }
    }

    private void complete(Held record, boolean submit, Notes<List<Entry>> notes) {
        long begin = System.nanoTime();
        if (submit) {
            log.submit(record.address(), 0);
        } else {
            log.discard(record.address(), 0);
        }
        String text = "%s %d".formatted(submit ? "submit" : "discard", record.number());
        notes.add(
                begin, text, state -> completed(state, record.number(), submit ? Status.SUBMITTED : Status.DISCARDED));
    }

    private static @Nullable List<Entry> completed(List<Entry> state, long number, Status status) {
        List<Entry> next = new ArrayList<>();
        boolean found = false;
        for (Entry entry : state) {
            boolean isIt = entry.number() == number && entry.status() == Status.RESERVED;
            found |= isIt;
            next.add(isIt ? entry.with(status) : entry);
        }
        return found ? List.copyOf(next) : null;
    }

    private void read(Notes<List<Entry>> notes) {
        long begin = System.nanoTime();
        long record = log.next();
        if (record == 0) {
            notes.add(begin, "read: nothing", state -> {
                List<Entry> rest = withoutFirstDiscarded(state);
                return rest.isEmpty() || rest.getFirst().status() == Status.RESERVED ? rest : null;
            });
            return;
        }
        int bytes = (int) log.lengthBytes(record);
        long number = MapMemory.whole(record, bytes);
        log.consume(record);
        notes.add(begin, "read %d of %d bytes".formatted(number, bytes), state -> {
            List<Entry> rest = withoutFirstDiscarded(state);
            Entry expected = new Entry(number, bytes, Status.SUBMITTED);
            return rest.isEmpty() || !rest.getFirst().equals(expected) ? null : rest.subList(1, rest.size());
        });
    }

    private static long room(List<Entry> state) {
        return state.stream().mapToLong(Entry::room).sum();
    }

    private static List<Entry> withoutFirstDiscarded(List<Entry> state) {
        int discarded = 0;
        while (discarded < state.size() && state.get(discarded).status() == Status.DISCARDED) {
            discarded++;
        }
        return state.subList(discarded, state.size());
    }

    private static List<Entry> with(List<Entry> state, Entry entry) {
        List<Entry> next = new ArrayList<>(state);
        next.add(entry);
        return List.copyOf(next);
    }

    @Override
    public void settle(Notes<List<Entry>> notes) {
        for (Deque<Held> own : held) {
            while (!own.isEmpty()) {
                complete(own.removeFirst(), true, notes);
            }
        }
        for (int i = 0; i <= SIZE / LENGTHS[0] && log.producerPosition() != log.consumerPosition(); i++) {
            read(notes);
        }
        read(notes);
    }

    @Override
    public void close() {
        memory.close();
    }
}
