package dev.ring3.cli;

import dev.ring3.linux.Credentials;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.ProcessInfo;
import dev.ring3.linux.Processes;
import dev.ring3.linux.RunningProcess;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ring3 pid info}: what is known of a process. */
@Command(
        name = "info",
        description = {
            "Say what the kernel knows of a process.",
            "",
            "The id is the process's for ever: stored, it names this process or, when it is gone, none.",
            ""
        },
        footer = {"", "Example: ring3 pid info 1"})
final class PidInfoCommand implements Callable<Integer> {
    private static final String SCHEMA = "ring3.pid.info/1";

    private final Terminal terminal;

    @Parameters(
            paramLabel = "PROCESS",
            converter = ProcessArgument.Converter.class,
            description = "Its number or its id.")
    private ProcessArgument process = new ProcessArgument.ByNumber(0);

    @Mixin
    private JsonOption json = new JsonOption();

    PidInfoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Pidfd pidfd = process.open()) {
            ProcessText text = new ProcessText();
            Optional<RunningProcess> running = Processes.of(pidfd);
            ProcessInfo info = pidfd.info();
            if (json.isWanted()) {
                JsonObject answer = JsonObject.ofSchema(SCHEMA)
                        .put("id", pidfd.id().toString())
                        .put("life", life(pidfd.state()));
                running.ifPresent(one -> answer.put("process", text.json(one)));
                info.cgroupId().ifPresent(id -> answer.putHex("cgroup_id", id));
                info.exit().ifPresent(exit -> answer.put("exit", exit.toString()));
                terminal.out().println(answer);
            } else {
                TextTable.lines(rows(pidfd, text, running, info)).forEach(terminal.out()::println);
            }
            return ExitCode.OK;
        }
    }

    private static String life(Pidfd.State state) {
        return switch (state) {
            case RUNNING -> "running";
            case ZOMBIE -> "ended";
            case REAPED -> "reaped";
        };
    }

    private static List<List<String>> rows(
            Pidfd pidfd, ProcessText text, Optional<RunningProcess> running, ProcessInfo info) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("process", Long.toString(pidfd.pid())));
        rows.add(List.of("id", pidfd.id().toString()));
        rows.add(List.of("life", life(pidfd.state())));
        running.ifPresent(one -> {
            rows.add(List.of("name", ProcessText.printable(one.name())));
            rows.add(List.of("command", ProcessText.command(one)));
            rows.add(List.of("state", ProcessText.state(one.state())));
            rows.add(List.of("parent", Integer.toString(one.ids().parentId())));
            rows.add(List.of("time", ProcessText.time(one.cpuTime())));
            rows.add(List.of("memory", ProcessText.size(one.residentBytes())));
            one.cgroup().ifPresent(cgroup -> rows.add(List.of("cgroup", ProcessText.printable(cgroup))));
        });
        info.credentials().ifPresent(credentials -> rows.add(List.of("user", users(text, credentials))));
        info.exit().ifPresent(exit -> rows.add(List.of("exit", exit.toString())));
        return rows;
    }

    private static String users(ProcessText text, Credentials credentials) {
        String effective = text.user(credentials.effectiveUid());
        return credentials.uid() == credentials.effectiveUid()
                ? effective
                : "%s, started by %s".formatted(effective, text.user(credentials.uid()));
    }
}
