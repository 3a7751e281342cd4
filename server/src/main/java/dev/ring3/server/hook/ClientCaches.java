package dev.ring3.server.hook;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.hooks.HookEvent;
import dev.ring3.hooks.HookListener;
import dev.ring3.server.event.Events;
import dev.ring3.server.export.Mounts;
import dev.ring3.server.json.JsonObject;
import java.util.Locale;

/**
 * What follows when somebody else is asked: what clients keep is called back, so that they ask again, and everybody who
 * listens is told.
 */
public final class ClientCaches implements HookListener {
    private final Vfs vfs;
    private final Mounts mounts;
    private final Events events;

    public ClientCaches(Vfs vfs, Mounts mounts, Events events) {
        this.vfs = vfs;
        this.mounts = mounts;
        this.events = events;
    }

    @Override
    public void happened(HookEvent event) {
        if (!event.points().isEmpty()) {
            vfs.recallLeases();
            mounts.invalidateCaches();
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
