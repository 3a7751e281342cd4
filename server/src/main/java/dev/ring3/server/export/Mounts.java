package dev.ring3.server.export;

import dev.ring3.fs.FsException;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.SubvolumeControl;
import dev.ring3.fuse.ExistingMount;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import dev.ring3.linux.Access;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.OpenFlag;
import dev.ring3.linux.RawFile;
import dev.ring3.server.event.Events;
import dev.ring3.server.json.JsonObject;
import java.lang.System.Logger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The directories of this machine in which the kernel shows the namespace. */
public final class Mounts implements AutoCloseable {
    /** Begins what the kernel shows as the source; the data directory follows. */
    private static final String SOURCE = "ring3:";

    /** Each has threads of its own. */
    public static final int MAX = 32;

    private static final Logger LOG = System.getLogger(Mounts.class.getName());

    /** A mount. */
    private record Entry(FuseMount mount, boolean readOnly) {}

    private final Vfs vfs;
    private final SubvolumeControl subvolumes;
    private final Path data;
    private final Events events;

    // Guarded by this object's monitor.
    private final Map<Path, Entry> mounts = new TreeMap<>();
    private boolean closed;

    /** @param data the data directory, which no mount may hide */
    public Mounts(Vfs vfs, SubvolumeControl subvolumes, Path data, Events events) {
        this.vfs = vfs;
        this.subvolumes = subvolumes;
        this.data = data;
        this.events = events;
    }

    /**
     * Mounts the namespace in a directory.
     *
     * @throws FsException ENOENT, ENOTDIR for the directory; ENOTCONN for one on which there is a mount of a server of other data that was
     *     killed; EBUSY if this or another server's is mounted there already; EINVAL if the data directory is in it
     * @throws dev.ring3.linux.LinuxException ENOENT if this machine has no FUSE, EPERM for users who may not
     */
    public synchronized JsonObject add(MountRequest request) {
        Path place = request.directory();
        if (data.startsWith(place)) {
            throw new FsException(Errno.EINVAL, "mount", place + ", which would hide the data directory");
        }
        forgetEnded();
        if (closed || mounts.containsKey(place)) {
            throw new FsException(Errno.EBUSY, "mount", place + (closed ? ": the server stops" : " is one already"));
        }
        if (mounts.size() >= MAX) {
            throw new FsException(Errno.EAGAIN, "mount", "%d there are already".formatted(MAX));
        }
        requireFree(place);
        requireDirectory(place);
        MountOptions options = MountOptions.DEFAULT.withSource(SOURCE + data).withSubvolumes(subvolumes);
        if (request.readOnly()) {
            options = options.withReadOnly();
        }
        if (request.allowOther()) {
            options = options.withOthersAllowed();
        }
        Entry entry = new Entry(FuseMount.mount(vfs, place, options), request.readOnly());
        mounts.put(place, entry);
        events.publish("mount.added", new JsonObject().put("directory", place.toString()));
        return json(place, entry);
    }

    /**
     * What another server shows there would be covered, and its users would not know. What a server of this data directory
     * left behind when it was killed is taken away: there is no such server any more, for this one has the directory.
     */
    private void requireFree(Path place) {
        ExistingMount.on(place).ifPresent(mount -> {
            if (!mount.isAlive() && mount.source().equals(SOURCE + data)) {
                LOG.log(Logger.Level.DEBUG, "{0} was left behind by a server that was killed", place);
                mount.remove();
                return;
            }
            String owner =
                    mount.source().startsWith(SOURCE) ? mount.source().substring(SOURCE.length()) : mount.source();
            throw mount.isAlive()
                    ? new FsException(
                            Errno.EBUSY,
                            "mount",
                            "%s, where the server of %2$s is mounted; 'ring3 mount --unmount --data %2$s %1$s' takes that away"
                                    .formatted(place, owner))
                    : new FsException(
                            Errno.ENOTCONN,
                            "mount",
                            "%1$s, where a dead mount is, of %2$s; 'ring3 mount --cleanup %1$s' takes it away"
                                    .formatted(place, owner));
        });
    }

    private static void requireDirectory(Path place) {
        try (RawFile directory = RawFile.open(place, Access.READ, OpenFlag.DIRECTORY)) {
            LOG.log(Logger.Level.DEBUG, "{0} is there: {1}", place, directory);
        } catch (LinuxException e) {
            throw new FsException(e.errno(), "mount", place.toString());
        }
    }

    /** Unmounts a directory; ENOENT if it is none. */
    public synchronized void remove(Path directory) {
        Path place = directory.toAbsolutePath().normalize();
        Entry entry = mounts.remove(place);
        if (entry == null) {
            throw new FsException(Errno.ENOENT, "unmount", place.toString());
        }
        entry.mount().close();
        removed(place);
    }

    private void removed(Path place) {
        events.publish("mount.removed", new JsonObject().put("directory", place.toString()));
    }

    /** Those that are there. */
    public synchronized List<JsonObject> list() {
        forgetEnded();
        List<JsonObject> all = new ArrayList<>();
        mounts.forEach((place, entry) -> all.add(json(place, entry)));
        return all;
    }

    /** How many are there; others may have unmounted some. */
    public synchronized int count() {
        forgetEnded();
        return mounts.size();
    }

    /** Lets the kernel ask anew about everything, in every mount. */
    public synchronized void invalidateCaches() {
        mounts.values().forEach(entry -> entry.mount().invalidateCaches());
    }

    /** As {@link #invalidateCaches}, and waits until all have forgotten what they had, or for so long. */
    public void forgetCaches(Duration patience) throws InterruptedException {
        List<FuseMount> all;
        synchronized (this) {
            all = mounts.values().stream().map(Entry::mount).toList();
        }
        long beganNanos = System.nanoTime();
        for (FuseMount mount : all) {
            if (!mount.forgetCaches(patience.minusNanos(System.nanoTime() - beganNanos))) {
                LOG.log(Logger.Level.WARNING, "the kernel still keeps some of what it read before programs changed");
            }
        }
    }

    private void forgetEnded() {
        for (Map.Entry<Path, Entry> each : List.copyOf(mounts.entrySet())) {
            if (!each.getValue().mount().isMounted()) {
                mounts.remove(each.getKey());
                each.getValue().mount().close();
                removed(each.getKey());
            }
        }
    }

    private static JsonObject json(Path place, Entry entry) {
        return new JsonObject()
                .put("kind", "fuse")
                .put("address", place.toString())
                .put("readOnly", entry.readOnly())
                .put("how", place.toString());
    }

    /** Unmounts all, at once, and mounts no more. One that is in use takes some seconds. */
    @Override
    public synchronized void close() {
        closed = true;
        List<Thread> unmounting = new ArrayList<>();
        mounts.forEach((place, entry) ->
                unmounting.add(Thread.ofPlatform().name("unmount").start(() -> closeOne(place, entry))));
        mounts.clear();
        try {
            for (Thread thread : unmounting) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeOne(Path place, Entry entry) {
        try {
            entry.mount().close();
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.WARNING, "{0} cannot be unmounted: {1}", place, e);
        }
    }
}
