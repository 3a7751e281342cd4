package dev.ring3.nio;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an open directory, and operations on what is in it, wherever it is moved to meanwhile. It is read a
 * piece at a time: of what comes and goes while that lasts, each entry is seen once or not at all.
 */
final class Ring3DirectoryStream implements SecureDirectoryStream<Path> {
    private static final int PIECE_ENTRIES = 256;

    private final Session session;
    private final Ring3Path path;
    private final OpenFile directory;
    private final Filter<? super Path> filter;
    private boolean iterating; // guarded by this
    private volatile boolean closed;

    private Ring3DirectoryStream(Session session, Ring3Path path, OpenFile directory, Filter<? super Path> filter) {
        this.session = session;
        this.path = path;
        this.directory = directory;
        this.filter = filter;
    }

    static Ring3DirectoryStream open(Location location, boolean follow, Filter<? super Path> filter)
            throws IOException {
        return open(location, location.path(), follow, filter);
    }

    /** Entries are shown under a path that need not be the one walked. */
    private static Ring3DirectoryStream open(
            Location location, Ring3Path shown, boolean follow, Filter<? super Path> filter) throws IOException {
        Objects.requireNonNull(filter);
        Session session = location.session();
        Ring3DirectoryStream stream = location.call(() -> {
            NodeId node = directory(location, follow);
            OpenFile open = session.vfs().files().open(session.caller(), node, OpenHow.of(Use.READ));
            return new Ring3DirectoryStream(session, shown, open, filter);
        });
        session.remember(stream);
        return stream;
    }

    /** The directory at a place; NotDirectoryException also where something on the way is none. */
    static NodeId directory(Location location, boolean follow) throws NotDirectoryException {
        try {
            Stat stat = location.stat(follow, StatMask.QUIET);
            if (stat.isDirectory()) {
                return stat.node();
            }
        } catch (FsException e) {
            if (e.errno() != Errno.ENOTDIR) {
                throw e;
            }
        }
        throw new NotDirectoryException(location.path().toString());
    }

    @Override
    public synchronized Iterator<Path> iterator() {
        if (closed) {
            throw new IllegalStateException("Directory stream is closed");
        }
        if (iterating) {
            throw new IllegalStateException("Iterator already obtained");
        }
        iterating = true;
        return new Entries();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        session.forget(this);
        session.vfs().files().close(directory);
    }

    private final class Entries implements Iterator<Path> {
        private final Deque<Name> read = new ArrayDeque<>();
        private long cookie;
        private boolean atEnd;
        private @Nullable Path next;

        @Override
        public synchronized boolean hasNext() {
            while (next == null && fill()) {
                Ring3Path candidate = path.child(read.pop().bytes());
                try {
                    next = filter.accept(candidate) ? candidate : null;
                } catch (IOException e) {
                    throw new DirectoryIteratorException(e);
                }
            }
            return next != null;
        }

        /** Whether something is there that was read and not yet given; what was may be given after close, too. */
        private boolean fill() {
            if (read.isEmpty() && !atEnd && !closed) {
                try {
                    readPiece();
                } catch (FsException e) {
                    if (!closed) {
                        throw new DirectoryIteratorException(Errors.of(e, path.toString(), null));
                    }
                }
            }
            return !read.isEmpty();
        }

        private void readPiece() {
            session.vfs().files().readDirectory(session.caller(), directory, cookie, (name, at, _, _) -> {
                read.add(name);
                cookie = at;
                return read.size() < PIECE_ENTRIES;
            });
            atEnd = read.isEmpty();
        }

        @Override
        public synchronized Path next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Path result = Objects.requireNonNull(next);
            next = null;
            return result;
        }
    }

    /** A path as one of this directory, if it is relative. */
    private Location in(Path relative) {
        Ring3Path ours = Ring3Path.of(relative);
        if (closed) {
            throw new ClosedDirectoryStreamException();
        }
        NodeId start = directory.node();
        return new Location(ours.isAbsolute() ? session.root() : start, ours);
    }

    @Override
    public SecureDirectoryStream<Path> newDirectoryStream(Path relative, LinkOption... options) throws IOException {
        Location location = in(relative);
        return open(location, path.resolve(location.path()), Links.follow(options), _ -> true);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path relative, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return ChannelOpening.open(in(relative), OpenFlags.of(options), attributes);
    }

    @Override
    public void deleteFile(Path relative) throws IOException {
        Removal.delete(in(relative), Removal.What.FILE);
    }

    @Override
    public void deleteDirectory(Path relative) throws IOException {
        Removal.delete(in(relative), Removal.What.DIRECTORY);
    }

    @Override
    public void move(Path source, SecureDirectoryStream<Path> targetDirectory, Path target) throws IOException {
        if (!(Objects.requireNonNull(targetDirectory) instanceof Ring3DirectoryStream other)) {
            throw new ProviderMismatchException();
        }
        Location from = in(source);
        Location to = other.in(target);
        FileMove.move(from, to, CopyFlags.ATOMIC);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(Class<V> type) {
        if (closed) {
            throw new ClosedDirectoryStreamException();
        }
        Ring3Path itself = Ring3Path.of(path.getFileSystem(), new byte[] {'.'});
        return AttributeViews.of(new Location(directory.node(), itself), type, true);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path relative, Class<V> type, LinkOption... options) {
        return AttributeViews.of(in(relative), type, Links.follow(options));
    }
}
