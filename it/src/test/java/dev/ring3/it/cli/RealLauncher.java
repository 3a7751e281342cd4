package dev.ring3.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/**
 * The checkout's own {@code ./ring3}, started by a shell in a folder of its own. It builds on the first use,
 * into {@code target} of this module.
 */
final class RealLauncher {
    private static final long SECONDS_MAX = 300;

    /** What a command printed, standard output and error together, and how it ended. */
    record Result(int status, String text) {}

    private final Path folder;

    RealLauncher(Path folder) throws IOException {
        this.folder = folder;
        addCommand("ring3", root().resolve("ring3"));
    }

    /** Makes a command of this name in the folder. A link would do, but JUnit warns of each that it deletes. */
    void addCommand(String name, Path command) throws IOException {
        Path script = folder.resolve(name);
        Files.createDirectories(script.getParent());
        Files.writeString(script, "#!/bin/sh\nexec '%s' \"$@\"\n".formatted(command));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static Path root() {
        return Path.of(System.getProperty("ring3.root"));
    }

    /** Starts one line of shell; the folder {@code bin} is first on the PATH. */
    Process start(String line) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", line);
        builder.directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("RING3_JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .put("RING3_BUILD_DIR", root().resolve("it/target/ring3").toString());
        builder.environment().merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        return builder.start();
    }

    Result run(String line) throws IOException, InterruptedException {
        return finish(start(line));
    }

    static Result finish(Process process) throws IOException, InterruptedException {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), text);
    }

    /** Builds, so that what a command prints is its own. */
    void prepare() throws IOException, InterruptedException {
        Result version = run("./ring3 --version");
        assertThat(version.status()).as(version.text()).isZero();
        assertThat(version.text()).contains("ring3 ");
    }
}
