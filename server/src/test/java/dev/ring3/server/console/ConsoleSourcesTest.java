package dev.ring3.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The console's files, as they lie in the sources. */
class ConsoleSourcesTest {
    private static final Path ROOT = Path.of("src/main/resources/dev/ring3/server/console");

    /** What makes markup or code of text; the policy forbids it too, in browsers that know Trusted Types. */
    private static final Pattern DANGEROUS = Pattern.compile(
            "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|unsafeHTML|unsafeSVG|\\beval\\(|new Function|javascript:|srcdoc");

    private static final Pattern IMPORT = Pattern.compile("from '([^']+)'|^import '([^']+)'", Pattern.MULTILINE);
    private static final Pattern ELSEWHERE =
            Pattern.compile("(?:src|href)=[\"']?(?:https?:)?//|(?<![.\\w])url\\(|@import");

    @Test
    void vendored_areThoseThatAreWrittenDown() throws IOException {
        List<String> listed = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve("vendor/VENDORED.txt"))) {
            if (!line.startsWith("#")) {
                String[] parts = line.split(" {2}", -1);
                listed.add(parts[0]);
                assertThat(sha256(ROOT.resolve("vendor").resolve(parts[0])))
                        .as(parts[0])
                        .isEqualTo(parts[5]);
                assertThat(ROOT.resolve("vendor/%s.LICENSE.txt".formatted(parts[1].toLowerCase(java.util.Locale.ROOT))))
                        .exists();
            }
        }
        List<String> there = files("vendor")
                .map(file -> ROOT.resolve("vendor").relativize(file).toString())
                .filter(file -> !file.endsWith(".txt"))
                .toList();
        assertThat(there).containsExactlyInAnyOrderElementsOf(listed);
    }

    @Test
    void ourFiles_makeNoMarkupOfText() throws IOException {
        assertThat(ours().filter(file -> DANGEROUS.matcher(read(file)).find())).isEmpty();
    }

    @Test
    void dangerousText_isFound() {
        assertThat(DANGEROUS.matcher("e.innerHTML = name").find()).isTrue();
        assertThat(ELSEWHERE
                        .matcher("<script src=\"https://example.org/x.js\">")
                        .find())
                .isTrue();
    }

    @Test
    void ourFiles_loadNothingFromElsewhere() throws IOException {
        assertThat(Stream.concat(
                                ours(), files("").filter(file -> file.toString().matches(".*\\.(html|css)")))
                        .filter(file -> ELSEWHERE.matcher(read(file)).find()))
                .isEmpty();
    }

    @Test
    void imports_areThere_andNothingIsLeftOver() throws IOException {
        TreeSet<Path> wanted = new TreeSet<>(List.of(ROOT.resolve("app.js")));
        for (Path file : ours().toList()) {
            Matcher imports = IMPORT.matcher(read(file));
            while (imports.find()) {
                String name = imports.group(1) == null ? imports.group(2) : imports.group(1);
                Path target = file.resolveSibling(name).normalize();
                assertThat(target).as("%s of %s", name, file).exists();
                wanted.add(target);
            }
        }
        assertThat(wanted).containsAll(ours().toList());
    }

    @Test
    void names_areOnesThatAreServed() throws IOException {
        assertThat(files("").map(file -> "/" + ROOT.relativize(file)).filter(path -> !ConsoleFiles.isPath(path)))
                .isEmpty();
        assertThat(List.of("/../x.js", "//x.js", "/a/./b.js", "/.js", "/x.class", "/%2e%2e/x.js", "x.js", "/a\\b.js"))
                .noneMatch(ConsoleFiles::isPath);
    }

    private static Stream<Path> ours() throws IOException {
        return files("").filter(file -> file.toString().endsWith(".js") && !file.startsWith(ROOT.resolve("vendor")));
    }

    private static Stream<Path> files(String under) throws IOException {
        try (Stream<Path> walk = Files.walk(ROOT.resolve(under))) {
            return walk.filter(Files::isRegularFile).toList().stream();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
