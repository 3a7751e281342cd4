package dev.ring3.pidfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Credentials;
import dev.ring3.linux.Errno;
import dev.ring3.linux.ExitStatus;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.ProcessIds;
import dev.ring3.linux.ProcessInfo;
import dev.ring3.linux.Signal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** What the files of a process say. Text that others chose is bytes, a character for each, until it is written. */
final class TaskText {
    private TaskText() {}

    /** Content of a file, as it is now. */
    static byte[] of(Kind kind, Task task, UUID boot) {
        return switch (kind.content()) {
            case INFO -> lines(fields(task, boot)).getBytes(ISO_8859_1);
            case INFO_JSON -> json(fields(task, boot)).getBytes(UTF_8);
            case STATE -> (state(task) + "\n").getBytes(UTF_8);
            case EXIT -> exit(task).getBytes(UTF_8);
            case COMM -> HostProc.read(task.pidfd(), "comm");
            case CMDLINE -> HostProc.read(task.pidfd(), "cmdline");
            case CGROUP -> lines(cgroup(task, task.info())).getBytes(ISO_8859_1);
            default -> new byte[0];
        };
    }

    private static String state(Task task) {
        return task.pidfd().state().name().toLowerCase(Locale.ROOT);
    }

    /** EAGAIN while it has not been reaped: until then it can still be asked for by its parent. */
    private static String exit(Task task) {
        if (task.pidfd().state() != Pidfd.State.REAPED) {
            throw new FsException(Errno.EAGAIN, "read", task.pidfd() + ", which is not reaped");
        }
        try {
            return task.pidfd().exitStatus().map(TaskText::exit).orElse("unknown") + "\n";
        } catch (LinuxException e) {
            throw HostProc.failure("read", e);
        }
    }

    static String exit(ExitStatus status) {
        return switch (status) {
            case ExitStatus.Exited(int code) -> "exited " + code;
            case ExitStatus.Killed(Signal signal, boolean core) -> "killed " + signal.number() + (core ? " core" : "");
        };
    }

    /** Numbers are {@link Long}s. Of a process that is reaped only what the kernel keeps. */
    private static Map<String, Object> fields(Task task, UUID boot) {
        ProcessInfo info = task.info();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", task.number());
        fields.put("boot", boot.toString());
        if (info.ids().isPresent()) {
            ProcessIds ids = info.ids().get();
            fields.put("pid", (long) ids.pid());
            fields.put("tgid", (long) ids.processId());
            fields.put("ppid", (long) ids.parentId());
        }
        info.credentials().ifPresent(who -> putCredentials(fields, who));
        fields.putAll(cgroup(task, info));
        fields.put("state", state(task));
        if (info.ids().isPresent()) {
            fields.put("comm", HostProc.text(task.pidfd(), "comm").stripTrailing());
        }
        fields.put("start", task.start().toString());
        info.exit().ifPresent(status -> fields.put("exit", exit(status)));
        info.coreDump()
                .filter(core -> core.wasDumped())
                .flatMap(core -> core.signal())
                .ifPresent(signal -> fields.put("core", (long) signal.number()));
        return fields;
    }

    private static void putCredentials(Map<String, Object> fields, Credentials who) {
        fields.put("uid", Integer.toUnsignedLong(who.uid()));
        fields.put("gid", Integer.toUnsignedLong(who.gid()));
        fields.put("euid", Integer.toUnsignedLong(who.effectiveUid()));
        fields.put("egid", Integer.toUnsignedLong(who.effectiveGid()));
        fields.put("suid", Integer.toUnsignedLong(who.savedUid()));
        fields.put("sgid", Integer.toUnsignedLong(who.savedGid()));
        fields.put("fsuid", Integer.toUnsignedLong(who.filesystemUid()));
        fields.put("fsgid", Integer.toUnsignedLong(who.filesystemGid()));
    }

    private static Map<String, Object> cgroup(Task task, ProcessInfo info) {
        Map<String, Object> fields = new LinkedHashMap<>();
        info.cgroupId().ifPresent(id -> fields.put("cgroupid", id));
        if (info.ids().isPresent()) {
            HostProc.text(task.pidfd(), "cgroup")
                    .lines()
                    .filter(line -> line.startsWith("0::"))
                    .findFirst()
                    .ifPresent(line -> fields.put("cgroup", line.substring(3)));
        }
        return fields;
    }

    /** A key, a tab, a value; what would break the lines is written as {@code \x0a}. */
    private static String lines(Map<String, Object> fields) {
        StringBuilder text = new StringBuilder();
        fields.forEach((key, value) -> {
            text.append(key).append('\t');
            String bytes = value.toString();
            for (int i = 0; i < bytes.length(); i++) {
                char c = bytes.charAt(i);
                if (c < ' ' || c == '\\' || c == 0x7f) {
                    text.append("\\x%02x".formatted((int) c));
                } else {
                    text.append(c);
                }
            }
            text.append('\n');
        });
        return text.toString();
    }

    private static String json(Map<String, Object> fields) {
        return fields.entrySet().stream()
                        .map(field -> "\"%s\":%s".formatted(field.getKey(), json(field.getValue())))
                        .collect(Collectors.joining(",", "{", "}"))
                + "\n";
    }

    private static String json(Object value) {
        if (value instanceof Long number) {
            return number.toString();
        }
        String text = new String(value.toString().getBytes(ISO_8859_1), UTF_8);
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7f) {
                quoted.append("\\u%04x".formatted((int) c));
            } else if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
