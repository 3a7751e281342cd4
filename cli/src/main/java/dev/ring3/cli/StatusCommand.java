package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ring3 status}: how a server is. */
@Command(
        name = "status",
        description = {
            "Show how the server of a data directory is: what it exports, how much room there is, what is wrong.",
            "",
            "Exits 1 if there is no server, or something is wrong.",
            ""
        },
        footer = {"", "Example: ring3 status --watch"})
final class StatusCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerAccess server = new ServerAccess();

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private WatchOptions watch = new WatchOptions();

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        return watch.show(terminal, this::show);
    }

    private int show() {
        JsonObject status = server.ask(StatusCommand::ask);
        if (json.isWanted()) {
            terminal.out().println(JsonObject.ofSchema("ring3.status/1").putAll(status));
        } else {
            TextTable.print(rows(status), terminal);
        }
        terminal.out().flush();
        return status.flag("ready") && status.texts("problems").isEmpty() ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private static JsonObject ask(ApiClient api) {
        List<JsonObject> clients = api.get("/api/v1/clients").objects("clients");
        return api.get("/api/v1/status").put("clients", clients.size()).put("load", api.get(Load.QUERY));
    }

    private static List<List<String>> rows(JsonObject status) {
        JsonObject space = status.object("volume");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "server",
                "Ring3 %s, process %d, up %s"
                        .formatted(
                                status.text("version"), status.number("pid"), span(status.number("uptimeSeconds")))));
        rows.add(List.of("data", status.text("data")));
        rows.add(List.of("room", room(space.number("availableBytes"), space.number("totalBytes"))));
        for (JsonObject export : status.objects("exports")) {
            String path = export.optionalText("path").map(text -> text + " at ").orElse("");
            String readOnly = export.flag("readOnly") ? ", read-only" : "";
            rows.add(List.of(export.text("kind"), path + export.text("address") + readOnly));
        }
        status.optionalText("http").ifPresent(url -> rows.add(List.of("http", url)));
        rows.add(List.of("clients", Long.toString(status.number("clients"))));
        Load load = new Load(status.object("load"));
        if (load.isKnown()) {
            rows.add(List.of("load", load.operations()));
            load.cache().ifPresent(text -> rows.add(List.of("cache", text)));
        }
        rows.add(List.of(
                "jobs", "%d running, %d failed".formatted(status.number("jobsRunning"), status.number("jobsFailed"))));
        status.texts("problems").forEach(problem -> rows.add(List.of("problem", problem)));
        return rows;
    }

    /** How much can be written; a disk that is too small for more than the volume's own records has no room at all. */
    static String room(long availableBytes, long totalBytes) {
        return totalBytes == 0
                ? "no room"
                : "%s of %s free".formatted(ByteSize.text(availableBytes), ByteSize.text(totalBytes));
    }

    private static String span(long seconds) {
        Duration time = Duration.ofSeconds(seconds);
        return time.toDays() > 0
                ? "%d d %d h".formatted(time.toDays(), time.toHoursPart())
                : "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }
}
