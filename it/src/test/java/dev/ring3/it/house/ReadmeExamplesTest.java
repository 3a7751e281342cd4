package dev.ring3.it.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The example in a library's README, taken from there: run by the line below it, and held to what that prints. Pieces of
 * code in documents are compiled.
 */
class ReadmeExamplesTest {
    /** A source, and a console in which the first line runs it. */
    private static final Pattern EXAMPLE = Pattern.compile(
            "`(\\w+\\.java)` runs as it is:\n\n```java\n(.*?)```\n\n```\n\\$ java -p MODULES (.*?) \\1\n(.*?)```",
            Pattern.DOTALL);

    private static final Pattern PIECE = Pattern.compile("```java\n(?!import)(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @CsvSource({"bpf, bpf", "litmus, bpf linux litmus", "nio, linux mm fs nio"})
    void example_ofALibrary_printsWhatItsReadmeSays(String library, String modules, @TempDir Path folder)
            throws IOException, InterruptedException {
        Matcher example = EXAMPLE.matcher(Files.readString(Repository.root().resolve(library + "/README.md")));
        assertThat(example.find()).isTrue();
        Path source = Files.writeString(folder.resolve(example.group(1)), example.group(2));
        Path output = folder.resolve("output");
        String path = path(modules);

        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-p", path);
        builder.command().addAll(List.of(example.group(3).split(" ", -1)));
        builder.command().add(source.toString());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(output).hasContent(example.group(4));
    }

    private static String path(String modules) {
        String zstd =
                Zstd.class.getProtectionDomain().getCodeSource().getLocation().getPath(); // which fs requires
        return Stream.concat(
                        Stream.of(modules.split(" ", -1))
                                .map(module -> Repository.root()
                                        .resolve(module + "/target/classes")
                                        .toString()),
                        Stream.of(zstd))
                .collect(Collectors.joining(":"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bpf/README.md      | 4 | bpf                  | BpfRuntime runtime, long[] prices, BpfProgram program
            nio/README.md      | 1 | linux mm fs nio      |
            docs/page-cache.md | 1 | linux mm             | Backing backing, long sizeBytes, MemorySegment into, Sender socket
            docs/hooks.md      | 1 | bpf linux mm fs hooks | Volume volume, Vfs vfs, Path directory, byte[] object
            """)
    void pieces_ofADocument_compile(
            String document, int count, String modules, @Nullable String parameters, @TempDir Path folder)
            throws IOException {
        List<String> pieces = PIECE.matcher(Files.readString(Repository.root().resolve(document)))
                .results()
                .map(piece -> piece.group(1))
                .toList();
        assertThat(pieces).hasSize(count);
        String main = modules.substring(modules.lastIndexOf(' ') + 1);
        StringBuilder source = new StringBuilder("""
                import module dev.ring3.%s;
                import java.nio.file.FileSystems;
                import static java.nio.charset.StandardCharsets.UTF_8;
                interface Sender { void send(MemorySegment piece); }
                void main() {}
                """.formatted(main));
        for (int i = 0; i < count; i++) {
            source.append("void piece%d(%s) throws Exception {%n%s%n}%n"
                    .formatted(i, Objects.requireNonNullElse(parameters, ""), pieces.get(i)));
        }
        Path file = Files.writeString(folder.resolve("Pieces.java"), source);
        StringWriter said = new StringWriter();

        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        new PrintWriter(said),
                        new PrintWriter(said),
                        "-proc:none",
                        "-d",
                        folder.toString(),
                        "-p",
                        path(modules),
                        "--add-modules",
                        "dev.ring3." + main,
                        file.toString());

        assertThat(status).as(said.toString()).isZero();
    }
}
