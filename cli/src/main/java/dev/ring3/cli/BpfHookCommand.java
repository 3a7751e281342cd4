package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.client.ApiException;
import dev.ring3.server.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code ring3 bpf} that work on a running server. */
final class BpfHookCommand {
    static final String HOOKS = "/api/v1/hooks";

    private BpfHookCommand() {}

    static String target(String name) {
        return HOOKS + "/" + ApiClient.encode(name);
    }

    /** {@code ring3 bpf attach}. */
    @Command(
            name = "attach",
            description = {
                "Attach a compiled BPF object to a running server: each program of it is asked at the point that its section"
                        + " names, from now on and after every start.",
                "",
                "An object that is attached under the same name is replaced at once. One that the verifier refuses is not"
                        + " attached, and the verifier's log is shown. Exits 1 then.",
                ""
            },
            footer = {"", "Example: ring3 bpf attach examples/audit/audit.bpf.o --to /"})
    static final class Attach implements Callable<Integer> {
        private final Terminal terminal;
        private final CommandFiles files;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Parameters(
                paramLabel = "OBJECT",
                description = "What 'clang -target bpf -g -O2 -c' wrote; - is standard input.")
        private String object = "";

        @Option(
                names = "--to",
                paramLabel = "PATH",
                description = "The subvolume to attach it to, and all that lie in it. Default: the whole server.")
        private @Nullable String path;

        @Option(names = "--name", paramLabel = "NAME", description = "Default: that of the file, up to its first dot.")
        private @Nullable String name;

        @Option(
                names = "--order",
                paramLabel = "N",
                defaultValue = "0",
                description = "Its place in the chain: smaller ones are asked first. Default: ${DEFAULT-VALUE}.")
        private long order;

        @Option(
                names = "--observe",
                fallbackValue = "true",
                description = "Its results do not count. Default: as the object says.")
        private boolean observe;

        @Option(
                names = "--fail",
                paramLabel = "open|closed",
                description = "What becomes of operations if it fails. Default: as the object says.")
        private @Nullable String failMode;

        @Mixin
        private JsonOption json = new JsonOption();

        Attach(Terminal terminal) {
            this.terminal = terminal;
            this.files = new CommandFiles(terminal);
        }

        @Override
        public Integer call() {
            StringBuilder target = new StringBuilder(HOOKS).append("?name=").append(ApiClient.encode(name()));
            target.append("&order=").append(order);
            if (path != null) {
                target.append("&path=").append(ApiClient.encode(path));
            }
            if (observe) {
                target.append("&observeOnly=true");
            }
            if (failMode != null) {
                target.append("&failMode=").append(ApiClient.encode(failMode));
            }
            byte[] bytes = files.read(object);
            return server.ask(api -> {
                JsonObject hook = send(api, target.toString(), bytes);
                String text = "%s is attached to %s".formatted(hook.text("name"), place(hook));
                json.print(terminal, "ring3.bpf.attach/1", hook, text);
                return ExitCode.OK;
            });
        }

        private JsonObject send(ApiClient api, String target, byte[] bytes) {
            try {
                return api.send("POST", target, bytes);
            } catch (ApiException e) {
                throw e.isRejected()
                        ? CommandException.negative("%s: %s".formatted(CommandFiles.name(object), e.getMessage()))
                        : e;
            }
        }

        private String name() {
            if (name != null) {
                return name;
            }
            Path file = Path.of(object).getFileName();
            String base = file == null ? "" : file.toString();
            int dot = base.indexOf('.');
            return dot < 0 ? base : base.substring(0, dot);
        }
    }

    /** What an object is attached to. */
    static String place(JsonObject hook) {
        return hook.optionalText("path").orElse("the server");
    }

    /** {@code ring3 bpf detach}. */
    @Command(
            name = "detach",
            description = "Detach an object from a running server, for good. Runs that began finish.",
            footer = {"", "Example: ring3 bpf detach audit"})
    static final class Detach implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "NAME", description = "Under which it is attached.")
        private String name = "";

        Detach(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return server.ask(api -> {
                api.call("DELETE", target(name), null);
                json.print(terminal, "ring3.bpf.detach/1", new JsonObject().put("name", name), name + " is detached");
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 bpf list}. */
    @Command(
            name = "list",
            description = "List the programs that are attached to a running server, with what they have done.",
            footer = {"", "Example: ring3 bpf list"})
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
            JsonObject answer = server.ask(api -> api.get(HOOKS));
            if (json.isWanted()) {
                terminal.out().println(JsonObject.ofSchema("ring3.bpf.list/1").putAll(answer));
                return ExitCode.OK;
            }
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("NAME", "TO", "PROGRAM", "AT", "RUNS", "NS/RUN", "REFUSED", "IS"));
            answer.objects("hooks").forEach(hook -> {
                String state = hook.optionalText("failure")
                        .map(reason -> "failed %s: %s".formatted(hook.text("failMode"), reason))
                        .orElse(hook.flag("observeOnly") ? "observing" : "deciding");
                List<JsonObject> programs = hook.objects("programs");
                if (programs.isEmpty()) {
                    rows.add(List.of(hook.text("name"), place(hook), "-", "-", "-", "-", "-", state));
                }
                programs.forEach(program ->
                        rows.add(row(hook, program, program.text("section").startsWith("cache/") ? "caching" : state)));
            });
            TextTable.print(rows, terminal);
            return ExitCode.OK;
        }

        private static List<String> row(JsonObject hook, JsonObject program, String state) {
            long runs = program.number("runs");
            return List.of(
                    hook.text("name"),
                    place(hook),
                    program.text("name"),
                    program.text("section"),
                    Long.toString(runs),
                    runs == 0 ? "-" : Long.toString(program.number("nanos") / runs),
                    Long.toString(program.number("refusals")),
                    state);
        }
    }

    /** {@code ring3 bpf trace}. */
    @Command(
            name = "trace",
            description = {
                "Show what programs of a running server emit, as they do: the fields of each record, by its type in C.",
                "",
                "Runs until Ctrl-C, or so many records.",
                ""
            },
            footer = {"", "Example: ring3 bpf trace audit"})
    static final class Trace implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only of this object. Default: of all.")
        private @Nullable String name;

        @Option(
                names = "--count",
                paramLabel = "N",
                defaultValue = "9223372036854775807",
                description = "How many records to show. Default: no end.")
        private long count = Long.MAX_VALUE;

        @Option(names = "--json", fallbackValue = "true", description = "Print one JSON object a line instead.")
        private boolean json;

        private long shown;

        Trace(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return server.ask(api -> {
                api.events("/api/v1/trace", this::show);
                return ExitCode.OK;
            });
        }

        private boolean show(String type, JsonObject record) {
            if (type.equals("missed")) {
                terminal.err().println("ring3: some records were lost: they come faster than they are shown");
                return true;
            }
            if (name != null && !name.equals(record.text("object"))) {
                return true;
            }
            if (json) {
                terminal.out().println(record.compact());
            } else {
                terminal.out()
                        .printf(
                                "%s %s/%s %s%n",
                                record.text("time"),
                                record.text("object"),
                                record.text("program"),
                                record.text("text"));
            }
            terminal.out().flush();
            shown++;
            return shown < count;
        }
    }

    /** {@code ring3 bpf top}. */
    @Command(
            name = "top",
            description = "Show which programs of a running server take how much time, again and again, until Ctrl-C.",
            footer = {"", "Example: ring3 bpf top"})
    static final class Top implements Callable<Integer> {
        private static final double NANOS_PER_SECOND = 1e9;

        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Option(
                names = "--interval",
                paramLabel = "SECONDS",
                defaultValue = "2",
                description = "How often. Default: ${DEFAULT-VALUE}.")
        private long intervalSeconds = 2;

        @Option(
                names = "--times",
                paramLabel = "N",
                defaultValue = "9223372036854775807",
                description = "How many times. Default: no end.")
        private long times = Long.MAX_VALUE;

        /** What a program had done by some moment. */
        private record Sample(long runs, long nanos, long refusals) {}

        private record Line(String name, double runs, double share, double refusals) {}

        private final Map<String, Sample> before = new HashMap<>();
        private long atNanos;

        Top(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            if (intervalSeconds < 1) {
                throw CommandException.usage("--interval is at least 1");
            }
            return Repetition.every(Duration.ofSeconds(intervalSeconds), times, terminal, this::show);
        }

        private void show() {
            JsonObject answer = server.ask(api -> api.get(HOOKS));
            long now = System.nanoTime();
            double seconds = before.isEmpty() ? 0 : (now - atNanos) / NANOS_PER_SECOND;
            List<Line> lines = new ArrayList<>();
            answer.objects("hooks")
                    .forEach(hook -> hook.objects("programs").forEach(program -> {
                        String name = hook.text("name") + "/" + program.text("name");
                        Sample present =
                                new Sample(program.number("runs"), program.number("nanos"), program.number("refusals"));
                        Sample last = before.put(name, present);
                        lines.add(line(name, last == null ? present : last, present, seconds));
                    }));
            atNanos = now;
            lines.sort(Comparator.comparingDouble(Line::share).reversed());
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("PROGRAM", "RUNS/S", "NS/RUN", "CPU %", "REFUSED/S"));
            lines.forEach(line -> rows.add(List.of(
                    line.name(),
                    "%.0f".formatted(line.runs()),
                    line.runs() == 0 ? "-" : "%.0f".formatted(line.share() * NANOS_PER_SECOND / line.runs()),
                    "%.2f".formatted(line.share() * 100),
                    "%.0f".formatted(line.refusals()))));
            TextTable.print(rows, terminal);
        }

        private static Line line(String name, Sample last, Sample present, double seconds) {
            if (seconds == 0) {
                return new Line(name, 0, 0, 0);
            }
            return new Line(
                    name,
                    (present.runs() - last.runs()) / seconds,
                    (present.nanos() - last.nanos()) / seconds / NANOS_PER_SECOND,
                    (present.refusals() - last.refusals()) / seconds);
        }
    }
}
