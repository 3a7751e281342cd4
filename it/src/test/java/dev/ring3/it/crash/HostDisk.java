package dev.ring3.it.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file as a disk of this machine, with ext4 on it, mounted. Wants root, loop devices and {@code mkfs.ext4}. */
final class HostDisk implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;

    private final Path directory;
    private final String device;

    private HostDisk(Path directory, String device) {
        this.directory = directory;
        this.device = device;
    }

    /** What this machine lacks for it; empty if nothing. */
    static String missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "root";
        }
        for (Path needed : List.of(Path.of("/dev/fuse"), Path.of("/dev/loop-control"))) {
            if (!Files.isWritable(needed)) {
                return needed.toString();
            }
        }
        for (String program : List.of("mkfs.ext4", "losetup", "mount", "umount")) {
            try {
                run("sh", "-c", "command -v " + program);
            } catch (IOException e) {
                return program;
            }
        }
        try {
            run("losetup", "-f");
            return "";
        } catch (IOException e) {
            return "a free loop device";
        }
    }

    static void format(Path file) throws IOException {
        run(
                "mkfs.ext4",
                "-q",
                "-F",
                "-b",
                "4096",
                "-J",
                "size=4",
                "-N",
                "1024",
                "-m",
                "0",
                "-E",
                "lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner=0:0",
                file.toString());
    }

    /** @param options of ext4, {@code barrier=0} among them */
    static HostDisk mount(Path file, Path directory, String options) throws IOException {
        String device = run("losetup", "--show", "-f", file.toString()).strip();
        boolean done = false;
        try {
            run("mount", "-t", "ext4", "-o", "noatime,nodiscard," + options, device, directory.toString());
            done = true;
            return new HostDisk(directory, device);
        } finally {
            if (!done) {
                run("losetup", "-d", device);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", directory.toString());
        } finally {
            run("losetup", "-d", device);
        }
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("%s: %s".formatted(String.join(" ", command), said.strip()));
            }
            return said;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
