package dev.ring3.cli;

import dev.ring3.linux.Processes;
import dev.ring3.linux.RunningProcess;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ring3 ps}: the processes of this machine. */
@Command(
        name = "ps",
        description = {
            "List the processes of this machine.",
            "",
            "The state is the kernel's letter: R runs, S waits, D waits and cannot be woken, Z has ended, T is stopped.",
            ""
        },
        footer = {"", "Example: ring3 ps --tree"})
final class PsCommand implements Callable<Integer> {
    private static final String SCHEMA = "ring3.ps/1";
    private static final String NO_CGROUP = "(none)";

    private final Terminal terminal;

    @Option(names = "--tree", fallbackValue = "true", description = "Show each process below its parent.")
    private boolean tree;

    @Option(names = "--by-cgroup", fallbackValue = "true", description = "Group them by control group of version 2.")
    private boolean byCgroup;

    @Option(
            names = "--cgroup",
            paramLabel = "PATH",
            description = "Only those of a control group and the groups below it: /system.slice.")
    private @Nullable String cgroup;

    @Option(names = "--live", fallbackValue = "true", description = "Show them again and again, until interrupted.")
    private boolean live;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "How long --live waits in between. Default: ${DEFAULT-VALUE}.")
    private long interval;

    @Option(names = "--count", paramLabel = "N", description = "How often --live shows them. Default: for ever.")
    private @Nullable Long count;

    @Mixin
    private JsonOption json = new JsonOption();

    PsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (interval < 1 || (count != null && count < 1)) {
            throw CommandException.usage("--interval and --count are at least 1");
        }
        if (tree && byCgroup) {
            throw CommandException.usage("--tree and --by-cgroup are two orders; leave one out");
        }
        if (!live) {
            show();
            return ExitCode.OK;
        }
        return Repetition.every(
                Duration.ofSeconds(interval), count == null ? Long.MAX_VALUE : count, terminal, this::show);
    }

    private void show() {
        List<RunningProcess> all =
                Processes.list().stream().filter(this::isAsked).toList();
        ProcessText text = new ProcessText();
        if (json.isWanted()) {
            List<RunningProcess> ordered = tree ? ProcessForest.of(all).processes() : all;
            terminal.out()
                    .println(JsonObject.ofSchema(SCHEMA)
                            .putObjects(
                                    "processes",
                                    ordered.stream().map(text::json).toList()));
        } else if (byCgroup) {
            String gap = "";
            for (Map.Entry<String, List<RunningProcess>> group : groups(all).entrySet()) {
                terminal.out().println(gap + "cgroup " + ProcessText.printable(group.getKey()));
                TextTable.print(text.table(group.getValue(), flat(group.getValue())), terminal);
                gap = "\n";
            }
        } else {
            ProcessForest forest = tree ? ProcessForest.of(all) : new ProcessForest(all, flat(all));
            TextTable.print(text.table(forest.processes(), forest.depths()), terminal);
        }
        terminal.out().flush();
    }

    private boolean isAsked(RunningProcess process) {
        if (cgroup == null) {
            return true;
        }
        String wanted = cgroup.endsWith("/") ? cgroup : cgroup + "/";
        return process.cgroup()
                .map(group -> (group + "/").startsWith(wanted) || wanted.equals("/"))
                .orElse(false);
    }

    private static Map<String, List<RunningProcess>> groups(List<RunningProcess> all) {
        Map<String, List<RunningProcess>> groups = new TreeMap<>();
        all.forEach(process -> groups.computeIfAbsent(process.cgroup().orElse(NO_CGROUP), _ -> new ArrayList<>())
                .add(process));
        return groups;
    }

    private static List<Integer> flat(List<RunningProcess> processes) {
        return Collections.nCopies(processes.size(), 0);
    }
}
