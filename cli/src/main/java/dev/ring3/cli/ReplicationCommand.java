package dev.ring3.cli;

import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ring3 replication}: subvolumes that a server copies to another one. */
@Command(
        name = "replication",
        description = "Let the server copy subvolumes to another Ring3, by what differs since the last time.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 replication list"})
final class ReplicationCommand implements Runnable {
    private static final String REPLICATIONS = "/api/v1/replications";
    private static final String ADVICE = "; replications are kept by a server, which 'ring3 serve' starts";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** A token is never an argument, which others on the machine can see. */
    private static String read(Terminal terminal, Path file) {
        try {
            byte[] bytes = file.toString().equals("-") ? terminal.in().readAllBytes() : Files.readAllBytes(file);
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw CommandException.usage("%s cannot be read: %s".formatted(file, e.getMessage()));
        }
    }

    /** How often, how fast, and what is kept; what is not given stays as it is. */
    static final class Pace {
        @Option(
                names = "--every",
                paramLabel = "TIME",
                converter = TimeSpan.class,
                description = "How often: 15m, 1h, 1d; a minute at least. 0s, as if not given: when it is asked to.")
        private TimeSpan.@Nullable Seconds every;

        @Option(names = "--keep-hourly", paramLabel = "N", description = "Of how many hours the newest is kept there.")
        private @Nullable Long hourly;

        @Option(names = "--keep-daily", paramLabel = "N", description = "Of how many days.")
        private @Nullable Long daily;

        @Option(names = "--keep-weekly", paramLabel = "N", description = "Of how many weeks.")
        private @Nullable Long weekly;

        @Option(
                names = "--bandwidth",
                paramLabel = "SIZE",
                converter = ByteSize.class,
                description = "How much is sent in a second at most: 10M; 64K at least. Default: no limit.")
        private @Nullable Long bytesPerSecond;

        private JsonObject put(JsonObject into) {
            put(into, "everySeconds", every == null ? null : every.seconds());
            put(into, "keepHourly", hourly);
            put(into, "keepDaily", daily);
            put(into, "keepWeekly", weekly);
            return put(into, "bytesPerSecond", bytesPerSecond);
        }

        private static JsonObject put(JsonObject into, String name, @Nullable Long value) {
            return value == null ? into : into.put(name, value);
        }
    }

    /** {@code ring3 replication add}. */
    @Command(
            name = "add",
            description = {
                "Let the server copy a subvolume to another Ring3.",
                "",
                "Each run takes a snapshot, sends what it has since the newest one that both sides have, and keeps the newest"
                        + " there of so many hours, days and weeks. A run that is cut is gone on with. The token is made on the"
                        + " other side by 'ring3 token create NAME --admin'; it is sent by TLS, or on this machine alone.",
                ""
            },
            footer = {
                "",
                "Example: ring3 replication add /projects --to https://nas.example"
                        + " --into /backup/projects --token-file token --every 1h --keep-daily 30"
            })
    static final class Add implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Mixin
        private Pace pace = new Pace();

        @Parameters(paramLabel = "PATH", description = "The subvolume: / is the first.")
        private String path = "";

        @Option(
                names = "--to",
                paramLabel = "URL",
                required = true,
                description = "The other server: https://nas.example:8443; http:// on this machine alone.")
        private String url = "";

        @Option(
                names = "--into",
                paramLabel = "PATH",
                required = true,
                description = "The subvolume there in which the copies are; made if it is not there.")
        private String into = "";

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                required = true,
                description = "In which the token is; - for standard input.")
        private Path tokenFile = Path.of("-");

        @Option(
                names = "--certificate",
                paramLabel = "FILE",
                description = "Certificates in PEM that alone are trusted. Default: those that the JDK trusts.")
        private @Nullable Path certificates;

        Add(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            String token = read(terminal, tokenFile);
            return server.ask(ADVICE, api -> {
                JsonObject wanted = pace.put(new JsonObject()
                        .put("subvolume", Targets.id(api, path))
                        .put("url", url)
                        .put("into", into)
                        .put("token", token));
                if (certificates != null) {
                    wanted.put("certificates", read(terminal, certificates));
                }
                JsonObject made = api.call("POST", REPLICATIONS, wanted);
                json.print(terminal, "ring3.replication.add/1", made, "replication %d".formatted(made.number("id")));
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 replication list}. */
    @Command(
            name = "list",
            description = "List the replications, with what the other side has, and when each runs next.",
            footer = {"", "Example: ring3 replication list"})
    static final class Listing implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        Listing(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return server.ask(ADVICE, api -> {
                JsonObject answer = api.get(REPLICATIONS);
                Map<Long, String> paths = new HashMap<>();
                Targets.subvolumes(api, "")
                        .objects("subvolumes")
                        .forEach(info -> paths.put(info.number("id"), info.text("path")));
                json.printTable(
                        terminal,
                        "ring3.replication.list/1",
                        answer,
                        List.of("ID", "EVERY", "SENT", "NEXT", "PATH", "TO"),
                        answer.objects("replications").stream().map(each -> row(each, paths)));
                return ExitCode.OK;
            });
        }

        private static List<String> row(JsonObject each, Map<Long, String> paths) {
            long every = each.number("everySeconds");
            return List.of(
                    Long.toString(each.number("id")),
                    every == 0 ? "-" : TimeSpan.text(every),
                    each.has("sent") ? FsCommand.seconds(each.object("sent").text("time")) : "-",
                    each.has("job")
                            ? "runs: job " + each.number("job")
                            : each.optionalText("next").map(FsCommand::seconds).orElse("-"),
                    paths.getOrDefault(each.number("subvolume"), "(deleted)"),
                    each.text("url") + each.text("into"));
        }
    }

    /** {@code ring3 replication run}. */
    @Command(
            name = "run",
            description = {
                "Run a replication now, and wait for its end.",
                "",
                "Exits 1 if it fails; what came across stays, and the next run goes on with it.",
                ""
            },
            footer = {"", "Example: ring3 replication run 1"})
    static final class Run implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "ID", description = "Its number, as 'ring3 replication list' shows it.")
        private long id;

        @Option(
                names = "--reset",
                fallbackValue = "true",
                description =
                        "Also where the other side is not as it was left: from the newest snapshot that both still"
                                + " have, or with everything.")
        private boolean reset;

        Run(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return server.ask(ADVICE, api -> {
                JsonObject started =
                        api.call("POST", "%s/%d/run".formatted(REPLICATIONS, id), new JsonObject().put("reset", reset));
                JsonObject job = JobWatch.await(terminal, api, "replicate", started);
                json.print(terminal, "ring3.replication.run/1", job, text(job));
                return job.text("state").equals("done") ? ExitCode.OK : ExitCode.NEGATIVE;
            });
        }

        private static String text(JsonObject job) {
            if (!job.text("state").equals("done")) {
                return "%s: %s"
                        .formatted(
                                job.text("state"), job.optionalText("message").orElse("what came across stays"));
            }
            JsonObject result = job.object("result");
            String since = result.optionalText("since").map(" since "::concat).orElse("");
            List<String> lines = new ArrayList<>();
            lines.add("%s%s: %s sent".formatted(result.text("snapshot"), since, ByteSize.text(result.number("bytes"))));
            result.texts("deleted").forEach(name -> lines.add("deleted there: " + name));
            result.texts("left").forEach(line -> lines.add("left: " + line));
            return String.join("\n", lines);
        }
    }

    /** {@code ring3 replication set}. */
    @Command(
            name = "set",
            description = "Change how often, how fast, what is kept, or the token. What is not given stays.",
            footer = {"", "Example: ring3 replication set 1 --bandwidth 10M"})
    static final class Change implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Mixin
        private Pace pace = new Pace();

        @Parameters(paramLabel = "ID", description = "Its number, as 'ring3 replication list' shows it.")
        private long id;

        @Option(names = "--token-file", paramLabel = "FILE", description = "Another token; - for standard input.")
        private @Nullable Path tokenFile;

        Change(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            JsonObject wanted = pace.put(new JsonObject());
            if (tokenFile != null) {
                wanted.put("token", read(terminal, tokenFile));
            }
            return server.ask(ADVICE, api -> {
                JsonObject changed = api.call("PATCH", "%s/%d".formatted(REPLICATIONS, id), wanted);
                json.print(terminal, "ring3.replication.set/1", changed, "replication %d is changed".formatted(id));
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 replication remove}. */
    @Command(
            name = "remove",
            description = {
                "Copy a subvolume no more.",
                "",
                "What the other side has stays there; the newest of it is held until 'ring3 subvolume set --hold=off' there.",
                ""
            },
            footer = {"", "Example: ring3 replication remove 1"})
    static final class Remove implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "ID", description = "Its number, as 'ring3 replication list' shows it.")
        private long id;

        Remove(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return server.ask(ADVICE, api -> {
                api.call("DELETE", "%s/%d".formatted(REPLICATIONS, id), null);
                json.print(
                        terminal,
                        "ring3.replication.remove/1",
                        new JsonObject().put("id", id),
                        "replication %d is gone".formatted(id));
                return ExitCode.OK;
            });
        }
    }
}
