package dev.ring3.fuse;

import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Mounting;
import dev.ring3.linux.RawFile;
import dev.ring3.linux.Statx;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A namespace that the kernel shows in a directory of this machine. Wants {@code /dev/fuse}, and root or {@code
 * fusermount3}, through which users mount where they may write.
 *
 * <p>Ends when it is closed, or when somebody unmounts the directory.
 */
public final class FuseMount implements AutoCloseable {
    private static final Logger LOG = System.getLogger(FuseMount.class.getName());
    private static final Path CONNECTIONS = Path.of("/sys/fs/fuse/connections");

    /** How long a mount in use may take to end before its connection is cut. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Path directory;
    private final MountWay way;
    private final Session session;
    private final Invalidator invalidator;
    private final AutoCloseable observation;
    private final long deviceMinor;
    private final List<Thread> workers = new ArrayList<>();
    private final Thread invalidating;

    private FuseMount(Vfs vfs, Path directory, MountOptions options, MountWay way, RawFile device) {
        this.directory = directory;
        this.way = way;
        this.session = new Session(vfs, device, options, vfs.newClient(Client.Origin.FUSE));
        this.invalidator = new Invalidator(session);
        session.setForgetting(invalidator::dataIsStale);
        this.invalidating = Thread.ofPlatform().daemon().name("fuse-invalidate").unstarted(invalidator);
        this.observation = vfs.observe(invalidator);
        for (int i = 0; i < options.readers(); i++) {
            Thread worker = new MountThread(session, new Worker(session), "fuse-" + i);
            worker.setDaemon(true);
            workers.add(worker);
            worker.start();
        }
        this.invalidating.start();
        // Asked of the filesystem itself, so that it answered at least once when this returns.
        this.deviceMinor = Statx.of(directory).device().minor();
    }

    /**
     * Mounts a namespace. Root lets everybody in; who mounts as a user lets nobody else in, root included, unless {@link
     * MountOptions#allowOther}.
     *
     * @param directory an existing directory; what is in it cannot be seen meanwhile
     * @throws LinuxException with {@link Errno#ENOENT} if this machine has no FUSE; {@link Errno#EPERM} for a user without
     *     {@code fusermount3} or whom it refuses, with what it says
     */
    public static FuseMount mount(Vfs vfs, Path directory, MountOptions options) {
        Path place = directory.toAbsolutePath();
        MountWay way = MountWay.DIRECT;
        RawFile device;
        try {
            device = way.mount(place, options);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            way = MountWay.HELPER;
            device = way.mount(place, options);
        }
        try {
            return new FuseMount(vfs, place, options, way, device);
        } catch (RuntimeException e) {
            way.unmount(place, true);
            device.close();
            throw e;
        }
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    /** Whether the kernel still asks: nobody has unmounted it. */
    public boolean isMounted() {
        return workers.stream().anyMatch(Thread::isAlive);
    }

    /** Lets the kernel forget all that it keeps; after programs were attached or detached. */
    public void invalidateCaches() {
        CountDownLatch _ = invalidator.invalidateEverything();
    }

    /**
     * As {@link #invalidateCaches}, and waits until the kernel has forgotten it. Not for who may hold up a request of this
     * mount: the kernel may wait for the answer before it forgets.
     *
     * @return false if that takes longer
     */
    public boolean forgetCaches(Duration patience) throws InterruptedException {
        return invalidator.invalidateEverything().await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Unmounts. Processes that still have something open there, or are in it, get errors from now on.
     *
     * <p>What was written is with the volume, but only durable as its owner makes it.
     */
    @Override
    public void close() {
        try {
            unmount();
            join(GRACE);
            if (isMounted()) {
                abort();
                join(GRACE);
            }
        } finally {
            end();
        }
    }

    private void unmount() {
        if (!way.unmount(directory, false)) {
            LOG.log(Logger.Level.INFO, "{0} is in use and is unmounted all the same", directory);
            way.unmount(directory, true);
        }
    }

    /** Cuts the connection through the control filesystem of FUSE; processes get ENOTCONN. */
    private void abort() {
        Path file = CONNECTIONS.resolve(Long.toString(deviceMinor)).resolve("abort");
        boolean mounted = false;
        try {
            if (!Files.exists(file)) {
                Mounting.mount("fusectl", CONNECTIONS, "fusectl", 0, "");
                mounted = true;
            }
            Files.writeString(file, "1");
        } catch (IOException | LinuxException e) {
            LOG.log(Logger.Level.WARNING, "{0} is still in use, and its connection cannot be cut: {1}", directory, e);
        } finally {
            if (mounted) {
                Mounting.unmount(CONNECTIONS, true);
            }
        }
    }

    private void join(Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        try {
            for (Thread worker : workers) {
                worker.join(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        try {
            observation.close();
        } catch (Exception e) {
            throw new IllegalStateException("an observation that does not end", e);
        }
        invalidator.end();
        if (!isMounted()) {
            session.end();
            session.device().close();
        }
    }
}
