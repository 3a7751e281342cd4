package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In JVMs of their own, of which some are told to refuse a method. */
class CompilerWatchTest {
    private static final String COMPILED = "dev.ring3.bpf.engine.Compiled*";

    @TempDir
    Path folder;

    @Test
    void statistics_ofMethodThatIsNeverCompiled_nameIt() throws Exception {
        assertThat(run("exclude," + COMPILED + "::f8", "f8")).containsExactly("2 methods, slow: [f8]", "interpreted");
    }

    @Test
    void statistics_ofProgramThatIsCompiled_nameNothing() throws Exception {
        assertThat(run("exclude,no.such.Program::f8")).containsExactly("2 methods, slow: []", "compiled");
    }

    private List<String> run(String compileCommand, String... slow) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-XX:CompileCommand=quiet", "-XX:CompileCommand=" + compileCommand));
        String classes = Stream.of(BpfProgram.class, CompilerWatchMain.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .distinct()
                .reduce((a, b) -> a + ":" + b)
                .orElseThrow();
        command.addAll(List.of("-cp", classes, CompilerWatchMain.class.getName()));
        command.addAll(List.of(slow));
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return Files.readAllLines(output);
    }
}
