package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ring3 token}: who may use a server's API from elsewhere. */
@Command(
        name = "token",
        description = "Make, list and take back the tokens with which others use a server's API.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: ring3 token create prometheus"})
final class TokenCommand implements Runnable {
    private static final String TOKENS = "/api/v1/tokens";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** {@code ring3 token create}. */
    @Command(
            name = "create",
            description = {
                "Make a token and print it. It is shown this once: the server keeps a hash.",
                "",
                "It is sent as 'Authorization: Bearer TOKEN'. Without --admin and --receive it may look at the server, not at"
                        + " files, and change nothing.",
                ""
            },
            footer = {"", "Example: ring3 token create prometheus"})
    static final class Create implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "NAME", description = "What it is called: letters, digits, . _ -")
        private String name = "";

        @Option(names = "--admin", fallbackValue = "true", description = "It may do everything.")
        private boolean admin;

        @Option(
                names = "--receive",
                paramLabel = "PATH",
                description =
                        "It may make copies in this subvolume, as 'ring3 replication add' of another server wants it,"
                                + " and nothing else.")
        private @Nullable String receive;

        @Option(
                names = "--keep-days",
                paramLabel = "N",
                description = "Of --receive: it may delete copies that are older. Default: never.")
        private @Nullable Long keepDays;

        Create(Terminal terminal) {
            this.terminal = terminal;
        }

        private JsonObject wanted() {
            JsonObject wanted = new JsonObject().put("name", name);
            if (receive == null) {
                return wanted.put("access", admin ? "admin" : "read");
            }
            wanted.put("access", "receive").put("into", receive);
            return keepDays == null ? wanted : wanted.put("keepDays", keepDays);
        }

        @Override
        public Integer call() {
            if (admin && receive != null) {
                throw CommandException.usage("--admin may do everything, --receive one thing: one of them");
            }
            if (keepDays != null && receive == null) {
                throw CommandException.usage("--keep-days is of --receive");
            }
            return server.ask(api -> {
                JsonObject made = api.call("POST", TOKENS, wanted());
                json.print(terminal, "ring3.token.create/1", made, made.text("token"));
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 token list}. */
    @Command(
            name = "list",
            description =
                    "List the tokens: their names, what they may do, and since when. What is secret of them is not kept.",
            footer = {"", "Example: ring3 token list"})
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
            return server.ask(api -> {
                JsonObject answer = api.get(TOKENS);
                Stream<List<String>> rows = answer.objects("tokens").stream()
                        .map(token -> List.of(
                                token.text("name"),
                                token.text("access"),
                                FsCommand.seconds(token.text("created")),
                                token.optionalText("into").orElse("-")));
                json.printTable(
                        terminal, "ring3.token.list/1", answer, List.of("NAME", "MAY", "CREATED", "INTO"), rows);
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 token revoke}. */
    @Command(
            name = "revoke",
            description = "Take a token back: it is worth nothing from now on.",
            footer = {"", "Example: ring3 token revoke prometheus"})
    static final class Revoke implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "NAME", description = "What it is called.")
        private String name = "";

        Revoke(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return server.ask(api -> {
                api.call("DELETE", TOKENS + "/" + ApiClient.encode(name), null);
                json.print(
                        terminal,
                        "ring3.token.revoke/1",
                        new JsonObject().put("name", name),
                        name + " is worth nothing any more");
                return ExitCode.OK;
            });
        }
    }
}
