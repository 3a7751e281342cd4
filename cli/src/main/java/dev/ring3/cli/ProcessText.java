package dev.ring3.cli;

import dev.ring3.linux.RunningProcess;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Processes in words. Names and commands are the processes' own choice, so nothing of them reaches a terminal raw. */
final class ProcessText {
    private static final Path USERS = Path.of("/etc/passwd");
    private static final int NAME_FIELD = 0;
    private static final int UID_FIELD = 2;
    private static final int FIELDS_MIN = 3;

    private final Map<String, String> users = new HashMap<>();

    ProcessText() {
        try {
            for (String line : new String(Files.readAllBytes(USERS), StandardCharsets.UTF_8).split("\n", -1)) {
                String[] fields = line.split(":", -1);
                if (fields.length >= FIELDS_MIN) {
                    users.putIfAbsent(fields[UID_FIELD], fields[NAME_FIELD]);
                }
            }
        } catch (IOException e) {
            users.clear(); // numbers will do
        }
    }

    /** The name of a user, or the number. */
    String user(int uid) {
        String number = Integer.toUnsignedString(uid);
        return printable(users.getOrDefault(number, number));
    }

    /** What was started, or in brackets the name of what has no command. */
    static String command(RunningProcess process) {
        return process.command().isEmpty()
                ? "[" + printable(process.name()) + "]"
                : printable(String.join(" ", process.command()));
    }

    static String state(char letter) {
        return switch (letter) {
            case 'R' -> "running";
            case 'S' -> "waiting";
            case 'D' -> "waiting, not to be woken";
            case 'Z' -> "ended, not reaped";
            case 'T' -> "stopped";
            case 't' -> "stopped by a tracer";
            case 'I' -> "idle";
            default -> Character.toString(letter);
        };
    }

    /** Minutes and seconds: {@code 75:03.1}. */
    static String time(Duration time) {
        return String.format(
                Locale.ROOT, "%d:%02d.%d", time.toMinutes(), time.toSecondsPart(), time.toMillisPart() / 100);
    }

    static String size(long bytes) {
        return bytes < 10L << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
    }

    /** The table of some processes, with a heading. */
    List<List<String>> table(List<RunningProcess> processes, List<Integer> depths) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("PID", "PARENT", "USER", "STATE", "TIME", "MEMORY", "COMMAND"));
        for (int i = 0; i < processes.size(); i++) {
            RunningProcess process = processes.get(i);
            rows.add(List.of(
                    Long.toString(process.pid()),
                    Integer.toString(process.ids().parentId()),
                    user(process.credentials().effectiveUid()),
                    Character.toString(process.state()),
                    time(process.cpuTime()),
                    size(process.residentBytes()),
                    "  ".repeat(depths.get(i)) + command(process)));
        }
        return rows;
    }

    JsonObject json(RunningProcess process) {
        JsonObject json = new JsonObject()
                .put("pid", process.pid())
                .put("id", process.id().toString())
                .put("parent", process.ids().parentId())
                .put("uid", Integer.toUnsignedLong(process.credentials().effectiveUid()))
                .put("user", user(process.credentials().effectiveUid()))
                .put("state", Character.toString(process.state()))
                .put("name", process.name())
                .putTexts("command", process.command());
        process.cgroup().ifPresent(cgroup -> json.put("cgroup", cgroup));
        return json.put("cpu_ms", process.cpuTime().toMillis()).put("resident_bytes", process.residentBytes());
    }

    /** Control characters as {@code \x0a}. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                printable.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", c));
            } else {
                printable.appendCodePoint(c);
            }
        });
        return printable.toString();
    }
}
