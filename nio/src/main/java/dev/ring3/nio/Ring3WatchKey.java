package dev.ring3.nio;

import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.Watchable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A directory that is watched; collects what happened until somebody asks. */
final class Ring3WatchKey implements WatchKey {
    /** How much is collected; more is an overflow, and that alone is told. */
    private static final int EVENTS_MAX = 512;

    private record Event<T>(Kind<T> kind, @Nullable T context, int count) implements WatchEvent<T> {
        Event<T> again() {
            return new Event<>(kind, context, count + 1);
        }

        boolean is(Kind<?> otherKind, @Nullable Object otherContext) {
            return kind.equals(otherKind) && Objects.equals(context, otherContext);
        }
    }

    private final Ring3WatchService service;
    private final @Nullable Ring3Path path;
    private final @Nullable NodeId directory;

    // All guarded by this.
    private Set<WatchEvent.Kind<?>> kinds = Set.of();
    private List<Event<?>> events = new ArrayList<>();
    private boolean queued;

    Ring3WatchKey(Ring3WatchService service, @Nullable Ring3Path path, @Nullable NodeId directory) {
        this.service = service;
        this.path = path;
        this.directory = directory;
    }

    synchronized void setKinds(Set<WatchEvent.Kind<?>> wanted) {
        kinds = wanted;
    }

    /** Notes that something happened to an entry, if that is asked for. */
    synchronized void signal(WatchEvent.Kind<Path> kind, Name name) {
        if (path != null && kinds.contains(kind)) {
            noteLocked(kind, Ring3Path.of(path.getFileSystem(), name.bytes()));
        }
    }

    synchronized void overflow() {
        noteLocked(StandardWatchEventKinds.OVERFLOW, null);
    }

    private <T> void noteLocked(WatchEvent.Kind<T> kind, @Nullable T context) {
        int last = events.size() - 1;
        if (last >= 0 && (events.get(last).is(kind, context) || overflowed(events.get(last)))) {
            events.set(last, events.get(last).again());
        } else if (events.size() >= EVENTS_MAX) {
            events = new ArrayList<>(List.of(new Event<>(StandardWatchEventKinds.OVERFLOW, null, 1)));
        } else {
            events.add(new Event<>(kind, context, 1));
        }
        queueLocked();
    }

    private static boolean overflowed(Event<?> event) {
        return event.kind.equals(StandardWatchEventKinds.OVERFLOW);
    }

    /** Lets who takes it next learn that its directory is gone. */
    synchronized void signalInvalid() {
        queueLocked();
    }

    private void queueLocked() {
        if (!queued) {
            queued = true;
            service.enqueue(this);
        }
    }

    @Override
    public boolean isValid() {
        return service.isWatching(this);
    }

    @Override
    public synchronized List<WatchEvent<?>> pollEvents() {
        List<WatchEvent<?>> given = new ArrayList<>(events);
        events = new ArrayList<>();
        return given;
    }

    @Override
    public boolean reset() {
        boolean valid = isValid();
        synchronized (this) {
            if (valid && queued) {
                if (events.isEmpty()) {
                    queued = false;
                } else {
                    service.enqueue(this);
                }
            }
        }
        return valid;
    }

    @Override
    public void cancel() {
        if (directory != null) {
            service.cancel(this, directory);
        }
    }

    @Override
    public Watchable watchable() {
        return Objects.requireNonNull(path);
    }
}
