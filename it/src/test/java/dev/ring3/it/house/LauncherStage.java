package dev.ring3.it.house;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A checkout with the real {@code ring3} and {@code check} in it, and stand-ins for what takes long: JDKs that print
 * what they are called with, and a Maven that only puts a jar where it belongs. Its folder has a space in its name.
 */
final class LauncherStage {
    private static final int PATIENCE_SECONDS = 60;

    /** Everything that the scripts call, so that the machine's own JDKs and Maven can be kept off the PATH. */
    private static final List<String> TOOLS = List.of(
            "awk",
            "cat",
            "date",
            "dirname",
            "find",
            "flock",
            "grep",
            "head",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sh",
            "sleep",
            "tee",
            "touch");

    private static final String FAKE_JAVA = """
            #!/bin/sh
            for argument; do
                case $argument in -XX:AOTCacheOutput=*) echo cache >"${argument#*=}"; exit 0 ;; esac
            done
            echo "java of ${0%/bin/java}"
            echo "in $PWD"
            for argument; do echo "[$argument]"; done
            exit "${FAKE_JAVA_STATUS-0}"
            """;

    private static final String FAKE_MAVEN = """
            #!/bin/sh
            echo "$JAVA_HOME" >>"$STAGE/builds"
            echo "$*" >>"$STAGE/maven-arguments"
            out=$PWD/target/out
            for argument; do
                case $argument in -Dring3.out=*) out=${argument#*=} ;; esac
            done
            trap 'kill $!; exit 1' TERM
            sleep "${FAKE_MAVEN_SECONDS-0}" &
            wait $!
            if [ -n "${FAKE_REPORT-}" ]; then
                mkdir -p cli/target/surefire-reports
                printf '%s' "$FAKE_REPORT" >cli/target/surefire-reports/TEST-a.xml
            fi
            if [ -n "${FAKE_MAVEN_ERROR-}" ]; then
                echo "[ERROR] $FAKE_MAVEN_ERROR"
                exit 1
            fi
            mkdir -p "$out/lib"
            echo jar >"$out/lib/ring3-cli.jar"
            """;

    /** @param text what the command printed, standard output first, then standard error */
    record Result(int status, String text) {}

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();

    /** @param empty where to build the stage */
    LauncherStage(Path empty) {
        folder = empty;
        environment.put("STAGE", folder.toString());
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("PATH", folder.resolve("maven") + ":" + folder.resolve("tools"));
        environment.put("RING3_JDK_DIRS", folder.resolve("jdks").toString());
        for (String script : List.of("ring3", "check", "scripts/toolchain.sh")) {
            write("checkout/" + script, read(Repository.root().resolve(script)));
            makeExecutable(folder.resolve("checkout").resolve(script));
        }
        write("checkout/pom.xml", "<project/>");
        write("checkout/cli/pom.xml", "<project/>");
        write("checkout/cli/src/main/java/Main.java", "class Main {}");
        makeExecutable(write("maven/mvn", FAKE_MAVEN));
        TOOLS.forEach(this::addTool);
    }

    Path path(String relative) {
        return folder.resolve(relative);
    }

    LauncherStage with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    LauncherStage without(String variable) {
        environment.remove(variable);
        return this;
    }

    /** Makes a JDK in {@code relative} that calls itself {@code version}. */
    Path addJdk(String relative, String version) {
        write(
                relative + "/release",
                "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"%s\"\nOS_ARCH=\"any\"\n".formatted(version));
        makeExecutable(write(relative + "/bin/javac", "#!/bin/sh\n"));
        makeExecutable(write(relative + "/bin/java", FAKE_JAVA));
        return folder.resolve(relative);
    }

    Path write(String relative, String text) {
        try {
            Path file = folder.resolve(relative);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Result ring3(String... arguments) {
        return run("ring3", arguments);
    }

    Result check(String... arguments) {
        return run("check", arguments);
    }

    private Result run(String script, String... arguments) {
        Stream<String> command = Stream.of(path("checkout").resolve(script).toString());
        return finish(start(Stream.concat(command, Stream.of(arguments)).toArray(String[]::new)));
    }

    Process start(String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Result finish(Process process) {
        try {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("still running: " + process.info());
            }
            return new Result(process.exitValue(), out + err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void signal(String name, Process process) {
        finish(start("sh", "-c", "kill -%s %d".formatted(name, process.pid())));
    }

    /** Waits until a build has begun. */
    void awaitBuild() {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (builds() == 0) {
            if (System.nanoTime() > deadlineNanos) {
                throw new IllegalStateException("no build has begun");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** How often Maven was called. */
    int builds() {
        Path builds = path("builds");
        return Files.exists(builds) ? read(builds).lines().toList().size() : 0;
    }

    /** Names of what lies where builds go. */
    String outputs() {
        try (Stream<Path> files = Files.list(path("checkout/target/ring3"))) {
            return files.map(file -> file.getFileName().toString().replaceFirst("^(app|build)\\..*", "$1"))
                    .sorted()
                    .collect(joining(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A symbolic link {@code relative} to {@code target}, which is taken as it is. */
    Path link(String relative, Path target) {
        try {
            Path link = folder.resolve(relative);
            Files.createDirectories(link.getParent());
            return Files.createSymbolicLink(link, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Calls the machine's own; a symbolic link to it would be warned about when the folder is deleted. */
    private void addTool(String name) {
        Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .ifPresent(tool ->
                        makeExecutable(write("tools/" + name, "#!/bin/sh\nexec '%s' \"$@\"\n".formatted(tool))));
    }

    private static Path makeExecutable(Path file) {
        try {
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
