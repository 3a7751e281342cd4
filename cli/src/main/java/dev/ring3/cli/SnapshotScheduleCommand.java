package dev.ring3.cli;

import dev.ring3.server.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 snapshot schedule} and what belongs to it: snapshots that a server takes by itself. */
final class SnapshotScheduleCommand {
    private static final String SCHEDULES = "/api/v1/schedules";
    private static final String ADVICE = "; schedules are kept by a server, which 'ring3 serve' starts";

    private SnapshotScheduleCommand() {}

    /** {@code ring3 snapshot schedule}. */
    @Command(
            name = "schedule",
            description = {
                "Let the server take snapshots of a subvolume by itself, and delete those that are not to be kept.",
                "",
                "Of the last so many hours, days and weeks that have a snapshot, the newest of each is kept, and the newest"
                        + " of all. Snapshots that were taken otherwise are never deleted.",
                ""
            },
            footer = {"", "Example: ring3 snapshot schedule /projects --every 1h --keep-hourly 24 --keep-daily 7"})
    static final class Add implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "PATH", description = "The subvolume: / is the first.")
        private String path = "";

        @Option(
                names = "--every",
                paramLabel = "TIME",
                required = true,
                converter = TimeSpan.class,
                description = "How often: 15m, 1h, 1d, 1w; a minute at least.")
        private TimeSpan.Seconds every = new TimeSpan.Seconds(0);

        @Option(
                names = "--keep-hourly",
                paramLabel = "N",
                defaultValue = "0",
                description = "Of how many hours. Default: ${DEFAULT-VALUE}.")
        private long hourly;

        @Option(
                names = "--keep-daily",
                paramLabel = "N",
                defaultValue = "0",
                description = "Of how many days. Default: ${DEFAULT-VALUE}.")
        private long daily;

        @Option(
                names = "--keep-weekly",
                paramLabel = "N",
                defaultValue = "0",
                description = "Of how many weeks. Default: ${DEFAULT-VALUE}.")
        private long weekly;

        Add(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return server.ask(ADVICE, api -> {
                JsonObject wanted = new JsonObject()
                        .put("subvolume", Targets.id(api, path))
                        .put("everySeconds", every.seconds())
                        .put("keepHourly", hourly)
                        .put("keepDaily", daily)
                        .put("keepWeekly", weekly);
                JsonObject made = api.call("POST", SCHEDULES, wanted);
                json.print(terminal, "ring3.snapshot.schedule/1", made, "schedule %d".formatted(made.number("id")));
                return ExitCode.OK;
            });
        }
    }

    /** {@code ring3 snapshot schedules}. */
    @Command(
            name = "schedules",
            description = "List the schedules, with when each is next due.",
            footer = {"", "Example: ring3 snapshot schedules"})
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
                JsonObject answer = api.get(SCHEDULES);
                Map<Long, String> paths = new HashMap<>();
                Targets.subvolumes(api, "")
                        .objects("subvolumes")
                        .forEach(info -> paths.put(info.number("id"), info.text("path")));
                json.printTable(
                        terminal,
                        "ring3.snapshot.schedules/1",
                        answer,
                        List.of("ID", "EVERY", "HOURLY", "DAILY", "WEEKLY", "NEXT", "PATH"),
                        answer.objects("schedules").stream().map(each -> row(each, paths)));
                return ExitCode.OK;
            });
        }

        private static List<String> row(JsonObject schedule, Map<Long, String> paths) {
            return List.of(
                    Long.toString(schedule.number("id")),
                    TimeSpan.text(schedule.number("everySeconds")),
                    Long.toString(schedule.number("keepHourly")),
                    Long.toString(schedule.number("keepDaily")),
                    Long.toString(schedule.number("keepWeekly")),
                    schedule.text("next"),
                    paths.getOrDefault(schedule.number("subvolume"), "(deleted)"));
        }
    }

    /** {@code ring3 snapshot unschedule}. */
    @Command(
            name = "unschedule",
            description = "Take no more snapshots by a schedule. What it took stays.",
            footer = {"", "Example: ring3 snapshot unschedule 1"})
    static final class Remove implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerAccess server = new ServerAccess();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "ID", description = "Its number, as 'ring3 snapshot schedules' shows it.")
        private long id;

        Remove(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return server.ask(ADVICE, api -> {
                api.call("DELETE", SCHEDULES + "/" + id, null);
                json.print(
                        terminal,
                        "ring3.snapshot.unschedule/1",
                        new JsonObject().put("id", id),
                        "schedule %d is gone".formatted(id));
                return ExitCode.OK;
            });
        }
    }
}
