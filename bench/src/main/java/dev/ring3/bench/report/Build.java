package dev.ring3.bench.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A build that can be measured: its launcher, the folder it stands in, or a folder of jars. */
final class Build {
    private static final String LAUNCHER = "ring3";
    private static final String JARS = "lib";
    private static final String MAIN = "dev.ring3.cli/dev.ring3.cli.Main";

    private Build() {}

    /**
     * The words that start it: a file is started itself; of a folder the launcher in it, which builds what is not built yet; of
     * a folder without one, as {@code -Dring3.out=DIR package} leaves it, the jars in {@code lib}, in the JVM that runs.
     *
     * @throws Interleaved.RunException if a folder has neither
     */
    static List<String> command(Path build) throws Interleaved.RunException {
        if (!Files.isDirectory(build)) {
            return List.of(build.toString());
        }
        Path launcher = build.resolve(LAUNCHER);
        if (Files.isRegularFile(launcher) && Files.isExecutable(launcher)) {
            return List.of(launcher.toString());
        }
        Path jars = build.resolve(JARS);
        if (!Files.isDirectory(jars)) {
            throw new Interleaved.RunException(
                    "%s has neither a launcher %s nor jars in %s: it is no build".formatted(build, LAUNCHER, JARS));
        }
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of(
                "--module-path",
                jars.toString(),
                "--add-modules=ALL-MODULE-PATH",
                "--enable-native-access=dev.ring3.bench,dev.ring3.bpf,dev.ring3.linux",
                "-m",
                MAIN));
        return words;
    }
}
