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
    void bpfExample_run_printsWhatTheReadmeSays(@TempDir Path folder) throws IOException, InterruptedException {
        RealKernel.requireBpf();
        runExample("Answer.java", folder);
    }

    @Test
    void processExample_run_printsWhatTheReadmeSays(@TempDir Path folder) throws IOException, InterruptedException {
        RealKernel.requireCalls();
        RealKernel.require(Features.probe(), Feature.EXIT_STATUS);
        runExample("Family.java", folder);
    }

    private static void runExample(String name, Path folder) throws IOException, InterruptedException {
        Path module = Path.of(System.getProperty("ring3.root"), "linux");
        String readme = Files.readString(module.resolve("README.md"));
        String fromItsName = readme.substring(readme.indexOf("`" + name + "` runs as it is"));
        Path source = Files.writeString(folder.resolve(name), between(fromItsName, "```java\n", "```"));
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
        assertThat(Files.readString(output)).isEqualTo(between(fromItsName, "dev.ring3.linux " + name + "\n", "```"));
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
