package dev.ring3.nio;

import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Permissions;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The provider of scheme {@code ring3}, found by {@link FileSystemProvider#installedProviders}. {@link
 * #newFileSystem(URI, Map)} with {@code ring3://NAME} opens a volume in memory, or, with the option {@code data}, the one
 * in a directory of the host; further options are {@code user}, {@code group}, {@code groups}, {@code umask}, {@code
 * readOnly} and {@code capacityBytes}.
 */
public final class Ring3FileSystemProvider extends FileSystemProvider {
    // By name, while they are open.
    private final Map<String, Ring3FileSystem> fileSystems = new ConcurrentHashMap<>();

    /** For the service loader. */
    public Ring3FileSystemProvider() {}

    @Override
    public String getScheme() {
        return PathUri.SCHEME;
    }

    @Override
    public Ring3FileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
        String rest = uri.getRawPath();
        if (rest != null && !rest.isEmpty() && !rest.equals("/")) {
            throw new IllegalArgumentException("a file system is ring3://NAME, without a path: " + uri);
        }
        Ring3Options options = Ring3Options.of(PathUri.name(uri), env);
        Optional<Path> data = Ring3Options.data(env);
        return data.isPresent() ? open(data.get(), options) : inMemory(options);
    }

    /** The volume in a data directory, which must be there; UnsupportedOperationException for anything else. */
    @Override
    public Ring3FileSystem newFileSystem(Path path, Map<String, ?> env) throws IOException {
        if (!java.nio.file.Files.isDirectory(path.resolve("metadata"))) {
            throw new UnsupportedOperationException("no volume in " + path);
        }
        return open(path, Ring3Options.of(Ring3Options.defaults().name(), env));
    }

    Ring3FileSystem inMemory(Ring3Options options) {
        Volume volume = Volume.inMemory(options.memoryBytes(), options.volume());
        return registerOwn(options, volume);
    }

    Ring3FileSystem open(Path dataDirectory, Ring3Options options) throws IOException {
        requireFree(options.name());
        return registerOwn(options, Ring3FileSystems.openVolume(dataDirectory, options));
    }

    private Ring3FileSystem registerOwn(Ring3Options options, Volume volume) {
        try {
            return register(options, () -> new Vfs(volume), volume, volume::close);
        } catch (RuntimeException e) {
            volume.close();
            throw e;
        }
    }

    Ring3FileSystem register(Ring3Options options, Supplier<Vfs> vfs, Volume volume, Closeable whenClosed) {
        Ring3FileSystem fileSystem =
                new Ring3FileSystem(this, options.name(), new Session(vfs.get(), options), volume, whenClosed);
        if (fileSystems.putIfAbsent(options.name(), fileSystem) != null) {
            throw new FileSystemAlreadyExistsException(options.name());
        }
        return fileSystem;
    }

    private void requireFree(String name) {
        if (fileSystems.containsKey(name)) {
            throw new FileSystemAlreadyExistsException(name);
        }
    }

    void forget(Ring3FileSystem fileSystem) {
        fileSystems.remove(fileSystem.name(), fileSystem);
    }

    @Override
    public Ring3FileSystem getFileSystem(URI uri) {
        Ring3FileSystem found = fileSystems.get(PathUri.name(uri));
        if (found == null) {
            throw new FileSystemNotFoundException(uri.toString());
        }
        return found;
    }

    @Override
    public Path getPath(URI uri) {
        String name = PathUri.name(uri);
        byte[] path = PathUri.path(uri);
        Ring3FileSystem found = fileSystems.get(name);
        if (found == null) {
            throw new FileSystemNotFoundException(uri.toString());
        }
        return Ring3Path.of(found, path);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return ChannelOpening.open(Location.of(path), OpenFlags.of(options), attributes);
    }

    @Override
    public AsynchronousFileChannel newAsynchronousFileChannel(
            Path path,
            Set<? extends OpenOption> options,
            @Nullable ExecutorService executor,
            FileAttribute<?>... attributes)
            throws IOException {
        OpenFlags flags = OpenFlags.of(options);
        if (flags.append()) {
            throw new UnsupportedOperationException("APPEND not allowed");
        }
        return Ring3AsynchronousFileChannel.over(ChannelOpening.open(Location.of(path), flags, attributes), executor);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path dir, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        return Ring3DirectoryStream.open(Location.of(dir), true, filter);
    }

    @Override
    public void createDirectory(Path dir, FileAttribute<?>... attributes) throws IOException {
        Creation.directory(Location.of(dir), attributes);
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
        Creation.symbolicLink(Location.of(link), Ring3Path.of(target), attributes);
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        Creation.link(Location.of(link), Location.of(existing));
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        return Creation.readLink(Location.of(link));
    }

    @Override
    public void delete(Path path) throws IOException {
        Removal.delete(Location.of(path), Removal.What.ANYTHING);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        CopyFlags flags = CopyFlags.ofCopy(options);
        Location from = Location.of(source);
        Location to = Location.of(target);
        if (from.session().vfs() == to.session().vfs()) {
            FileCopy.copy(from, to, flags);
        } else {
            ForeignCopy.copy(source, target, flags);
        }
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        CopyFlags flags = CopyFlags.ofMove(options);
        Location from = Location.of(source);
        Location to = Location.of(target);
        if (from.session().vfs() == to.session().vfs()) {
            FileMove.move(from, to, flags);
        } else {
            ForeignCopy.move(source, target, flags);
        }
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        Location one = Location.of(path);
        if (path.equals(Objects.requireNonNull(other))) {
            return true;
        }
        if (!(other instanceof Ring3Path)) {
            return false;
        }
        Location two = Location.of(other);
        Stat first = one.call(() -> one.stat(true, StatMask.QUIET));
        Stat second = two.call(() -> two.stat(true, StatMask.QUIET));
        return one.session().vfs() == two.session().vfs() && first.node().equals(second.node());
    }

    /** Whether the name begins with a dot. */
    @Override
    public boolean isHidden(Path path) {
        Ring3Path ours = Ring3Path.of(path);
        ours.getFileSystem().session().requireOpen();
        byte[] name = ours.lastName();
        return name.length > 0 && name[0] == '.';
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        Location location = Location.of(path);
        Stat stat = location.call(() -> location.stat(true, StatMask.QUIET));
        return new Ring3FileStore(location.session(), stat.node());
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        Location location = Location.of(path);
        int wanted = 0;
        for (AccessMode mode : modes) {
            wanted |= switch (mode) {
                case READ -> Permissions.READ;
                case WRITE -> Permissions.WRITE;
                case EXECUTE -> Permissions.EXECUTE;
            };
        }
        Session session = location.session();
        Stat stat = location.ask(() -> location.stat(true, StatMask.QUIET));
        boolean readOnly = (wanted & Permissions.WRITE) != 0 && session.isReadOnly();
        if (readOnly || !session.vfs().attributes().may(session.caller(), stat.node(), wanted)) {
            throw new AccessDeniedException(path.toString());
        }
    }

    @Override
    public boolean exists(Path path, LinkOption... options) {
        boolean follow = Links.follow(options);
        Location location = Location.of(path);
        try {
            return location.call(() -> location.walk(follow, StatMask.QUIET).node() != null);
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public <A extends BasicFileAttributes> @Nullable A readAttributesIfExists(
            Path path, Class<A> type, LinkOption... options) throws IOException {
        try {
            return readAttributes(path, type, options);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return AttributeViews.of(Location.of(path), type, Links.follow(options));
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return AttributeViews.read(Location.of(path), type, Links.follow(options));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return AttributeTable.read(Location.of(path), attributes, Links.follow(options));
    }

    @Override
    public void setAttribute(Path path, String attribute, @Nullable Object value, LinkOption... options)
            throws IOException {
        AttributeTable.set(Location.of(path), attribute, value, Links.follow(options));
    }
}
