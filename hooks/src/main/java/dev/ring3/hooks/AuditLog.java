package dev.ring3.hooks;

import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.btf.Btf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What programs wrote for people: the last records, for any number of readers, each of which sees all that it is not too
 * slow for. A program waits for no reader but for the moment in which it takes some records. Thread-safe.
 */
public final class AuditLog {
    private static final int RING_FIRST = 256;

    private final int bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();

    // All guarded by the lock.
    private @Nullable AuditRecord[] ring = new AuditRecord[RING_FIRST]; // a record is at its sequence modulo the length
    private int count;
    private int bytes;
    private long next = 1; // the sequence of the record to come
    private boolean closed;

    AuditLog(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Somebody who reads the log in its order. By one thread at a time. */
    public final class Reader {
        private long position; // the sequence of the record that it wants next
        private long lost;

        private Reader(long position) {
            this.position = position;
        }

        /**
         * The next records, of which there is at least one if any comes in time.
         *
         * @param max the most
         * @param timeout how long to wait for the first; zero for not at all
         */
        public List<AuditRecord> read(int max, Duration timeout) throws InterruptedException {
            List<AuditRecord> found = new ArrayList<>();
            lock.lockInterruptibly();
            try {
                long left = timeout.toNanos();
                while (position >= next && left > 0 && !closed) {
                    left = grown.awaitNanos(left);
                }
                long oldest = oldest();
                if (position < oldest) {
                    lost += oldest - position;
                    position = oldest;
                }
                while (position < next && found.size() < max) {
                    found.add(at(position++));
                }
            } finally {
                lock.unlock();
            }
            return found;
        }

        /** Whether no record will come any more. */
        public boolean isEnded() {
            lock.lock();
            try {
                return closed && position >= next;
            } finally {
                lock.unlock();
            }
        }

        /** How many records were gone before this reader came to them. */
        public long lost() {
            return lost;
        }
    }

    /** A reader of what is written from now on. */
    public Reader readNew() {
        lock.lock();
        try {
            return new Reader(next);
        } finally {
            lock.unlock();
        }
    }

    /** A reader that begins behind a record; with 0, at the oldest that is there. */
    public Reader readAfter(long sequence) {
        lock.lock();
        try {
            return new Reader(sequence == 0 ? oldest() : sequence + 1);
        } finally {
            lock.unlock();
        }
    }

    void addText(@Nullable HookProgram program, String text) {
        add(sequence -> AuditRecord.ofText(
                sequence, program == null ? "" : program.object().name(), program == null ? "" : program.name(), text));
    }

    void addRecord(HookProgram program, int typeId, byte[] record) {
        BpfObject object = program.object().object();
        Btf types = object == null ? null : object.types().orElse(null);
        add(sequence -> AuditRecord.ofBytes(
                sequence, program.object().name(), program.name(), types, known(types, typeId), record));
    }

    /** Programs can name any type, also one that is not there. */
    private static int known(@Nullable Btf types, int typeId) {
        return types == null || typeId < 0 || typeId > types.typeCount() ? 0 : typeId;
    }

    /** Adds what came through a ring buffer of an object. */
    void addFromRing(AttachedObject object, String ring, @Nullable Btf types, int typeId, byte[] record) {
        add(sequence -> AuditRecord.ofBytes(sequence, object.name(), ring, types, typeId, record));
    }

    private interface Maker {
        AuditRecord make(long sequence);
    }

    private void add(Maker maker) {
        lock.lock();
        try {
            AuditRecord record = maker.make(next);
            put(record);
            while (bytes > bytesMax && count > 1) {
                forgetOldest();
            }
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long oldest() {
        return next - count;
    }

    private int place(long sequence) {
        return (int) (sequence % ring.length);
    }

    private AuditRecord at(long sequence) {
        return Objects.requireNonNull(ring[place(sequence)], "a record between the oldest and the next");
    }

    private void put(AuditRecord record) {
        if (count == ring.length) {
            @Nullable AuditRecord[] old = ring;
            ring = new AuditRecord[2 * old.length];
            for (long sequence = oldest(); sequence < next; sequence++) {
                ring[place(sequence)] = old[(int) (sequence % old.length)];
            }
        }
        ring[place(next++)] = record;
        count++;
        bytes += record.weight();
    }

    private void forgetOldest() {
        int place = place(oldest());
        bytes -= at(oldest()).weight();
        ring[place] = null;
        count--;
    }

    /** How many records were written. */
    public long written() {
        lock.lock();
        try {
            return next - 1;
        } finally {
            lock.unlock();
        }
    }

    /** How many of them are gone, because there was no room for more: whoever had not read them misses them. */
    public long forgotten() {
        lock.lock();
        try {
            return oldest() - 1;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes up all readers; what is there can still be read. */
    void close() {
        lock.lock();
        try {
            closed = true;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
