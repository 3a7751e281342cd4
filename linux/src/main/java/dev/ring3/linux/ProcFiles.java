package dev.ring3.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** What there is to read in {@code /proc}. Its files are named by numbers, so a caller makes sure whose they were. */
final class ProcFiles {
    private static final Path PROC = Path.of("/proc");

    /** Position of the start time after the command, counted from 0: field 22 of {@code stat}. */
    private static final int START_TIME = 19;

    private static final int PARENT = 1;
    private static final int GROUP = 2;
    private static final int SESSION = 3;

    private ProcFiles() {}

    static UUID bootId() {
        return UUID.fromString(text("/proc/sys/kernel/random/boot_id")
                .orElseThrow(() -> hidden("boot_id"))
                .strip());
    }

    private static LinuxException hidden(String what) {
        return new LinuxException("open", "/proc: " + what + ", which is hidden", Errno.ENOENT.number());
    }

    /** Fields of {@code stat} from the state on, after the command, which itself may hold anything, also spaces, parentheses and line ends. */
    static Optional<List<String>> stat(long pid) {
        return text("/proc/" + pid + "/stat").map(line -> {
            int end = line.lastIndexOf(')');
            return List.of(line.substring(end + 1).strip().split(" ", -1));
        });
    }

    /** In hundredths of a second after the machine's start; empty if there is no such process or it is hidden. */
    static OptionalLong startTicks(long pid) {
        return field(pid, START_TIME);
    }

    static OptionalLong parent(long pid) {
        return field(pid, PARENT);
    }

    static OptionalLong processGroup(long pid) {
        return field(pid, GROUP);
    }

    static OptionalLong session(long pid) {
        return field(pid, SESSION);
    }

    private static OptionalLong field(long pid, int index) {
        Optional<List<String>> fields = stat(pid);
        return fields.isPresent() && fields.get().size() > index
                ? OptionalLong.of(Long.parseLong(fields.get().get(index)))
                : OptionalLong.empty();
    }

    /** The lines {@code name: value} of {@code status} and {@code fdinfo}. */
    static Map<String, String> fields(String path) {
        Map<String, String> fields = new TreeMap<>();
        text(path).orElse("").lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return fields;
    }

    /** The processes that are visible, in no order; some may be gone already, and others have come. */
    static List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        try (Stream<Path> entries = Files.list(PROC)) {
            entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .forEach(name -> pids.add(Long.parseLong(name)));
        } catch (IOException e) {
            throw failure(PROC.toString(), e);
        }
        return pids;
    }

    /** Empty if it is not there, or its process is gone, or it is hidden. */
    static Optional<String> text(String path) {
        try {
            return Optional.of(new String(Files.readAllBytes(Path.of(path)), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // Reading of a process that has just ended is ESRCH, for which java.nio has no type.
            return Optional.empty();
        }
    }

    private static LinuxException failure(String path, IOException e) {
        LinuxException failure = new LinuxException("read", path + ": " + e.getMessage(), Errno.EIO.number());
        failure.initCause(e);
        return failure;
    }
}
