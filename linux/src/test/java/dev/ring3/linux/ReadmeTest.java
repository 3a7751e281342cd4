package dev.ring3.linux;

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
        RealKernel.requireBpf();
        Path module = Path.of(System.getProperty("ring3.root"), "linux");
        String readme = Files.readString(module.resolve("README.md"));
        Path source = Files.writeString(folder.resolve("Answer.java"), between(readme, "```java\n", "```"));
        Path output = folder.resolve("output");

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-p",
                        module.resolve("target/classes").toString(),
                        "--add-modules",
                        "dev.ring3.linux",
                        "--enable-native-access=dev.ring3.linux",
                        source.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).isEqualTo(between(readme, "dev.ring3.linux Answer.java\n", "```"));
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
