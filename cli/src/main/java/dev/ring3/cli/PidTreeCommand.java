package dev.ring3.cli;

import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Pidfd;
import dev.ring3.linux.Processes;
import dev.ring3.linux.RunningProcess;
import dev.ring3.server.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ring3 pid tree}: a process and what it started. */
@Command(
        name = "tree",
        description = {"Show a process and its descendants, each below its parent.", ""},
        footer = {"", "Example: ring3 pid tree 1"})
final class PidTreeCommand implements Callable<Integer> {
    private static final String SCHEMA = "ring3.pid.tree/1";

    private final Terminal terminal;

    @Parameters(
            paramLabel = "PROCESS",
            converter = ProcessArgument.Converter.class,
            description = "Its number or its id.")
    private ProcessArgument process = new ProcessArgument.ByNumber(0);

    @Mixin
    private JsonOption json = new JsonOption();

    PidTreeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Pidfd pidfd = process.open()) {
            List<RunningProcess> all = Processes.list();
            if (pidfd.state() == Pidfd.State.REAPED) {
                throw new LinuxException("tree", pidfd.toString(), Errno.ESRCH.number());
            }
            ProcessForest tree = ProcessForest.of(all, pidfd.pid());
            if (json.isWanted()) {
                ProcessText text = new ProcessText();
                terminal.out()
                        .println(JsonObject.ofSchema(SCHEMA)
                                .putObjects(
                                        "processes",
                                        tree.processes().stream()
                                                .map(text::json)
                                                .toList()));
            } else {
                int columns = terminal.columns().getAsInt();
                tree.lines().forEach(line -> terminal.out().println(TextTable.fit(line, columns)));
            }
            return ExitCode.OK;
        }
    }
}
