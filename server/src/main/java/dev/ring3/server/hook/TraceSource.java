package dev.ring3.server.hook;

import dev.ring3.hooks.AuditLog;
import dev.ring3.hooks.AuditRecord;
import dev.ring3.server.http.EventSource;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One listener's way through the audit log, as events of type {@code record}. */
final class TraceSource implements EventSource {
    private static final int RECORDS_MAX = 256;

    private final AuditLog.Reader reader;
    private final Deque<Event> waiting = new ArrayDeque<>();
    private long lost;
    private volatile boolean ended;

    TraceSource(AuditLog.Reader reader) {
        this.reader = reader;
    }

    @Override
    public @Nullable Event next(Duration patience) throws InterruptedException {
        if (waiting.isEmpty() && !ended) {
            for (AuditRecord record : reader.read(RECORDS_MAX, patience)) {
                waiting.add(new Event(
                        record.sequence(), "record", HookJson.of(record).compact()));
            }
            if (reader.lost() > lost && !waiting.isEmpty()) {
                JsonObject missed = new JsonObject().put("records", reader.lost() - lost);
                lost = reader.lost();
                waiting.addFirst(new Event(waiting.getFirst().id() - 1, "missed", missed.compact()));
            }
        }
        return waiting.poll();
    }

    @Override
    public boolean isEnded() {
        return ended || reader.isEnded();
    }

    @Override
    public void close() {
        ended = true;
    }
}
