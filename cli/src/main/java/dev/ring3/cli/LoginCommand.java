package dev.ring3.cli;

import dev.ring3.server.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ring3 login}: a URL for a browser. */
@Command(
        name = "login",
        description = {
            "Print a URL that lets one browser in, once.",
            "",
            "It is good for a quarter of an hour. Whoever opens it may do everything, so give it to nobody.",
            ""
        },
        footer = {"", "Example: ring3 login"})
final class LoginCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerAccess server = new ServerAccess();

    @Mixin
    private JsonOption json = new JsonOption();

    LoginCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return server.ask(api -> {
            JsonObject login = api.call("POST", "/api/v1/logins", null);
            json.print(terminal, "ring3.login/1", login, login.text("url"));
            return ExitCode.OK;
        });
    }
}
