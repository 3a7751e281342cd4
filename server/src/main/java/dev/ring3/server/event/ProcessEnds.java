package dev.ring3.server.event;

import dev.ring3.server.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Set;

/** Publishes the ends of processes, each once, whoever noticed it first: pidfs, or who looks at all processes. */
public final class ProcessEnds {
    /** What is noticed twice is noticed at the same time, about. */
    private static final int REMEMBERED_MAX = 4096;

    private final Events events;

    /** By pidfs id, the oldest first. Guarded by this object's monitor. */
    private final Set<Long> told = new LinkedHashSet<>();

    public ProcessEnds(Events events) {
        this.events = events;
    }

    /**
     * Tells of one.
     *
     * @param id its inode in pidfs
     * @param waitStatus as wait(2) gives it
     */
    public synchronized void publish(long id, long pid, int waitStatus) {
        if (!told.add(id)) {
            return;
        }
        if (told.size() > REMEMBERED_MAX) {
            told.remove(told.iterator().next());
        }
        events.publish(
                "proc.exit", new JsonObject().put("id", id).put("pid", pid).put("waitStatus", waitStatus));
    }
}
