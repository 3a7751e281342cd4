package dev.ring3.mm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
    @Test
    void example_run_printsWhatTheReadmeSays(@TempDir Path folder) throws IOException, InterruptedException {
        Path root = Path.of(System.getProperty("ring3.root"));
        String readme = Files.readString(root.resolve("mm/README.md"));
        Path source = Files.writeString(folder.resolve("Scopes.java"), between(readme, "```java\n", "```"));
        Path output = folder.resolve("output");

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-p",
                        root.resolve("linux/target/classes") + ":" + root.resolve("mm/target/classes"),
                        "--add-modules",
                        "dev.ring3.mm",
                        "--enable-native-access=dev.ring3.linux",
                        "-Ddev.ring3.lockValidator=true",
                        source.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).isEqualTo(between(readme, "lockValidator=true Scopes.java\n", "```"));
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
