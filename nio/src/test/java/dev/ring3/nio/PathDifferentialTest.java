package dev.ring3.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Paths and globs do what those of the JDK's provider for Linux do, on random input. */
@EnabledOnOs(OS.LINUX)
final class PathDifferentialTest {
    private static final List<String> PARTS = List.of("a", "b", "ab", ".", "..", "", "é", ".h", "a b", "c.txt");
    private static final List<String> GLOB_PARTS = List.of(
            "*", "**", "?", "[", "]", "{", "}", ",", "!", "-", "\\", "/", "a", "b", "c", ".", "[a-c]", "[!b]", "{a,b}",
            "^", "+", "&&", "(");

    private final FileSystem jdk = FileSystems.getDefault();
    private final FileSystem ours = Ring3FileSystems.inMemory();

    @AfterEach
    void close() throws IOException {
        ours.close();
    }

    private static String randomPath(Random random) {
        String joined = IntStream.range(0, random.nextInt(5))
                .mapToObj(_ -> PARTS.get(random.nextInt(PARTS.size())))
                .collect(Collectors.joining("/"));
        return (random.nextInt(3) == 0 ? "/" : "") + joined;
    }

    @Test
    void operations_onRandomPaths_giveWhatTheJdkGives() {
        long seed = Long.getLong("ring3.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String one = randomPath(random);
            String other = randomPath(random);
            int from = random.nextInt(4);
            int to = random.nextInt(4);
            assertThat(all(ours, one, other, from, to))
                    .as("\"%s\" and \"%s\", %d to %d; -Dring3.seed=%d", one, other, from, to, seed)
                    .isEqualTo(all(jdk, one, other, from, to));
        }
    }

    private static List<String> all(FileSystem fileSystem, String one, String other, int from, int to) {
        Path path = fileSystem.getPath(one);
        Path that = fileSystem.getPath(other);
        return List.of(
                tell(() -> path),
                tell(() -> fileSystem.getPath(one, other, "x")),
                tell(path::normalize),
                tell(path::getParent),
                tell(path::getFileName),
                tell(path::getRoot),
                tell(path::getNameCount),
                tell(() -> path.getName(from)),
                tell(() -> path.subpath(from, to)),
                tell(() -> path.resolve(that)),
                tell(() -> path.resolve(other)),
                tell(() -> path.resolveSibling(that)),
                tell(() -> path.relativize(that)),
                tell(() -> path.startsWith(that)),
                tell(() -> path.endsWith(that)),
                tell(() -> path.endsWith(other)),
                tell(() -> path.equals(that)),
                tell(() -> Integer.signum(path.compareTo(that))),
                tell(path::isAbsolute),
                tell(() -> IntStream.range(0, path.getNameCount())
                        .mapToObj(path::getName)
                        .toList()),
                tell(() -> {
                    StringBuilder names = new StringBuilder();
                    path.iterator().forEachRemaining(name -> names.append(name).append('|'));
                    return names;
                }));
    }

    private static String tell(Callable<?> operation) {
        try {
            return String.valueOf(operation.call());
        } catch (Exception e) {
            return e.getClass().getSimpleName();
        }
    }

    @Test
    void globs_onRandomPaths_matchWhatTheJdkMatches() {
        long seed = Long.getLong("ring3.seed", new Random().nextLong());
        Random random = new Random(seed);
        int compiled = 0;
        for (int i = 0; i < 20_000; i++) {
            String glob = IntStream.range(0, 1 + random.nextInt(5))
                    .mapToObj(_ -> GLOB_PARTS.get(random.nextInt(GLOB_PARTS.size())))
                    .collect(Collectors.joining());
            // The JDK lets a bracket in brackets through to the regular expression, which may refuse it.
            boolean accepted = accepts(jdk, glob);
            assertThat(accepts(ours, glob) || !accepted)
                    .as("\"%s\"; -Dring3.seed=%d", glob, seed)
                    .isTrue();
            compiled += accepted ? 1 : 0;
            for (String path : List.of("a", "b", "ab", "a/b", "c.a", "/a", "-", "]", "a,b", "!", "^", "a/b/c", "&")) {
                if (accepted) {
                    assertThat(matches(ours, glob, path))
                            .as("\"%s\" on \"%s\"; -Dring3.seed=%d", glob, path, seed)
                            .isEqualTo(matches(jdk, glob, path));
                }
            }
        }
        assertThat(compiled).isGreaterThan(1_000);
    }

    private static boolean accepts(FileSystem fileSystem, String glob) {
        try {
            fileSystem.getPathMatcher("glob:" + glob);
            return true;
        } catch (PatternSyntaxException _) {
            return false;
        }
    }

    private static boolean matches(FileSystem fileSystem, String glob, String path) {
        return fileSystem.getPathMatcher("glob:" + glob).matches(fileSystem.getPath(path));
    }
}
