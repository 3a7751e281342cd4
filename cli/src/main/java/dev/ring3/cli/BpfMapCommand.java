package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.Json;
import dev.ring3.server.json.JsonObject;
import java.util.List;
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

/** {@code ring3 bpf map}: the maps of attached objects. */
@Command(
        name = "map",
        description = "Look into the maps of objects that are attached to a running server, and change them.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 bpf map dump budget spent"})
final class BpfMapCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    private static String target(String object, String map) {
        return BpfHookCommand.target(object) + "/maps/" + ApiClient.encode(map);
    }

    /** A value as people read it: {@code {count=3 last="c"}}. */
    static String text(Json value) {
        return switch (value) {
            case JsonObject object ->
                object.members().entrySet().stream()
                        .map(member -> member.getKey() + "=" + text(member.getValue()))
                        .collect(Collectors.joining(" ", "{", "}"));
            case Json.Array(List<Json> elements) ->
                elements.stream().map(BpfMapCommand::text).collect(Collectors.joining(" ", "[", "]"));
            case Json.Text _, Json.Numeral _, Json.Flag _, Json.Null _ -> value.compact();
        };
    }

    /** {@code ring3 bpf map list}. */
    @Command(
            name = "list",
            description = "List the maps of an attached object.",
            footer = {"", "Example: ring3 bpf map list budget"})
    static final class Listing implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Parameters(paramLabel = "NAME", description = "The attached object.")
        private String object = "";

        @Mixin
        private JsonOption json = new JsonOption();

        Listing(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            JsonObject answer = server.ask(api -> api.get(BpfHookCommand.target(object) + "/maps"));
            json.printTable(
                    terminal,
                    "ring3.bpf.map.list/1",
                    answer,
                    List.of("MAP", "TYPE", "KEY", "VALUE", "ENTRIES"),
                    answer.objects("maps").stream().map(Listing::row));
            return ExitCode.OK;
        }

        private static List<String> row(JsonObject map) {
            return List.of(
                    map.text("name"),
                    map.text("kind"),
                    map.number("keyBytes") + " bytes",
                    map.number("valueBytes") + " bytes",
                    Long.toString(map.number("entriesMax")));
        }
    }

    /** {@code ring3 bpf map dump} and {@code get}. */
    abstract static class Reading implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Parameters(index = "0", paramLabel = "NAME", description = "The attached object.")
        private String object = "";

        @Parameters(index = "1", paramLabel = "MAP", description = "The map.")
        private String map = "";

        @Mixin
        private JsonOption json = new JsonOption();

        Reading(Terminal terminal) {
            this.terminal = terminal;
        }

        abstract String query();

        @Override
        public Integer call() {
            JsonObject answer = server.ask(api -> api.get(target(object, map) + query()));
            if (json.isWanted()) {
                terminal.out().println(JsonObject.ofSchema("ring3.bpf.map/1").putAll(answer));
                return ExitCode.OK;
            }
            for (JsonObject entry : answer.objects("entries")) {
                @Nullable Json key = entry.members().get("key");
                @Nullable Json value = entry.members().get("value");
                if (key != null && value != null) {
                    terminal.out().println(text(key) + " " + text(value));
                }
            }
            return ExitCode.OK;
        }
    }

    /** {@code ring3 bpf map dump}. */
    @Command(
            name = "dump",
            description = "Show the entries of a map: a key and its value a line, by their types in C.",
            footer = {"", "Example: ring3 bpf map dump heatmap reads"})
    static final class Dump extends Reading {
        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "1000",
                description = "How many at most. Default: ${DEFAULT-VALUE}.")
        private long limit;

        Dump(Terminal terminal) {
            super(terminal);
        }

        @Override
        String query() {
            return "?limit=" + limit;
        }
    }

    /** {@code ring3 bpf map get}. */
    @Command(
            name = "get",
            description = "Show the entry of one key.",
            footer = {"", "Example: ring3 bpf map get budget limits 0"})
    static final class Get extends Reading {
        @Parameters(
                index = "2",
                paramLabel = "KEY",
                description = "A number, a text, or field=value with commas between.")
        private String key = "";

        Get(Terminal terminal) {
            super(terminal);
        }

        @Override
        String query() {
            return "?key=" + ApiClient.encode(key);
        }
    }

    /** {@code ring3 bpf map set}. */
    @Command(
            name = "set",
            description = "Set the value of a key. Fields of a structure that are not named stay as they are.",
            footer = {"", "Example: ring3 bpf map set budget limits 0 bytes_per_minute=1048576"})
    static final class SetEntry implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(index = "0", paramLabel = "NAME", description = "The attached object.")
        private String object = "";

        @Parameters(index = "1", paramLabel = "MAP", description = "The map.")
        private String map = "";

        @Parameters(
                index = "2",
                paramLabel = "KEY",
                description = "A number, a text, or field=value with commas between.")
        private String key = "";

        @Parameters(index = "3", paramLabel = "VALUE", description = "Likewise.")
        private String value = "";

        SetEntry(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return server.ask(api -> {
                JsonObject entry = new JsonObject().put("key", key).put("value", value);
                api.call("PUT", target(object, map), entry);
                if (json.isWanted()) {
                    terminal.out()
                            .println(JsonObject.ofSchema("ring3.bpf.map.set/1")
                                    .put("object", object)
                                    .put("map", map)
                                    .putAll(entry));
                }
                return ExitCode.OK;
            });
        }
    }
}
