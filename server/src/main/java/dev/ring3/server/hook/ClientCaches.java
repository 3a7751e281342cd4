package dev.ring3.server.hook;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.hooks.HookEvent;
import dev.ring3.hooks.HookListener;
import dev.ring3.server.event.Events;
import dev.ring3.server.export.Mounts;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;
import java.util.Locale;

/**
 * What follows when somebody else is asked: what clients keep is called back, so that they ask again, and everybody who
 * listens is told.
 */
public final class ClientCaches implements HookListener {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Vfs vfs;
    private final Mounts mounts;
    private final Events events;

    public ClientCaches(Vfs vfs, Mounts mounts, Events events) {
        this.vfs = vfs;
        this.mounts = mounts;
        this.events = events;
    }

    /** Whoever attaches is answered when nothing is left that would go round the program. */
    private void forget(HookEvent event) {
        switch (event) {
            case HookEvent.Attached _, HookEvent.Replaced _ -> {
                try {
                    mounts.forgetCaches(PATIENCE);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            // Perhaps on a thread whose answer the kernel waits for; and nobody is asked any more, or all is refused.
            case HookEvent.Detached _, HookEvent.Failed _ -> mounts.invalidateCaches();
        }
    }

    @Override
    public void happened(HookEvent event) {
        if (!event.points().isEmpty()) {
            vfs.recallLeases();
            forget(event);
        }
        JsonObject json = new JsonObject().put("name", event.name());
        switch (event) {
            case HookEvent.Attached _ -> events.publish("hook.attached", json);
            case HookEvent.Replaced _ -> events.publish("hook.replaced", json);
            case HookEvent.Detached _ -> events.publish("hook.detached", json);
            case HookEvent.Failed failed ->
                events.publish(
                        "hook.failed",
                        json.put("reason", failed.reason())
                                .put("failMode", failed.failMode().name().toLowerCase(Locale.ROOT)));
        }
    }
}
