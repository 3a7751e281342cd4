package dev.ring3.it.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One way to compile a BPF object.
 *
 * @param command the compiler
 * @param cpuVersion what it may emit
 */
record Clang(String command, String cpuVersion) {
    /** Every compiler whose objects Ring3 promises to load, with every version of the instruction set that it knows. */
    static Stream<Clang> all() {
        return Stream.concat(
                Stream.of("clang-14", "clang-15", "clang-16")
                        .flatMap(command -> Stream.of("v1", "v2", "v3").map(version -> new Clang(command, version))),
                Stream.of("v1", "v2", "v3", "v4").map(version -> new Clang("clang-19", version)));
    }

    /** Compiles with types and line information; without the compiler the test is skipped. */
    Path compile(Path source, Path into) throws IOException, InterruptedException {
        return compile(source, into, "bpfel");
    }

    Path compile(Path source, Path into, String target) throws IOException, InterruptedException {
        assumeTrue(isInstalled(), command + " is not installed");
        String name = source.getFileName().toString();
        Path object = into.resolve(name.substring(0, name.lastIndexOf('.')) + "." + target + ".o");
        List<String> words = new ArrayList<>(List.of(command, "-O2", "-g", "-target", target, "-mcpu=" + cpuVersion));
        words.addAll(List.of("-I" + source.getParent(), "-c", source.toString(), "-o", object.toString()));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return object;
    }

    private boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder(command, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    @Override
    public String toString() {
        return command + " -mcpu=" + cpuVersion;
    }
}
