package dev.ring3.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.hook.HookTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Compiles programs of tests, against the header of this server or another; each text once. */
final class HookClang {
    private static final String COMMAND = "clang-19";
    private static final Map<String, byte[]> COMPILED = new ConcurrentHashMap<>();

    private HookClang() {}

    /** An object of programs that include {@code ring3.h}; without the compiler the test is skipped. */
    static byte[] compile(String source) {
        return compile(source, HookTypes.header());
    }

    static byte[] compile(String source, String header) {
        assumeTrue(isInstalled(), COMMAND + " is not installed: programs of this test cannot be compiled");
        return COMPILED.computeIfAbsent(header.hashCode() + source, _ -> run(source, header))
                .clone();
    }

    private static byte[] run(String source, String header) {
        try {
            Path folder = Files.createTempDirectory("ring3-hooks");
            Files.writeString(folder.resolve("ring3.h"), header);
            Files.writeString(folder.resolve("program.c"), "#include \"ring3.h\"\n" + source);
            Process process = new ProcessBuilder(
                            COMMAND, "-O2", "-g", "-Wall", "-target", "bpf", "-c", "program.c", "-o", "program.o")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            byte[] object = Files.readAllBytes(folder.resolve("program.o"));
            for (String file : new String[] {"ring3.h", "program.c", "program.o", ""}) {
                Files.delete(folder.resolve(file));
            }
            return object;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static boolean isInstalled() {
        try {
            return new ProcessBuilder(COMMAND, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
