package dev.ring3.nio;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Random operations of {@code java.nio.file} below a directory. Two of these with one seed do the same in two places, and
 * tell what came of it in the same words if the places behave alike.
 */
final class FileOperations {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "l", "m");
    private static final List<String> TARGETS = List.of("a", "b/c", "../a", ".", "..", "l", "m", "nowhere", "d/../d");

    private final Path outermost;
    private final Path root;
    private final Random random;

    // Links that lead out of the root may show its name within a longer path.
    private final Pattern rootPattern;

    /** Below a directory in this one, which is not to be seen; links may lead there. */
    FileOperations(Path outermost, long seed) throws IOException {
        this.outermost = outermost;
        this.root = Files.createDirectories(outermost.resolve("top/root"));
        this.rootPattern = Pattern.compile("(?<![\\w.])" + Pattern.quote(root.toString()));
        this.random = new Random(seed);
    }

    /** An operation, and what it gives. */
    private interface Step {
        Object run() throws IOException;
    }

    private String name() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    private Path path() {
        Path path = root;
        for (int depth = 1 + random.nextInt(random.nextInt(4) == 0 ? 3 : 2); depth > 0; depth--) {
            path = path.resolve(name());
        }
        return random.nextInt(40) == 0 ? path.resolve(random.nextBoolean() ? ".." : ".") : path;
    }

    private LinkOption[] links() {
        return random.nextBoolean() ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    }

    private <T> List<T> some(List<T> of, int oneIn) {
        List<T> chosen = new ArrayList<>();
        for (T each : of) {
            if (random.nextInt(oneIn) == 0) {
                chosen.add(each);
            }
        }
        return chosen;
    }

    /** Does one, and tells what and with what result. */
    String next() {
        Path one = path();
        Path other = path();
        int kind = random.nextInt(26);
        long number = random.nextInt(1 << 20);
        return switch (kind) {
            case 0, 1 -> tell("createFile " + one.normalize(), () -> Files.createFile(one.normalize()));
            case 2, 3, 4 -> tell("createDirectory " + one, () -> Files.createDirectory(one));
            case 5 -> tell("createDirectories " + one, () -> Files.createDirectories(one));
            case 6, 7 -> symbolicLink(one);
            case 8 -> tell("createLink %s to %s".formatted(one, other), () -> Files.createLink(one, other));
            case 9, 10 ->
                tell("delete " + one, () -> {
                    Files.delete(one);
                    return "";
                });
            case 11 -> tell("deleteIfExists " + one, () -> Files.deleteIfExists(one));
            case 12, 13 -> copy(one, other);
            case 14, 15 -> move(one, other);
            case 16 -> write(one, number);
            case 17 -> tell("read " + one, () -> new String(Files.readAllBytes(one), UTF_8));
            case 18 -> channel(one, number);
            case 19 -> tell("list " + one, () -> list(one));
            case 20 -> look(one, other);
            case 21 -> mode(one, (int) number);
            case 22 -> tell("setTime " + one, () -> Files.setLastModifiedTime(one, FileTime.fromMillis(number)));
            case 23 -> attributes(one);
            case 24 -> walk(one);
            default -> tell("readSymbolicLink " + one, () -> Files.readSymbolicLink(one));
        };
    }

    private String symbolicLink(Path link) {
        Path target = root.getFileSystem().getPath(TARGETS.get(random.nextInt(TARGETS.size())));
        return tell(
                "createSymbolicLink %s to %s".formatted(link, target), () -> Files.createSymbolicLink(link, target));
    }

    /** A path whose directory stays what it is while something else is deleted on the way: the JDK walks it again. */
    private Path steady(Path path) {
        Path normal = path.normalize();
        if (normal.equals(root)) {
            return root.resolve("a");
        }
        try {
            Path real = Objects.requireNonNull(normal.getParent()).toRealPath().resolve(normal.getFileName());
            return real.startsWith(root) && !real.equals(root) ? real : root.resolve("inside");
        } catch (IOException _) {
            return normal;
        }
    }

    private String copy(Path source, Path target) {
        Path to = steady(target);
        CopyOption[] options = some(
                        List.of(
                                StandardCopyOption.REPLACE_EXISTING,
                                StandardCopyOption.COPY_ATTRIBUTES,
                                LinkOption.NOFOLLOW_LINKS),
                        2)
                .toArray(CopyOption[]::new);
        Path from = steady(source);
        if (!List.of(options).contains(LinkOption.NOFOLLOW_LINKS)) {
            try {
                Path real = from.toRealPath();
                from = real.startsWith(root) ? real : from;
            } catch (IOException _) {
                // It leads nowhere, and so it is copied.
            }
        }
        return copy(from, to, options);
    }

    private String copy(Path from, Path to, CopyOption... options) {
        return tell("copy %s to %s %s".formatted(from, to, List.of(options)), () -> Files.copy(from, to, options));
    }

    /** Not to below itself: the JDK deletes the target before it finds that out. */
    private String move(Path source, Path target) {
        Path from = steady(source);
        CopyOption[] options = some(List.of(StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE), 3)
                .toArray(CopyOption[]::new);
        Path to = steady(target).startsWith(from) ? root.resolve("moved") : steady(target);
        return tell("move %s to %s %s".formatted(from, to, List.of(options)), () -> Files.move(from, to, options));
    }

    /** Not by the directory's own dots, for which the JDK has answers of its own. */
    private String write(Path path, long number) {
        Path file = path.normalize();
        OpenOption[] options = some(
                        List.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.APPEND,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.SYNC,
                                StandardOpenOption.SPARSE,
                                LinkOption.NOFOLLOW_LINKS),
                        3)
                .toArray(OpenOption[]::new);
        return tell("write %s %s".formatted(file, List.of(options)), () -> {
            try (OutputStream out = Files.newOutputStream(file, options)) {
                out.write(Long.toString(number).getBytes(UTF_8));
            }
            return "";
        });
    }

    private String channel(Path file, long number) {
        Set<OpenOption> options = new LinkedHashSet<>(some(
                List.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.DELETE_ON_CLOSE),
                2));
        long steps = random.nextLong();
        return tell("channel %s %s".formatted(file, options), () -> {
            StringBuilder told = new StringBuilder();
            if (Files.isDirectory(file)) {
                return "a directory, whose size is each file system's own";
            }
            try (FileChannel channel = FileChannel.open(file, options)) {
                Random choice = new Random(steps);
                for (int i = 0; i < 8; i++) {
                    told.append(tell("", () -> channelStep(channel, choice, number)))
                            .append(';');
                }
            }
            return told;
        });
    }

    private static Object channelStep(FileChannel channel, Random choice, long number) throws IOException {
        int at = choice.nextInt(2_000) - 10;
        int length = choice.nextInt(300);
        ByteBuffer buffer = ByteBuffer.allocate(length);
        return switch (choice.nextInt(10)) {
            case 0 -> channel.position(at).position();
            case 1 -> channel.size() + "@" + channel.position();
            case 2 -> channel.read(buffer) + ":" + hash(buffer);
            case 3 -> channel.read(buffer, at) + ":" + hash(buffer);
            case 4 -> channel.write(fill(buffer, number)) + "@" + channel.position();
            case 5 -> channel.write(fill(buffer, number), at) + "@" + channel.position();
            case 6 -> channel.truncate(at).size() + "@" + channel.position();
            case 7 -> channel.read(new ByteBuffer[] {buffer, ByteBuffer.allocate(7)}) + ":" + hash(buffer);
            case 8 -> channel.write(new ByteBuffer[] {fill(buffer, number), fill(ByteBuffer.allocate(9), 3)});
            default -> {
                channel.force(choice.nextBoolean());
                yield "";
            }
        };
    }

    private static ByteBuffer fill(ByteBuffer buffer, long number) {
        byte[] bytes = new byte[buffer.remaining()];
        new Random(number).nextBytes(bytes);
        return buffer.put(bytes).flip();
    }

    private static int hash(ByteBuffer buffer) {
        return buffer.duplicate().flip().hashCode();
    }

    private static List<String> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(Path::toString).sorted().toList();
        }
    }

    private String look(Path one, Path other) {
        LinkOption[] links = links();
        return tell("look at %s, %s".formatted(one, other), () -> {
            List<Object> seen = new ArrayList<>(List.of(
                    Files.exists(one, links),
                    Files.notExists(one, links),
                    Files.isDirectory(one, links),
                    Files.isRegularFile(one, links),
                    Files.isSymbolicLink(one),
                    Files.isReadable(one),
                    Files.isExecutable(one),
                    Files.isHidden(one)));
            seen.add(tell("", () -> outermost.relativize(one.normalize().toRealPath(links)))
                    .replaceFirst("Exception.*", "Exception"));
            seen.add(tell("", () -> Files.isSameFile(one, other)));
            seen.add(tell("", () -> Files.mismatch(one, other)));
            return seen;
        });
    }

    private String mode(Path file, int bits) {
        return tell("setMode %s %o".formatted(file, (bits & 0777) | 0700), () -> {
            Files.setAttribute(file, "unix:mode", (bits & 0777) | 0700);
            return "";
        });
    }

    private String attributes(Path file) {
        LinkOption[] links = links();
        String asked = random.nextInt(5) == 0 ? "basic:size,nothing" : "posix:permissions,isDirectory,owner,isOther";
        return tell("attributes %s %s".formatted(file, List.of(links)), () -> {
            Map<String, Object> attributes = new TreeMap<>(Files.readAttributes(file, asked, links));
            attributes.put("links", Files.getAttribute(file, "unix:nlink", links));
            return attributes;
        });
    }

    private String walk(Path from) {
        FileVisitOption[] options =
                random.nextBoolean() ? new FileVisitOption[0] : new FileVisitOption[] {FileVisitOption.FOLLOW_LINKS};
        return tell("walk " + from, () -> {
            try (Stream<Path> walk = Files.walk(from, options)) {
                return walk.map(Path::toString).sorted().toList();
            }
        });
    }

    private String tell(String what, Step step) {
        String result;
        try {
            result = String.valueOf(step.run());
        } catch (UncheckedIOException | DirectoryIteratorException e) {
            // On which file depends on the order of a directory.
            result = "unchecked "
                    + Objects.requireNonNull(e.getCause())
                            .getClass()
                            .getSimpleName()
                            .replace("Loop", "");
        } catch (IOException | RuntimeException e) {
            result = describe(e);
            if ((what.startsWith("write") && what.contains("NOFOLLOW")) || what.contains("DELETE_ON_CLOSE")) {
                // The JDK takes any link too many on the way for the last one.
                result = result.replaceFirst("^(FileSystem|IO)Exception.*", "IOException");
            }
            if (what.contains("ATOMIC_MOVE")) {
                // Ours says which directory is not empty.
                result = result.replaceFirst("(DirectoryNotEmpty|FileSystem)Exception.*", "FileSystemException");
            }
        }
        return rootPattern.matcher(what + " -> " + result).replaceAll("ROOT");
    }

    /** The JDK has nothing of its own for links that lead nowhere, and an unspecific one for links not to be followed. */
    private static String describe(Throwable e) {
        if (String.valueOf(e.getMessage()).contains("NOFOLLOW_LINKS specified")) {
            return "IOException";
        }
        String type = e instanceof FileSystemLoopException
                ? "FileSystemException"
                : e.getClass().getSimpleName();
        return type + (e instanceof FileSystemException failure ? " of " + failure.getFile() : "");
    }

    /** Everything that is there: types, modes, links, sizes, content. */
    List<String> tree() throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            List<String> lines = new ArrayList<>();
            for (Path path : walk.sorted().toList()) {
                PosixFileAttributes all =
                        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                lines.add("%s %s %s %s %s"
                        .formatted(
                                root.relativize(path),
                                PosixFilePermissions.toString(all.permissions()),
                                Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS),
                                all.owner(),
                                content(path, all)));
            }
            return lines;
        }
    }

    private static String content(Path path, BasicFileAttributes all) throws IOException {
        if (all.isSymbolicLink()) {
            return "to " + Files.readSymbolicLink(path);
        }
        return all.isDirectory()
                ? "directory"
                : all.size() + " bytes "
                        + List.of(hash(ByteBuffer.wrap(Files.readAllBytes(path)).position((int) all.size())));
    }
}
