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

/** {@code ring3 export}: what a running server exports by NFS. */
@Command(
        name = "export",
        description = "Change what a running server exports by NFS. What is changed holds over restarts.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 export add /projects --client 10.0.0.0/8"})
final class ExportCommand implements Runnable {
    private static final String NFS = "/api/v1/exports/nfs";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    private static String at(String path) {
        return NFS + "?path=" + ApiClient.encode(path);
    }

    /** How a subvolume is exported; what is not given stays as it is. */
    static final class Settings {
        @Option(
                names = "--read-only",
                paramLabel = "ON",
                description = "Whether nothing can be written through it: on, off.")
        private SubvolumeSetCommand.@Nullable Switch readOnly;

        @Option(
                names = "--async",
                paramLabel = "ON",
                description = "Whether operations on names are answered before they are durable: on, off.")
        private SubvolumeSetCommand.@Nullable Switch async;

        @Option(
                names = "--insecure",
                paramLabel = "ON",
                description = "Whether clients at any port are believed who they are: on, off.")
        private SubvolumeSetCommand.@Nullable Switch insecure;

        @Option(
                names = "--squash",
                paramLabel = "WHO",
                description = "Whose user ids become nobody's: root, all, none.")
        private @Nullable String squash;

        @Option(
                names = "--client",
                paramLabel = "NETWORK",
                split = ",",
                description =
                        "Who may have it: 192.168.1.7, 10.0.0.0/8; as often as there are some. Default: this machine.")
        private @Nullable List<String> clients;

        private JsonObject put(JsonObject into) {
            put(into, "readOnly", readOnly);
            put(into, "async", async);
            put(into, "insecure", insecure);
            if (squash != null) {
                into.put("squash", squash);
            }
            return clients == null ? into : into.putTexts("clients", clients);
        }

        private static void put(JsonObject into, String name, SubvolumeSetCommand.@Nullable Switch value) {
            if (value != null) {
                into.put(name, value == SubvolumeSetCommand.Switch.on);
            }
        }
    }

    /** {@code ring3 export list}. */
    @Command(
            name = "list",
            description = "List where a running server is used from: mounts, and what NFS exports.",
            footer = {"", "Example: ring3 export list"})
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
            JsonObject answer = server.ask(api -> api.get("/api/v1/exports"));
            json.printTable(
                    terminal,
                    "ring3.export.list/1",
                    answer,
                    List.of("KIND", "WHAT", "AT", "HOW", "CLIENTS"),
                    answer.objects("exports").stream().map(Listing::row));
            return ExitCode.OK;
        }

        private static List<String> row(JsonObject each) {
            boolean nfs = each.text("kind").equals("nfs");
            List<String> words = new ArrayList<>();
            words.add(each.flag("readOnly") ? "ro" : "rw");
            if (each.flag("async")) {
                words.add("async");
            }
            if (each.flag("insecure")) {
                words.add("insecure");
            }
            each.optionalText("squash").ifPresent(who -> words.add("squash=" + who));
            List<String> clients = nfs ? each.texts("clients") : List.of();
            return List.of(
                    each.text("kind"),
                    each.optionalText("path").orElse("/"),
                    each.text("address"),
                    String.join(",", words),
                    clients.isEmpty() ? "this machine" : String.join(",", clients));
        }
    }

    /** {@code ring3 export add}. */
    @Command(
            name = "add",
            description = {
                "Export a subvolume by NFS, at its path.",
                "",
                "Either / is exported alone, or others are, of which none lies in another: take / away first.",
                ""
            },
            footer = {"", "Example: ring3 export add /projects --client 10.0.0.0/8"})
    static final class Add implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Mixin
        private Settings settings = new Settings();

        @Parameters(paramLabel = "PATH", description = "The subvolume.")
        private String path = "";

        Add(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            JsonObject export = settings.put(new JsonObject().put("path", path));
            server.ask(api -> api.call("POST", NFS, export));
            json.print(terminal, "ring3.export.add/1", export, path + " is exported");
            return ExitCode.OK;
        }
    }

    /** {@code ring3 export set}. */
    @Command(
            name = "set",
            description = "Change how a subvolume is exported by NFS. What is not given stays.",
            footer = {"", "Example: ring3 export set /projects --read-only=on"})
    static final class Change implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Mixin
        private Settings settings = new Settings();

        @Parameters(paramLabel = "PATH", description = "Where it is exported.")
        private String path = "";

        Change(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            JsonObject wanted = settings.put(new JsonObject());
            server.ask(api -> api.call("PATCH", at(path), wanted));
            json.print(terminal, "ring3.export.set/1", wanted.put("path", path), path + " is changed");
            return ExitCode.OK;
        }
    }

    /** {@code ring3 export remove}. */
    @Command(
            name = "remove",
            description = {
                "Export a subvolume by NFS no more.",
                "",
                "What clients have open, locked and delegated there is gone at once; their files are stale.",
                ""
            },
            footer = {"", "Example: ring3 export remove /projects"})
    static final class Remove implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "PATH", description = "Where it is exported.")
        private String path = "";

        Remove(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            server.ask(api -> api.call("DELETE", at(path), null));
            json.print(
                    terminal,
                    "ring3.export.remove/1",
                    new JsonObject().put("path", path),
                    path + " is exported no more");
            return ExitCode.OK;
        }
    }

    /** {@code ring3 export reset}. */
    @Command(
            name = "reset",
            description = "Export what 'serve' was started with, and forget what was changed since.",
            footer = {"", "Example: ring3 export reset"})
    static final class Reset implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        Reset(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            server.ask(api -> api.call("POST", NFS + "/reset", null));
            json.print(terminal, "ring3.export.reset/1", new JsonObject(), "the exports are as 'serve' was told");
            return ExitCode.OK;
        }
    }
}
