package dev.ring3.nio;

import dev.ring3.fs.ChangeListener;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Is told by the volume of every change, whoever makes it, and keeps what concerns a directory that is watched: nothing is
 * polled. Who is in a watched directory is read once, when it is registered, and kept up to date, since a change of a
 * file's content names the file alone.
 */
final class Ring3WatchService implements WatchService, Closeable {
    /** Takers that wait when the service closes find it. */
    private final Ring3WatchKey end = new Ring3WatchKey(this, null, null);

    /** An entry of a watched directory. */
    private record Entry(NodeId directory, Name name) {}

    private final Session session;
    private final AutoCloseable observation;
    private final BlockingQueue<Ring3WatchKey> signalled = new LinkedBlockingQueue<>();
    private final Map<NodeId, Ring3WatchKey> keys = new ConcurrentHashMap<>();

    // Entries of watched directories by what they are; a set is changed only inside compute.
    private final Map<NodeId, Set<Entry>> entries = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Ring3WatchService(Session session) throws IOException {
        this.session = session;
        this.observation = session.vfs().observe(this::changed);
        session.remember(this);
    }

    /** Watches a directory from now on; one that is watched already is watched for these events instead. */
    WatchKey register(Ring3Path path, WatchEvent.Kind<?>[] kinds, WatchEvent.Modifier... modifiers) throws IOException {
        Set<WatchEvent.Kind<?>> wanted = wanted(kinds);
        if (modifiers.length > 0) {
            throw new UnsupportedOperationException("Modifier not supported: " + modifiers[0].name());
        }
        requireOpen();
        Location location = Location.of(path);
        if (location.session().vfs() != session.vfs()) {
            throw new IllegalArgumentException("a path of another file system");
        }
        return location.call(() -> {
            NodeId node = Ring3DirectoryStream.directory(location, true);
            OpenFile open = session.vfs().files().open(session.caller(), node, OpenHow.of(Use.READ));
            try {
                Ring3WatchKey key = keys.computeIfAbsent(node, _ -> new Ring3WatchKey(this, path, node));
                key.setKinds(wanted);
                session.vfs().files().readDirectory(session.caller(), open, 0, (name, _, child, _) -> {
                    enter(node, name, child);
                    return true;
                });
                return key;
            } finally {
                session.vfs().files().close(open);
            }
        });
    }

    private static Set<WatchEvent.Kind<?>> wanted(WatchEvent.Kind<?>... kinds) {
        Set<WatchEvent.Kind<?>> wanted = new HashSet<>();
        for (WatchEvent.Kind<?> kind : kinds) {
            boolean known = kind.equals(StandardWatchEventKinds.ENTRY_CREATE)
                    || kind.equals(StandardWatchEventKinds.ENTRY_DELETE)
                    || kind.equals(StandardWatchEventKinds.ENTRY_MODIFY);
            if (known) {
                wanted.add(kind);
            } else if (!kind.equals(StandardWatchEventKinds.OVERFLOW)) {
                throw new UnsupportedOperationException(kind.name());
            }
        }
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("No events to register");
        }
        return wanted;
    }

    private void enter(NodeId directory, Name name, NodeId child) {
        entries.compute(child, (_, present) -> {
            Set<Entry> set = present == null ? new HashSet<>() : present;
            set.add(new Entry(directory, name));
            return set;
        });
    }

    /** Forgets an entry, whatever it was. */
    private void leave(NodeId directory, Name name) {
        Entry gone = new Entry(directory, name);
        for (NodeId child : entries.keySet()) {
            entries.computeIfPresent(child, (_, set) -> {
                set.remove(gone);
                return set.isEmpty() ? null : set;
            });
        }
    }

    private void changed(NodeId node, ChangeListener.What what, @Nullable Name name) {
        Ring3WatchKey key = keys.get(node);
        switch (what) {
            case ENTRY_ADDED, ENTRY_REPLACED -> {
                if (key != null && name != null) {
                    learn(node, name);
                    key.signal(StandardWatchEventKinds.ENTRY_CREATE, name);
                }
            }
            case ENTRY_REMOVED -> {
                if (key != null && name != null) {
                    leave(node, name);
                    key.signal(StandardWatchEventKinds.ENTRY_DELETE, name);
                }
            }
            case DATA, ATTRIBUTES -> modified(node);
            case UNLINKED -> {
                if (key != null) {
                    key.cancel();
                    key.signalInvalid();
                }
            }
            case SUBVOLUME ->
                keys.forEach((watched, of) -> {
                    if (watched.subvolume().equals(node.subvolume())) {
                        of.overflow();
                    }
                });
        }
    }

    private void learn(NodeId directory, Name name) {
        leave(directory, name);
        try {
            Stat child = session.vfs().names().find(session.caller(), directory, name, StatMask.QUIET);
            if (child != null) {
                enter(directory, name, child.node());
            }
        } catch (FsException _) {
            // Gone again, or not to be seen by this user: nothing more will be told of it.
        }
    }

    private void modified(NodeId node) {
        Set<Entry> places = entries.get(node);
        if (places != null) {
            for (Entry place : copy(node)) {
                Ring3WatchKey key = keys.get(place.directory);
                if (key != null) {
                    key.signal(StandardWatchEventKinds.ENTRY_MODIFY, place.name);
                }
            }
        }
    }

    private List<Entry> copy(NodeId node) {
        Set<Entry> copy = new HashSet<>();
        entries.computeIfPresent(node, (_, set) -> {
            copy.addAll(set);
            return set;
        });
        return List.copyOf(copy);
    }

    void enqueue(Ring3WatchKey key) {
        signalled.add(key);
    }

    boolean isWatching(Ring3WatchKey key) {
        return !closed && keys.containsValue(key);
    }

    void cancel(Ring3WatchKey key, NodeId directory) {
        if (keys.remove(directory, key)) {
            for (NodeId child : entries.keySet()) {
                entries.computeIfPresent(child, (_, set) -> {
                    set.removeIf(entry -> entry.directory.equals(directory));
                    return set.isEmpty() ? null : set;
                });
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedWatchServiceException();
        }
    }

    /** The key, unless it is the one that stands for the end. */
    private @Nullable WatchKey given(@Nullable Ring3WatchKey key) {
        if (key == end) {
            signalled.add(end);
        }
        requireOpen();
        return key;
    }

    @Override
    public @Nullable WatchKey poll() {
        requireOpen();
        return given(signalled.poll());
    }

    @Override
    public @Nullable WatchKey poll(long timeout, TimeUnit unit) throws InterruptedException {
        requireOpen();
        return given(signalled.poll(timeout, unit));
    }

    @Override
    public WatchKey take() throws InterruptedException {
        requireOpen();
        Ring3WatchKey key = signalled.take();
        given(key);
        return key;
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        session.forget(this);
        signalled.add(end);
        try {
            observation.close();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
