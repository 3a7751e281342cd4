package dev.ring3.hooks;

import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.RingBuffer;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfKind;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings what programs put into ring buffers of their own to the audit log: a thread for each, as long as the object is
 * attached. The records of a ring buffer {@code event} are {@code struct event}, if the object has such a type.
 */
final class RingReaders implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final AuditLog audit;
    private final Map<AttachedObject, List<Thread>> threads = new ConcurrentHashMap<>();

    RingReaders(AuditLog audit) {
        this.audit = audit;
    }

    /** Begins to read the ring buffers of an object. */
    void read(AttachedObject attached) {
        BpfObject object = attached.object();
        if (object == null) {
            return;
        }
        List<Thread> readers = new ArrayList<>();
        for (BpfMap map : object.maps()) {
            if (map instanceof RingBuffer ring) {
                Btf types = object.types().orElse(null);
                int typeId = types == null
                        ? 0
                        : types.find(BtfKind.STRUCT, ring.name()).orElse(0);
                readers.add(Thread.ofPlatform()
                        .daemon()
                        .name("hook-ring-" + attached.name() + "-" + ring.name())
                        .start(() -> read(attached, ring, types, typeId)));
            }
        }
        threads.put(attached, readers);
    }

    private void read(AttachedObject attached, RingBuffer ring, @Nullable Btf types, int typeId) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                ring.consume(
                        record -> audit.addFromRing(
                                attached, ring.name(), types, typeId, record.toArray(ValueLayout.JAVA_BYTE)),
                        LOOK);
            }
        } catch (IllegalStateException e) {
            if (!attached.isClosed()) {
                throw e;
            }
        }
    }

    /** What was written before is brought over; no more after that. */
    void end(AttachedObject attached) {
        List<Thread> readers = threads.remove(attached);
        BpfObject object = attached.object();
        if (readers == null || object == null) {
            return;
        }
        readers.forEach(Thread::interrupt);
        Btf types = object.types().orElse(null);
        for (BpfMap map : object.maps()) {
            if (map instanceof RingBuffer ring) {
                int typeId = types == null
                        ? 0
                        : types.find(BtfKind.STRUCT, ring.name()).orElse(0);
                ring.consume(record ->
                        audit.addFromRing(attached, ring.name(), types, typeId, record.toArray(ValueLayout.JAVA_BYTE)));
            }
        }
    }

    @Override
    public void close() {
        threads.keySet().forEach(this::end);
    }
}
