package dev.ring3.linux;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A filesystem of a type, freshly made in a file and mounted. Takes root and the type's mkfs; else the test is skipped. */
final class LoopFilesystem implements AutoCloseable {
    private static final long BYTES = 320L << 20;

    private final Path folder;
    private final Path image;

    private LoopFilesystem(Path image, Path folder) {
        this.image = image;
        this.folder = folder;
    }

    static LoopFilesystem make(Path scratch, String type, String... options) throws IOException {
        Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/loop-control")), "needs root and loop devices");
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/mkfs." + type))
                        || Files.isExecutable(Path.of("/sbin/mkfs." + type)),
                "needs mkfs." + type);
        Path image = scratch.resolve(type + ".img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        String[] mkfs = Arrays.copyOf(new String[] {"mkfs." + type, "-q"}, options.length + 3);
        System.arraycopy(options, 0, mkfs, 2, options.length);
        mkfs[mkfs.length - 1] = image.toString();
        Command.run(mkfs);
        Path folder = Files.createDirectory(scratch.resolve(type));
        String mounted = Command.tryRun("mount", "-o", "loop", image.toString(), folder.toString());
        Assumptions.assumeTrue(mounted.isEmpty(), "needs to mount " + type + ": " + mounted);
        return new LoopFilesystem(image, folder);
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        Command.run("umount", folder.toString());
        Files.delete(image);
    }

    /** Programs of the system. */
    static final class Command {
        private Command() {}

        /** The output of a program that has to succeed. */
        static List<String> run(String... command) throws IOException {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            if (waitFor(process) != 0) {
                throw new IOException(Arrays.toString(command) + ": " + lines);
            }
            return lines;
        }

        /** What a program says when it fails, or nothing. */
        static String tryRun(String... command) {
            try {
                run(command);
                return "";
            } catch (IOException e) {
                return String.valueOf(e.getMessage());
            }
        }

        private static int waitFor(Process process) {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
