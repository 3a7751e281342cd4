package dev.ring3.it.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The project's files, as the house rules look at them. */
final class Repository {
    /** Git itself, and what it ignores. */
    private static final Set<String> NOT_OURS = Set.of(
            ".git", "target", ".cifuzz-corpus", ".ring3", "ring3-data", ".idea", ".settings", ".classpath", ".project");

    private Repository() {}

    /** The project's root, which the build passes to the tests. */
    static Path root() {
        return Path.of(Optional.ofNullable(System.getProperty("ring3.root"))
                .orElseThrow(() -> new IllegalStateException("no system property ring3.root: run the tests by Maven")));
    }

    /** The folders of the modules, that is those with a pom.xml. */
    static List<Path> modules() {
        try (Stream<Path> entries = Files.list(root())) {
            return entries.filter(entry -> Files.exists(entry.resolve("pom.xml")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Modules with code to publish, which the tests-only ones lack. */
    static List<Path> mainModules() {
        return modules().stream()
                .filter(module -> Files.isDirectory(module.resolve("src/main/java")))
                .toList();
    }

    /** Every text file of the project, in a stable order. */
    static List<SourceFile> textFiles() {
        Path root = root();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> isOurs(root.relativize(file)))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .map(file -> read(root, file))
                    .filter(file -> file.text().indexOf('\0') < 0)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<SourceFile> javaFiles() {
        return textFiles().stream().filter(SourceFile::isJava).toList();
    }

    private static boolean isOurs(Path relative) {
        for (Path name : relative) {
            if (NOT_OURS.contains(name.toString())) {
                return false;
            }
        }
        return true;
    }

    private static SourceFile read(Path root, Path file) {
        try {
            // Bytes that are no UTF-8 become replacement characters: such a file is looked at like any other.
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            return new SourceFile(root.relativize(file).toString(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
