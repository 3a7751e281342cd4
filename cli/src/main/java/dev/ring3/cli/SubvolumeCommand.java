package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ring3 subvolume}: the subvolumes of a volume, whether a server has it open or not. */
@Command(
        name = "subvolume",
        description = "Make, list, roll back and delete subvolumes.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 subvolume list --data /srv/ring3"})
final class SubvolumeCommand implements Runnable {
    private static final String PATH = "Its path in the volume: /projects/a.";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** {@code ring3 subvolume create}. */
    @Command(
            name = "create",
            description = "Make an empty subvolume.",
            footer = {"", "Example: ring3 subvolume create /projects"})
    static final class Create implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "PATH", description = "Where it is to be; what is above it must be there.")
        private String path = "";

        Create(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                JsonObject made = api.call("POST", Targets.SUBVOLUMES, new JsonObject().put("path", path));
                String text = "%s is subvolume %d".formatted(made.text("path"), made.number("id"));
                json.print(terminal, "ring3.subvolume.create/1", made, text);
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 subvolume list}. */
    @Command(
            name = "list",
            description = "List all subvolumes, snapshots among them, with what is in each.",
            footer = {"", "Example: ring3 subvolume list"})
    static final class Listing implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        Listing(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                new SubvolumeReport(Targets.subvolumes(api, ""))
                        .print(terminal, json.isWanted(), "ring3.subvolume.list/1");
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 subvolume show}. */
    @Command(
            name = "show",
            description = "Show all that is known of a subvolume.",
            footer = {"", "Example: ring3 subvolume show /projects"})
    static final class Show implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Parameters(paramLabel = "PATH", description = PATH)
        private String path = "";

        @Mixin
        private JsonOption json = new JsonOption();

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                JsonObject answer = Targets.subvolumes(api, "?path=" + ApiClient.encode(path));
                SubvolumeReport report = new SubvolumeReport(answer);
                if (json.isWanted()) {
                    terminal.out().println(report.json("ring3.subvolume.show/1"));
                } else {
                    report.lines(origin(api, answer.objects("subvolumes").getFirst()))
                            .forEach(terminal.out()::println);
                }
                return ExitCode.OK;
            });
        }

        /** Where its source is, which it may have outlived. */
        private static @Nullable String origin(ApiClient api, JsonObject info) {
            if (!info.has("snapshotOf")) {
                return null;
            }
            long origin = info.number("snapshotOf");
            return Targets.subvolumes(api, "").objects("subvolumes").stream()
                    .filter(each -> each.number("id") == origin)
                    .map(each -> each.text("path"))
                    .findFirst()
                    .orElse("subvolume " + origin);
        }
    }

    /** {@code ring3 subvolume delete}. */
    @Command(
            name = "delete",
            description = {
                "Delete a subvolume with all that is in it.",
                "",
                "Its snapshots and the subvolumes in it have to be deleted before. Data that others share stays.",
                ""
            },
            footer = {"", "Example: ring3 subvolume delete /projects/old"})
    static final class Delete implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "PATH", arity = "1..*", description = PATH)
        private List<String> files = new ArrayList<>();

        Delete(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                for (String path : files) {
                    api.call("DELETE", Targets.SUBVOLUMES + "/" + Targets.id(api, path), null);
                    json.print(
                            terminal,
                            "ring3.subvolume.delete/1",
                            new JsonObject().put("path", path),
                            path + " is deleted");
                }
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 subvolume rollback}. */
    @Command(
            name = "rollback",
            description = {
                "Let a subvolume show what one of its snapshots shows, at once.",
                "",
                "What it shows now is kept as a snapshot unless told otherwise; later snapshots stay too.",
                ""
            },
            footer = {"", "Example: ring3 subvolume rollback /projects /projects/.snapshots/monday"})
    static final class Rollback implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(index = "0", paramLabel = "PATH", description = PATH)
        private String path = "";

        @Parameters(index = "1", paramLabel = "SNAPSHOT", description = "The path of the snapshot.")
        private String snapshot = "";

        @Option(
                names = "--keep-as",
                paramLabel = "NAME",
                description = "The name of the snapshot that keeps what there is now. Default: before-rollback-TIME.")
        private @Nullable String keptAs;

        @Option(names = "--discard", fallbackValue = "true", description = "Keep nothing of what there is now.")
        private boolean discard;

        Rollback(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            if (discard && keptAs != null) {
                throw CommandException.usage("--discard keeps nothing, and --keep-as %s does".formatted(keptAs));
            }
            return volume.with(api -> {
                JsonObject wanted = new JsonObject().put("to", Targets.id(api, snapshot));
                if (keptAs != null) {
                    wanted.put("keepAs", keptAs);
                }
                if (discard) {
                    wanted.put("discard", true);
                }
                String target = "%s/%d/rollback".formatted(Targets.SUBVOLUMES, Targets.id(api, path));
                JsonObject done = api.call("POST", target, wanted);
                String text = "%s shows %s%s".formatted(path, snapshot, keptText(done));
                json.print(terminal, "ring3.subvolume.rollback/1", done.put("path", path), text);
                return ExitCode.OK;
            });
        }

        private static String keptText(JsonObject done) {
            return done.optionalText("keptAs")
                    .map("; what it showed before is its snapshot %s"::formatted)
                    .orElse("");
        }
    }

    /** {@code ring3 subvolume set-default}. */
    @Command(
            name = "set-default",
            description = "Choose which subvolume is the root of what is mounted.",
            footer = {"", "Example: ring3 subvolume set-default /projects"})
    static final class SetDefault implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private VolumeAccess volume = new VolumeAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "PATH", description = PATH)
        private String path = "";

        SetDefault(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return volume.with(api -> {
                String target = "%s/%d".formatted(Targets.SUBVOLUMES, Targets.id(api, path));
                api.call("PATCH", target, new JsonObject().put("default", true));
                String text = path + " is what 'ring3 serve' mounts from now on";
                json.print(terminal, "ring3.subvolume.set-default/1", new JsonObject().put("path", path), text);
                return ExitCode.OK;
            });
        }
    }
}
