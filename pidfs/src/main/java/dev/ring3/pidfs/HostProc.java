package dev.ring3.pidfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Pidfd;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What only {@code /proc} has, by numbers: whose they were is asked of the pidfd afterwards. */
final class HostProc {
    private static final Path PROC = Path.of("/proc");

    private HostProc() {}

    /** Numbers of the processes that are visible, ascending. */
    static List<Long> pids() {
        try {
            return numbers(PROC);
        } catch (IOException e) {
            throw new FsException(Errno.EIO, "readdir", "the machine's /proc", e);
        }
    }

    /** Those of a process's threads; none of one that is gone. */
    static List<Long> threads(long pid) {
        try {
            return numbers(PROC.resolve(pid + "/task"));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static List<Long> numbers(Path folder) throws IOException {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "[0-9]*")) {
            entries.forEach(
                    entry -> found.add(Long.parseLong(entry.getFileName().toString())));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.sort(null);
        return found;
    }

    /** Content of a file of a process; ESRCH if it is gone. */
    static byte[] read(Pidfd pidfd, String file) {
        byte[] content;
        try {
            content = Files.readAllBytes(PROC.resolve(pidfd.pid() + "/" + file));
        } catch (NoSuchFileException e) {
            throw gone(pidfd, e);
        } catch (IOException e) {
            // ESRCH in the middle, for which java.nio has no type; or no right to it.
            throw isGone(pidfd) ? gone(pidfd, e) : new FsException(Errno.EACCES, "read", pidfd + ": " + file, e);
        }
        if (isGone(pidfd)) {
            throw gone(pidfd, null);
        }
        return content;
    }

    /** The same as text whose characters are bytes. */
    static String text(Pidfd pidfd, String file) {
        return new String(read(pidfd, file), ISO_8859_1);
    }

    private static boolean isGone(Pidfd pidfd) {
        return pidfd.state() == Pidfd.State.REAPED;
    }

    private static FsException gone(Pidfd pidfd, @Nullable Throwable cause) {
        return new FsException(Errno.ESRCH, "read", pidfd + ", which has ended", cause);
    }

    /** Whether users see their own processes alone. */
    static boolean hidesOthers() {
        try {
            return Files.readAllLines(PROC.resolve("self/mounts"), ISO_8859_1).stream()
                    .map(line -> line.split(" ", -1))
                    .filter(fields -> fields.length > 3 && fields[1].equals("/proc") && fields[2].equals("proc"))
                    .anyMatch(fields -> fields[3].matches(".*\\bhidepid=(1|2|4|noaccess|invisible|ptraceable)\\b.*"));
        } catch (IOException e) {
            throw new FsException(Errno.EIO, "pidfs", "the machine's /proc/self/mounts", e);
        }
    }

    /** The errors of {@code linux} as those of a filesystem. */
    static FsException failure(String operation, LinuxException e) {
        return new FsException(e.errno(), operation, e.object(), e);
    }
}
