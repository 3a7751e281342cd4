package dev.ring3.cli;

import dev.ring3.fs.Name;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.volume.SnapshotNodeInfo;
import dev.ring3.fs.volume.SubvolumeInfo;
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

/** {@code ring3 snapshot}: the snapshots of a volume that no server has open. */
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

        Create(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(paths -> {
                Name chosen = Name.of(name != null ? name : SnapshotNames.now("snapshot"));
                SubvolumeId id = paths.control().snapshot(paths.subvolume(path).id(), chosen, !writable);
                terminal.out().println(paths.path(id));
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

        @Option(names = "--json", fallbackValue = "true", description = "Print one JSON object instead.")
        private boolean json;

        Listing(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(paths -> {
                List<SubvolumeInfo> snapshots = path == null
                        ? paths.control().list().stream()
                                .filter(info -> info.origin() != null)
                                .toList()
                        : paths.snapshotsOf(paths.subvolume(path).id());
                new SubvolumeReport(paths).print(terminal, snapshots, json, "ring3.snapshot.list/1");
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
                "A line is a state that others share: what was written in it, and which subvolumes show it.",
                ""
            },
            footer = {"", "Example: ring3 snapshot tree"})
    static final class Tree implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        Tree(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(paths -> {
                // Parents come before their children.
                Map<Long, Integer> depths = new HashMap<>();
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("STATE", "WRITTEN", "SHOWN BY"));
                for (SnapshotNodeInfo node : paths.control().tree()) {
                    int depth = node.parent() == null
                            ? 0
                            : depths.getOrDefault(node.parent().value(), 0) + 1;
                    depths.put(node.id().value(), depth);
                    rows.add(List.of(
                            "  ".repeat(depth) + node.id().value(),
                            ByteSize.text(node.writtenBytes()),
                            node.shownBy().stream().map(paths::path).collect(Collectors.joining(" "))));
                }
                TextTable.lines(rows).forEach(terminal.out()::println);
                return ExitCode.OK;
            });
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
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Parameters(index = "0", paramLabel = "FROM", description = "The path of the older one.")
        private String from = "";

        @Parameters(index = "1", paramLabel = "TO", description = "The path of the newer one.")
        private String to = "";

        Difference(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(paths -> {
                SubvolumeId older = paths.subvolume(from).id();
                SubvolumeId newer = paths.subvolume(to).id();
                paths.control()
                        .difference(
                                older, newer, difference -> terminal.out().println(DifferenceText.line(difference)));
                terminal.out().flush();
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

        @Parameters(paramLabel = "PATH", arity = "1..*", description = "The path of a snapshot.")
        private List<String> files = new ArrayList<>();

        Delete(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(paths -> {
                for (String path : files) {
                    SubvolumeInfo info = paths.subvolume(path);
                    if (info.origin() == null) {
                        throw CommandException.usage(path + " is no snapshot; 'ring3 subvolume delete' deletes it");
                    }
                    paths.control().delete(info.id());
                    terminal.out().println(path + " is deleted");
                }
                return ExitCode.OK;
            });
        }
    }
}
