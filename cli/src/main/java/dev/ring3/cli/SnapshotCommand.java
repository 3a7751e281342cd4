package dev.ring3.cli;

import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ring3 snapshot}: the snapshots of a volume, whether a server has it open or not. */
@Command(
        name = "snapshot",
        description = "Take, list and delete snapshots.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 snapshot create / monday"})
final class SnapshotCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** {@code ring3 snapshot create}. */
    @Command(
            name = "create",
            description = {
                "Take a snapshot of a subvolume: at once, however large it is.",
                "",
                "It is found under .snapshots in the root of the subvolume.",
                ""
            },
            footer = {"", "Example: ring3 snapshot create /projects monday"})
    static final class Create implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(index = "0", paramLabel = "PATH", description = "The subvolume: / is the first.")
        private String path = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "NAME",
                description = "The snapshot's name. Default: snapshot-TIME.")
        private @Nullable String name;

        @Option(names = "--writable", fallbackValue = "true", description = "One that can be written to.")
        private boolean writable;

        @Option(
                names = "--nested",
                fallbackValue = "true",
                description = "Also of all subvolumes below it, at the same moment, each in its own .snapshots.")
        private boolean nested;

        Create(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                JsonObject wanted = new JsonObject()
                        .put("of", Targets.id(api, path))
                        .put("writable", writable)
                        .put("nested", nested);
                if (name != null) {
                    wanted.put("name", name);
                }
                JsonObject made = api.call("POST", "/api/v1/snapshots", wanted);
                json.print(terminal, "ring3.snapshot.create/1", made, made.text("path"));
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 snapshot list}. */
    @Command(
            name = "list",
            description = "List the snapshots of a subvolume, or of all.",
            footer = {"", "Example: ring3 snapshot list /projects"})
    static final class Listing implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Parameters(arity = "0..1", paramLabel = "PATH", description = "The subvolume. Default: all.")
        private @Nullable String path;

        @Mixin
        private JsonOption json = new JsonOption();

        Listing(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                String query = path == null ? "?kind=snapshot" : "?snapshotsOf=" + Targets.id(api, path);
                new SubvolumeReport(Targets.subvolumes(api, query))
                        .print(terminal, json.isWanted(), "ring3.snapshot.list/1");
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 snapshot tree}. */
    @Command(
            name = "tree",
            description = {
                "Show which snapshot builds on which.",
                "",
                "A line is a state of files: what was written in it, and which subvolumes and snapshots show it. Those below it,"
                        + " further to the right, began as it was. (shared) is one that nothing shows any more but these.",
                ""
            },
            footer = {"", "Example: ring3 snapshot tree"})
    static final class Tree implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        Tree(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                JsonObject answer = api.get("/api/v1/snapshots/tree");
                if (json.isWanted()) {
                    terminal.out()
                            .println(
                                    JsonObject.ofSchema("ring3.snapshot.tree/1").putAll(answer));
                } else {
                    table(answer.objects("nodes")).forEach(terminal.out()::println);
                }
                return ExitCode.OK;
            });
        }

        private static List<String> table(List<JsonObject> nodes) {
            // Parents come before their children.
            Map<Long, Integer> depths = new HashMap<>();
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("WRITTEN", "SHOWN BY"));
            for (JsonObject node : nodes) {
                int depth = node.has("parent") ? depths.getOrDefault(node.number("parent"), 0) + 1 : 0;
                depths.put(node.number("id"), depth);
                String shown = node.objects("shownBy").stream()
                        .map(each -> each.text("path"))
                        .collect(Collectors.joining(" "));
                rows.add(List.of(
                        ByteSize.text(node.number("writtenBytes")),
                        "  ".repeat(depth) + (shown.isEmpty() ? "(shared)" : shown)));
            }
            return TextTable.lines(rows);
        }
    }

    /** {@code ring3 snapshot diff}. */
    @Command(
            name = "diff",
            description = {
                "Print what changed from one snapshot of a subvolume to another, or to the subvolume.",
                "",
                "A line for each file: + it came, - it went, R it moved, M it changed.",
                ""
            },
            footer = {"", "Example: ring3 snapshot diff /.snapshots/monday /"})
    static final class Difference implements Callable<Integer> {
        /** What an answer of the API holds; they are all made before the first is seen. */
        private static final int FILES_MAX = 1_000_000;

        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Parameters(index = "0", paramLabel = "FROM", description = "The path of the older one.")
        private String from = "";

        @Parameters(index = "1", paramLabel = "TO", description = "The path of the newer one.")
        private String to = "";

        @Mixin
        private JsonOption json = new JsonOption();

        Difference(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                JsonObject answer = api.get("/api/v1/diff?from=%d&to=%d&limit=%d"
                        .formatted(Targets.id(api, from), Targets.id(api, to), FILES_MAX));
                if (json.isWanted()) {
                    terminal.out()
                            .println(
                                    JsonObject.ofSchema("ring3.snapshot.diff/1").putAll(answer));
                } else {
                    answer.objects("differences").forEach(each -> terminal.out().println(DifferenceText.line(each)));
                }
                terminal.out().flush();
                if (answer.flag("truncated")) {
                    terminal.err().println("ring3: there are more than these %d files".formatted(FILES_MAX));
                    return ExitCode.UNDECIDED;
                }
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 snapshot delete}. */
    @Command(
            name = "delete",
            description = "Delete snapshots: what they alone have is given back.",
            footer = {"", "Example: ring3 snapshot delete /.snapshots/monday"})
    static final class Delete implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "PATH", arity = "1..*", description = "The path of a snapshot.")
        private List<String> files = new ArrayList<>();

        Delete(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                for (String path : files) {
                    JsonObject info = Targets.subvolume(api, path);
                    if (!info.has("snapshotOf")) {
                        throw CommandException.usage(path + " is no snapshot; 'ring3 subvolume delete' deletes it");
                    }
                    api.call("DELETE", "%s/%d".formatted(Targets.SUBVOLUMES, info.number("id")), null);
                    json.print(
                            terminal,
                            "ring3.snapshot.delete/1",
                            new JsonObject().put("path", path),
                            path + " is deleted");
                }
                return ExitCode.OK;
            });
        }
    }
}
