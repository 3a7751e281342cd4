package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** A package with a fault: compiled anew from changed source, and loaded apart from the right one. */
public final class FaultyPackage implements AutoCloseable {
    private static final Path SOURCES = Path.of("src/main/java");

    private final URLClassLoader loader;

    private FaultyPackage(URLClassLoader loader) {
        this.loader = loader;
    }

    /**
     * A package with a fault; classes go to a directory that is the caller's.
     *
     * @param inPackage a class of the package
     */
    public static FaultyPackage compile(Class<?> inPackage, SeededFault fault, Path directory) throws IOException {
        Path changed = Files.createDirectories(directory.resolve("source"));
        Path classes = Files.createDirectories(directory.resolve("classes"));
        Path right = rootOf(inPackage);
        List<String> command =
                new ArrayList<>(List.of("-d", classes.toString(), "-proc:none", "-nowarn", "-classpath"));
        command.add(right + File.pathSeparator + searched("jdk.module.path") + searched("java.class.path"));
        try (Stream<Path> files = Files.list(sources(inPackage))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String name = String.valueOf(file.getFileName());
                boolean faulty = name.equals(fault.file() + ".java");
                command.add((faulty ? changed(inPackage, fault, file, changed.resolve(name)) : file).toString());
            }
        }
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        int failed = ToolProvider.findFirst("javac").orElseThrow().run(out, out, command.toArray(new String[0]));
        assertThat(failed).as(messages.toString()).isZero();
        URL[] path = {url(classes), url(right), url(rootOf(Fuzzer.class))};
        // No parent: that of the platform would find the module's own, right classes.
        return new FaultyPackage(new URLClassLoader(path, null));
    }

    private static String searched(String property) {
        return System.getProperty(property, "") + File.pathSeparator;
    }

    private static Path sources(Class<?> inPackage) {
        return SOURCES.resolve(inPackage.getPackageName().replace('.', '/'));
    }

    private static Path changed(Class<?> inPackage, SeededFault fault, Path file, Path to) throws IOException {
        requireReplaceable(inPackage, fault);
        return Files.writeString(to, Files.readString(file).replace(fault.from(), fault.to()));
    }

    /** Fails unless the source has, once, what the fault replaces: whoever changes a rule changes its fault too. */
    public static void requireReplaceable(Class<?> inPackage, SeededFault fault) throws IOException {
        String source = Files.readString(sources(inPackage).resolve(fault.file() + ".java"));
        assertThat(source.indexOf(fault.from()))
                .as("%s.java contains once what \"%s\" replaces: %s", fault.file(), fault.name(), fault.from())
                .isNotNegative()
                .isEqualTo(source.lastIndexOf(fault.from()));
    }

    /** Where classes like this one lie: tests may have been patched into the module, whose place is another. */
    private static Path rootOf(Class<?> of) {
        URL file = Objects.requireNonNull(of.getResource(of.getSimpleName() + ".class"));
        Path path = Path.of(URI.create(file.toString()));
        for (int i = of.getName().split("\\.", -1).length; i > 0; i--) {
            path = Objects.requireNonNull(path.getParent());
        }
        return path;
    }

    private static URL url(Path path) throws IOException {
        return path.toUri().toURL();
    }

    /**
     * What a fuzzer finds with a seed, empty if nothing in so many milliseconds.
     *
     * @param fuzzer a function of the seed and the milliseconds, of which another instance is made here
     */
    public String fuzz(Class<? extends BiFunction<Long, Long, String>> fuzzer, long seed, long millis) {
        try {
            Object control =
                    loader.loadClass(fuzzer.getName()).getDeclaredConstructor().newInstance();
            @SuppressWarnings("unchecked") // the class says so
            BiFunction<Long, Long, String> fuzz = (BiFunction<Long, Long, String>) control;
            return fuzz.apply(seed, millis);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            loader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
