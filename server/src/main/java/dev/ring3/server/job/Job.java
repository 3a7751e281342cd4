package dev.ring3.server.job;

import dev.ring3.server.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A piece of work, and how far it is. */
public final class Job {
    private static final long TELL_MILLIS = 500;

    private final long id;
    private final String kind;
    private final String title;
    private final InstantSource clock;
    private final Instant started;
    private final Consumer<Job> whenChanged;

    // Guarded by this object's monitor.
    private JobState state = JobState.RUNNING;
    private @Nullable Instant ended;
    private @Nullable String message;
    private @Nullable JsonObject result;
    private long done;
    private long total = -1;
    private String unit = "";
    private long toldMillis;
    private boolean cancelled;

    Job(long id, String kind, String title, InstantSource clock, Consumer<Job> whenChanged) {
        this.id = id;
        this.kind = kind;
        this.title = title;
        this.clock = clock;
        this.started = clock.instant();
        this.whenChanged = whenChanged;
    }

    public long id() {
        return id;
    }

    public String kind() {
        return kind;
    }

    public String title() {
        return title;
    }

    /** Why it failed; null if it did not. */
    public synchronized @Nullable String message() {
        return message;
    }

    public synchronized JobState state() {
        return state;
    }

    /**
     * Tells how far it is; called as often as its work likes.
     *
     * @param total -1 where it is not known
     * @throws Work.CancelledException if it shall stop
     */
    public void progress(long done, long total, String unit) {
        boolean tell;
        synchronized (this) {
            if (cancelled) {
                throw new Work.CancelledException();
            }
            this.done = done;
            this.total = total;
            this.unit = unit;
            long now = clock.millis();
            tell = Math.abs(now - toldMillis) >= TELL_MILLIS;
            toldMillis = tell ? now : toldMillis;
        }
        if (tell) {
            whenChanged.accept(this);
        }
    }

    /** Whether it was told to stop. */
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    synchronized void cancel() {
        cancelled = true;
    }

    void end(JobState how, @Nullable String why, @Nullable JsonObject what) {
        synchronized (this) {
            state = how;
            ended = clock.instant();
            message = why;
            result = what;
        }
        whenChanged.accept(this);
    }

    /** As the API shows it. */
    public synchronized JsonObject json() {
        JsonObject json = new JsonObject()
                .put("id", id)
                .put("kind", kind)
                .put("title", title)
                .put("state", state.name().toLowerCase(Locale.ROOT))
                .put("started", started.toString())
                .put("done", done)
                .put("unit", unit);
        if (total >= 0) {
            json.put("total", total);
        }
        if (ended != null) {
            json.put("ended", ended.toString());
        }
        if (message != null) {
            json.put("message", message);
        }
        if (result != null) {
            json.put("result", result);
        }
        return json;
    }
}
