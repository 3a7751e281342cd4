package dev.ring3.nio;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A path: names of any bytes, after a slash or not. Slashes that say nothing are gone ({@code a//b/} is {@code a/b});
 * {@code .} and {@code ..} stay until {@link #normalize}. The empty path has one name, the empty one; a relative path
 * begins at the root.
 */
final class Ring3Path implements Path {
    private static final byte[] NOTHING = {};

    private final Ring3FileSystem fileSystem;
    private final boolean absolute;
    private final List<byte[]> names;
    private final byte[] bytes;

    // Made when somebody asks; twice from two threads does no harm.
    private volatile @Nullable String text;

    private Ring3Path(Ring3FileSystem fileSystem, boolean absolute, List<byte[]> names) {
        this.fileSystem = fileSystem;
        this.absolute = absolute;
        this.names = !absolute && names.isEmpty() ? List.of(NOTHING) : List.copyOf(names);
        this.bytes = join(absolute, names);
    }

    private static byte[] join(boolean absolute, List<byte[]> names) {
        int length = names.stream().mapToInt(name -> name.length + 1).sum();
        byte[] joined = new byte[absolute ? Math.max(1, length) : Math.max(0, length - 1)];
        int at = 0;
        if (absolute) {
            joined[0] = '/';
            at = 1;
        }
        for (int i = 0; i < names.size(); i++) {
            if (i > 0) {
                joined[at++] = '/';
            }
            System.arraycopy(names.get(i), 0, joined, at, names.get(i).length);
            at += names.get(i).length;
        }
        return joined;
    }

    /** The path of these bytes, in which there is no NUL. */
    static Ring3Path of(Ring3FileSystem fileSystem, byte[] bytes) {
        List<byte[]> names = new ArrayList<>();
        int begin = 0;
        for (int at = 0; at <= bytes.length; at++) {
            if (at == bytes.length || bytes[at] == '/') {
                if (at > begin) {
                    names.add(Arrays.copyOfRange(bytes, begin, at));
                }
                begin = at + 1;
            }
        }
        return new Ring3Path(fileSystem, bytes.length > 0 && bytes[0] == '/', names);
    }

    /** A path as one of ours, of any file system; ProviderMismatchException. */
    static Ring3Path of(Path path) {
        if (Objects.requireNonNull(path) instanceof Ring3Path ours) {
            return ours;
        }
        throw new ProviderMismatchException();
    }

    private Ring3Path with(boolean isAbsolute, List<byte[]> otherNames) {
        return new Ring3Path(fileSystem, isAbsolute, otherNames);
    }

    /** The same with a name behind it. */
    Ring3Path child(byte[] name) {
        List<byte[]> longer = isEmpty() ? new ArrayList<>() : new ArrayList<>(names);
        longer.add(name);
        return with(absolute, longer);
    }

    /** The bytes; not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** The last name; empty for the root. */
    byte[] lastName() {
        return names.isEmpty() ? NOTHING : names.getLast();
    }

    List<byte[]> names() {
        return names;
    }

    private boolean isEmpty() {
        return bytes.length == 0;
    }

    @Override
    public Ring3FileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable Ring3Path getRoot() {
        return absolute ? with(true, List.of()) : null;
    }

    @Override
    public @Nullable Ring3Path getFileName() {
        return names.isEmpty() ? null : with(false, List.of(lastName()));
    }

    @Override
    public @Nullable Ring3Path getParent() {
        if (names.size() > 1) {
            return with(absolute, names.subList(0, names.size() - 1));
        }
        return names.isEmpty() ? null : getRoot();
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public Ring3Path getName(int index) {
        if (index < 0 || index >= names.size()) {
            throw new IllegalArgumentException("name %d of %d".formatted(index, names.size()));
        }
        return with(false, List.of(names.get(index)));
    }

    @Override
    public Ring3Path subpath(int beginIndex, int endIndex) {
        if (beginIndex < 0 || endIndex > names.size() || beginIndex >= endIndex) {
            throw new IllegalArgumentException("names %d to %d of %d".formatted(beginIndex, endIndex, names.size()));
        }
        return with(false, names.subList(beginIndex, endIndex));
    }

    @Override
    public boolean startsWith(Path other) {
        if (!(Objects.requireNonNull(other) instanceof Ring3Path that) || !fileSystem.equals(that.fileSystem)) {
            return false;
        }
        if (isEmpty() || that.isEmpty()) {
            return isEmpty() && that.isEmpty();
        }
        return absolute == that.absolute && matches(that, 0);
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(Objects.requireNonNull(other) instanceof Ring3Path that) || !fileSystem.equals(that.fileSystem)) {
            return false;
        }
        if (isEmpty() || that.isEmpty()) {
            return isEmpty() && that.isEmpty();
        }
        return that.absolute ? equals(that) : matches(that, names.size() - that.names.size());
    }

    /** Whether the names of another path are here from this one on. */
    private boolean matches(Ring3Path that, int from) {
        if (from < 0 || from + that.names.size() > names.size()) {
            return false;
        }
        for (int i = 0; i < that.names.size(); i++) {
            if (!Arrays.equals(that.names.get(i), names.get(from + i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDot(byte[] name) {
        return name.length == 1 && name[0] == '.';
    }

    private static boolean isDotDot(byte[] name) {
        return name.length == 2 && name[0] == '.' && name[1] == '.';
    }

    @Override
    public Ring3Path normalize() {
        List<byte[]> kept = new ArrayList<>();
        for (byte[] name : names) {
            boolean goesBack = isDotDot(name) && !kept.isEmpty() && !isDotDot(kept.getLast());
            if (goesBack) {
                kept.removeLast();
            } else if (!isDot(name) && name.length > 0 && !(isDotDot(name) && absolute)) {
                kept.add(name);
            }
        }
        return kept.size() == names.size() ? this : with(absolute, kept);
    }

    @Override
    public Ring3Path resolve(Path other) {
        Ring3Path that = of(other);
        if (that.absolute || isEmpty()) {
            return that.fileSystem.equals(fileSystem)
                    ? that
                    : with(that.absolute, that.isEmpty() ? List.of() : that.names);
        }
        if (that.isEmpty()) {
            return this;
        }
        List<byte[]> both = new ArrayList<>(names);
        both.addAll(that.names);
        return with(absolute, both);
    }

    @Override
    public Ring3Path relativize(Path other) {
        Ring3Path that = of(other);
        if (!that.fileSystem.equals(fileSystem)) {
            throw new IllegalArgumentException("a path of another file system");
        }
        if (that.equals(this)) {
            return with(false, List.of());
        }
        if (absolute != that.absolute) {
            throw new IllegalArgumentException("one of both paths is absolute");
        }
        if (isEmpty()) {
            return that;
        }
        boolean dots = hasDots() || that.hasDots();
        return (dots ? normalize() : this).path(dots ? that.normalize() : that);
    }

    private boolean hasDots() {
        return names.stream().anyMatch(name -> isDot(name) || isDotDot(name));
    }

    /** The way from here to there; neither has dots in it, but at its beginning. */
    private Ring3Path path(Ring3Path that) {
        List<byte[]> from = isEmpty() ? List.of() : names;
        List<byte[]> to = that.isEmpty() ? List.of() : that.names;
        int common = 0;
        while (common < Math.min(from.size(), to.size()) && Arrays.equals(from.get(common), to.get(common))) {
            common++;
        }
        List<byte[]> way = new ArrayList<>();
        for (byte[] name : from.subList(common, from.size())) {
            if (isDotDot(name)) {
                throw new IllegalArgumentException("no way from \"%s\" to \"%s\"".formatted(this, that));
            }
            way.add(new byte[] {'.', '.'});
        }
        way.addAll(to.subList(common, to.size()));
        return with(false, way);
    }

    @Override
    public URI toUri() {
        return PathUri.of(toAbsolutePath());
    }

    @Override
    public Ring3Path toAbsolutePath() {
        return absolute ? this : with(true, isEmpty() ? List.of() : names);
    }

    @Override
    public Ring3Path toRealPath(LinkOption... options) throws IOException {
        boolean follow = Links.follow(options);
        return fileSystem.session().call(this, () -> RealPath.of(this, follow));
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
            throws IOException {
        if (Objects.requireNonNull(watcher) instanceof Ring3WatchService ours) {
            return ours.register(this, events, modifiers);
        }
        throw new ProviderMismatchException();
    }

    @Override
    public int compareTo(Path other) {
        return Arrays.compareUnsigned(bytes, ((Ring3Path) other).bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Ring3Path that
                && fileSystem.equals(that.fileSystem)
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        String known = text;
        if (known == null) {
            known = NameBytes.decode(bytes);
            text = known;
        }
        return known;
    }
}
