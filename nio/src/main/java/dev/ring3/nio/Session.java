package dev.ring3.nio;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.fs.vfs.Vfs;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** What a file system works with: the namespace, whom it acts as, and what it has open. Thread-safe. */
final class Session {
    /** Something that the filesystem may refuse. */
    @FunctionalInterface
    interface Action<T extends @Nullable Object> {
        T run() throws IOException;
    }

    private final Vfs vfs;
    private final Ring3Options options;
    private final Caller caller;
    private final PathWalk walk;
    private final ChannelLocks locks;
    private final Set<Closeable> resources = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    // Guarded by this.
    private @Nullable ExecutorService executor;

    Session(Vfs vfs, Ring3Options options) {
        this.vfs = vfs;
        this.options = options;
        this.caller = new Caller(
                options.credentials(), vfs.newClient(Client.Origin.LOCAL), 0, 0, 0, "", Caller.Patience.WAIT);
        this.walk = new PathWalk(vfs, caller, vfs.root());
        this.locks = new ChannelLocks(vfs.locks());
    }

    Vfs vfs() {
        return vfs;
    }

    Caller caller() {
        return caller;
    }

    PathWalk walk() {
        return walk;
    }

    ChannelLocks locks() {
        return locks;
    }

    NodeId root() {
        return vfs.root();
    }

    int umask() {
        return options.umask();
    }

    boolean isReadOnly() {
        return options.readOnly();
    }

    boolean isOpen() {
        return !closed;
    }

    void requireOpen() {
        if (closed) {
            throw new ClosedFileSystemException();
        }
    }

    void requireWritable() {
        requireOpen();
        if (options.readOnly()) {
            throw new ReadOnlyFileSystemException();
        }
    }

    /** Does something to a file; what the filesystem refuses is told as an exception of {@code java.nio.file}. */
    <T extends @Nullable Object> T call(Path path, Action<T> action) throws IOException {
        requireOpen();
        try {
            return action.run();
        } catch (FsException e) {
            requireOpen();
            throw Errors.of(e, path.toString(), null);
        }
    }

    /** The same with two files. */
    <T extends @Nullable Object> T call(Path path, Path other, Action<T> action) throws IOException {
        requireOpen();
        try {
            return action.run();
        } catch (FsException e) {
            requireOpen();
            throw Errors.of(e, path.toString(), other.toString());
        }
    }

    /** Threads for asynchronous channels that bring none; daemons, made when there is work. */
    synchronized ExecutorService executor() {
        requireOpen();
        ExecutorService present = executor;
        if (present == null) {
            present = Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("ring3-nio-", 0).factory());
            executor = present;
        }
        return present;
    }

    /** Closes something together with the file system; until {@link #forget}. */
    void remember(Closeable resource) throws IOException {
        resources.add(resource);
        if (closed) {
            resource.close();
            throw new ClosedFileSystemException();
        }
    }

    void forget(Closeable resource) {
        resources.remove(resource);
    }

    /** Closes what is open; false if that was done before. */
    boolean close() throws IOException {
        synchronized (this) {
            if (closed) {
                return false;
            }
            closed = true;
            if (executor != null) {
                executor.shutdown();
            }
        }
        @Nullable IOException failure = null;
        for (Closeable resource : List.copyOf(resources)) {
            try {
                resource.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        vfs.release(caller.client());
        if (failure != null) {
            throw failure;
        }
        return true;
    }
}
