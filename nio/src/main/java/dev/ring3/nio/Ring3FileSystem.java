package dev.ring3.nio;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.fs.volume.SubvolumeControl;
import dev.ring3.fs.volume.Volume;
import dev.ring3.linux.Errno;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A volume as {@code java.nio.file} sees it, and, beyond that, its subvolumes and snapshots. A snapshot of a subvolume is
 * found under {@code .snapshots} in the subvolume's root. Closing it closes what is open in it and the volume, unless it
 * stands over one that others use.
 *
 * <p>What makes, changes or deletes subvolumes wants the user root.
 */
public final class Ring3FileSystem extends FileSystem {
    private static final String SNAPSHOTS = ".snapshots";

    private static final int SUBVOLUME_PERMISSIONS = 0755;

    private final Ring3FileSystemProvider provider;
    private final String name;
    private final Session session;
    private final Volume volume;
    private final Closeable whenClosed;
    private final Ring3Path root = Ring3Path.of(this, new byte[] {'/'});

    Ring3FileSystem(
            Ring3FileSystemProvider provider, String name, Session session, Volume volume, Closeable whenClosed) {
        this.provider = provider;
        this.name = name;
        this.session = session;
        this.volume = volume;
        this.whenClosed = whenClosed;
    }

    Session session() {
        return session;
    }

    /** What URIs name it by. */
    public String name() {
        return name;
    }

    @Override
    public Ring3FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() throws IOException {
        try {
            if (!session.close()) {
                return;
            }
        } finally {
            provider.forget(this);
        }
        whenClosed.close();
    }

    @Override
    public boolean isOpen() {
        return session.isOpen();
    }

    @Override
    public boolean isReadOnly() {
        return session.isReadOnly();
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(root);
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of(new Ring3FileStore(session, session.root()));
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.copyOf(AttributeViews.names());
    }

    @Override
    public Path getPath(String first, String... more) {
        StringBuilder joined = new StringBuilder(first);
        for (String part : more) {
            if (!part.isEmpty()) {
                joined.append(joined.isEmpty() ? "" : "/").append(part);
            }
        }
        return Ring3Path.of(this, NameBytes.encode(joined.toString()));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        int colon = syntaxAndPattern.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("not of the form SYNTAX:PATTERN: " + syntaxAndPattern);
        }
        String input = syntaxAndPattern.substring(colon + 1);
        Pattern pattern;
        if (syntaxAndPattern.regionMatches(true, 0, "glob", 0, colon) && colon == "glob".length()) {
            pattern = Glob.compile(input);
        } else if (syntaxAndPattern.regionMatches(true, 0, "regex", 0, colon) && colon == "regex".length()) {
            pattern = Pattern.compile(input);
        } else {
            throw new UnsupportedOperationException("syntax \"%s\"".formatted(syntaxAndPattern.substring(0, colon)));
        }
        return path -> pattern.matcher(path.toString()).matches();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return new Principals.Lookup();
    }

    @Override
    public WatchService newWatchService() throws IOException {
        session.requireOpen();
        return new Ring3WatchService(session);
    }

    /**
     * Makes an empty subvolume; a directory to those who do not ask.
     *
     * @throws IOException as {@link java.nio.file.Files#createDirectory}
     */
    public Path createSubvolume(Path path) throws IOException {
        control(path, (location, control) -> {
            PathWalk.End end = location.walk(false, StatMask.QUIET);
            if (end.node() != null || end.name() == null) {
                throw new FsException(Errno.EEXIST, "create subvolume", path.toString());
            }
            NewNode shape = Modes.directory(SUBVOLUME_PERMISSIONS, session);
            return control.create(end.directory(), end.name(), shape, Guard.NONE);
        });
        return path;
    }

    /**
     * Takes a read-only snapshot: everything until now, nothing later, at once however much there is. Durable.
     *
     * @param subvolume a path into the subvolume: {@code /} for the first
     * @return where it is found: {@code .snapshots/NAME} in the subvolume's root
     * @throws IOException FileAlreadyExistsException if the name is taken
     */
    public Path snapshot(Path subvolume, String snapshotName) throws IOException {
        return takeSnapshot(subvolume, snapshotName, true);
    }

    /** The same that can be written to, and goes its own way. */
    public Path writableSnapshot(Path subvolume, String snapshotName) throws IOException {
        return takeSnapshot(subvolume, snapshotName, false);
    }

    private Path takeSnapshot(Path path, String snapshotName, boolean readOnly) throws IOException {
        Name label = Name.of(NameBytes.encode(snapshotName));
        return control(path, (location, control) -> {
            Stat inside = location.stat(true, StatMask.QUIET);
            SubvolumeId source = inside.node().subvolume();
            control.snapshot(source, label, readOnly);
            return rootOf(location, source).resolve(SNAPSHOTS).resolve(snapshotName);
        });
    }

    /** From a place in a subvolume upward to its root. */
    private Path rootOf(Location location, SubvolumeId subvolume) throws IOException {
        Ring3Path at = RealPath.of(location.path(), true);
        Ring3Path above = at.getParent();
        while (above != null
                && Location.of(above)
                        .stat(true, StatMask.QUIET)
                        .node()
                        .subvolume()
                        .equals(subvolume)) {
            at = above;
            above = at.getParent();
        }
        return at;
    }

    /** Deletes a subvolume or snapshot, and what is in it; its space comes back in the background. */
    public void deleteSubvolume(Path path) throws IOException {
        control(path, (location, control) -> {
            control.delete(requireRoot(location));
            return null;
        });
    }

    /**
     * Lets a subvolume show what a snapshot of it shows, at once and durably. Its later snapshots stay.
     *
     * @param keptAs the name of a snapshot that keeps the content until now; empty if it may go
     */
    public void rollback(Path subvolume, Path snapshot, Optional<String> keptAs) throws IOException {
        control(subvolume, (location, control) -> {
            control.rollback(
                    requireRoot(location),
                    requireRoot(Location.of(snapshot)),
                    keptAs.map(text -> Name.of(NameBytes.encode(text))));
            return null;
        });
    }

    private static SubvolumeId requireRoot(Location location) {
        Stat stat = location.stat(true, StatMask.QUIET);
        if (!stat.has(StatFlags.SUBVOLUME_ROOT)) {
            throw new FsException(Errno.EINVAL, "subvolume", location.path() + " is not the root of one");
        }
        return stat.node().subvolume();
    }

    private interface Control<T extends @Nullable Object> {
        T apply(Location location, SubvolumeControl control) throws IOException;
    }

    private <T extends @Nullable Object> T control(Path path, Control<T> action) throws IOException {
        Location location = Location.of(Objects.requireNonNull(path));
        return location.change(() -> {
            if (!session.caller().credentials().isPrivileged()) {
                throw new FsException(Errno.EPERM, "subvolume", path.toString());
            }
            return action.apply(location, volume.subvolumes());
        });
    }

    @Override
    public String toString() {
        return PathUri.SCHEME + "://" + name;
    }
}
