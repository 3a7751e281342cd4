package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ring3 client}: who uses a running server. */
@Command(
        name = "client",
        description = "Show who uses a running server, and what they hold; end a client of NFS.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 client list --watch"})
final class ClientCommand implements Runnable {
    private static final String CLIENTS = "/api/v1/clients";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** {@code ring3 client list}. */
    @Command(
            name = "list",
            description = {
                "List the clients of a running server, with what they have open, locked and leased.",
                "",
                "A client of NFS is one that mounted it; its leases are what NFS calls delegations. IDLE is how long nothing"
                        + " was heard of it.",
                ""
            },
            footer = {"", "Example: ring3 client list --watch"})
    static final class Listing implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Mixin
        private WatchOptions watch = new WatchOptions();

        Listing(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            return watch.show(terminal, this::show);
        }

        private int show() {
            JsonObject answer = server.ask(api -> api.get(CLIENTS));
            json.printTable(
                    terminal,
                    "ring3.client.list/1",
                    answer,
                    List.of("CLIENT", "OPEN", "LOCKS", "LEASES", "SESSIONS", "IDLE", "ADDRESS"),
                    answer.objects("clients").stream().map(Listing::row));
            return ExitCode.OK;
        }

        private static List<String> row(JsonObject client) {
            return List.of(
                    client.text("client"),
                    Long.toString(client.number("openFiles")),
                    Long.toString(client.number("locks")),
                    Long.toString(client.number("leases")),
                    client.has("sessions") ? Long.toString(client.number("sessions")) : "-",
                    client.has("silentSeconds") ? client.number("silentSeconds") + " s" : "-",
                    client.optionalText("address").orElse("-"));
        }
    }

    /** {@code ring3 client files}. */
    @Command(
            name = "files",
            description = "List what clients have open, locked and leased, file by file.",
            footer = {"", "Example: ring3 client files"})
    static final class Files implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Mixin
        private WatchOptions watch = new WatchOptions();

        Files(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            return watch.show(terminal, this::show);
        }

        private int show() {
            JsonObject answer = server.ask(Files::ask);
            Stream<List<String>> opens = answer.objects("opens").stream().map(each -> row(each, "open", opened(each)));
            Stream<List<String>> locks =
                    answer.objects("locks").stream().map(each -> row(each, "locked", locked(each)));
            Stream<List<String>> leases =
                    answer.objects("leases").stream().map(each -> row(each, "leased", leased(each)));
            json.printTable(
                    terminal,
                    "ring3.client.files/1",
                    answer,
                    List.of("CLIENT", "HAS IT", "HOW", "SINCE", "FILE"),
                    Stream.of(opens, locks, leases).flatMap(rows -> rows));
            return ExitCode.OK;
        }

        private static JsonObject ask(ApiClient api) {
            return api.get("/api/v1/opens").putAll(api.get("/api/v1/locks")).putAll(api.get("/api/v1/leases"));
        }

        private static String opened(JsonObject open) {
            return open.text("access") + (open.text("denied").equals("none") ? "" : ", denies " + open.text("denied"));
        }

        private static String leased(JsonObject lease) {
            boolean recalled = lease.has("recalled") && lease.flag("recalled");
            return lease.text("kind") + (recalled ? ", wanted back" : "");
        }

        private static String locked(JsonObject lock) {
            long first = lock.number("firstByte");
            String range = lock.has("lastByte")
                    ? "%d to %d".formatted(first, lock.number("lastByte"))
                    : first == 0 ? "all" : first + " to the end";
            return "%s %s, %s".formatted(lock.text("kind"), lock.text("space"), range);
        }

        private static List<String> row(JsonObject held, String what, String how) {
            String file = held.optionalText("path")
                    .orElseGet(
                            () -> "inode %d of subvolume %d".formatted(held.number("ino"), held.number("subvolume")));
            String since = held.has("heldSeconds") ? held.number("heldSeconds") + " s" : "-";
            return List.of(held.text("client"), what, how, since, file);
        }
    }

    /** {@code ring3 client evict}. */
    @Command(
            name = "evict",
            description = {
                "End a client of NFS: what it has open, locked and leased is gone at once.",
                "",
                "Programs on it whose files were open get errors, and what they wrote and did not sync may be lost. It is not"
                        + " kept away: it may come back, with nothing.",
                ""
            },
            footer = {"", "Example: ring3 client evict 7"})
    static final class Evict implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "NUMBER", description = "Of 'nfs NUMBER', as 'ring3 client list' shows it.")
        private long number;

        Evict(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return server.ask(api -> {
                api.call("DELETE", "%s/nfs/0x%x".formatted(CLIENTS, number), null);
                String client = "nfs " + number;
                json.print(
                        terminal,
                        "ring3.client.evict/1",
                        new JsonObject().put("client", client),
                        client + " is evicted");
                return ExitCode.OK;
            });
        }
    }
}
