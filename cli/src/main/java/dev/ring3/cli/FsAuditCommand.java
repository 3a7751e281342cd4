package dev.ring3.cli;

import dev.ring3.fs.volume.RepairReport;
import dev.ring3.fs.volume.VolumeFinding;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ring3 fs check} and {@code ring3 fs scrub}: whether a volume is what it has to be. */
abstract sealed class FsAuditCommand implements Callable<Integer> permits FsAuditCommand.Check, FsAuditCommand.Scrub {
    private final String kind;
    private final Terminal terminal;

    @Mixin
    private VolumeAccess volume = new VolumeAccess();

    @Mixin
    private JsonOption json = new JsonOption();

    FsAuditCommand(String kind, Terminal terminal) {
        this.kind = kind;
        this.terminal = terminal;
    }

    /** {@code ring3 fs check}. */
    @Command(
            name = "check",
            description = {
                "Check that the volume holds together: directories, links, snapshots, usage, references to data.",
                "",
                "Exits 1 and says what is wrong if something is. A volume that is served is checked as it is at one moment.",
                ""
            },
            footer = {"", "Example: ring3 fs check --data /srv/ring3"})
    static final class Check extends FsAuditCommand {
        @Option(
                names = "--repair",
                fallbackValue = "true",
                description =
                        "Rebuild what can be: counts, what points back, places of names, indexes, references. What lost its"
                                + " name is then in /lost+found. The volume must not be open.")
        private boolean repair;

        Check(Terminal terminal) {
            super("check", terminal);
        }

        @Override
        boolean repairs() {
            return repair;
        }
    }

    /** {@code ring3 fs scrub}. */
    @Command(
            name = "scrub",
            description = {
                "Read all data and check it against its checksums.",
                "",
                "Exits 1 and names the files if something is damaged. Works while the volume is served.",
                ""
            },
            footer = {"", "Example: ring3 fs scrub --data /srv/ring3"})
    static final class Scrub extends FsAuditCommand {
        Scrub(Terminal terminal) {
            super("scrub", terminal);
        }
    }

    /** Whether what is wrong is to be put right. */
    boolean repairs() {
        return false;
    }

    private Integer repair() {
        RepairReport report;
        try (ProgressLine progress = new ProgressLine(terminal)) {
            report = volume.repair(records -> progress.show("%,d records".formatted(records)));
        }
        JsonObject answer = new JsonObject()
                .putObjects("found", objects(report.before()))
                .putObjects("left", objects(report.after()));
        List<String> lines = new ArrayList<>();
        report.before().forEach(each -> lines.add("found: " + each));
        report.after().forEach(each -> lines.add("left:  " + each));
        lines.add("repair: %d found, %d left"
                .formatted(report.before().size(), report.after().size()));
        json.print(terminal, "ring3.fs.repair/1", answer, String.join("\n", lines));
        return report.after().isEmpty() ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private static List<JsonObject> objects(List<VolumeFinding> findings) {
        return findings.stream()
                .map(each -> new JsonObject().put("kind", each.kind().name()).put("where", each.where()))
                .toList();
    }

    @Override
    public final Integer call() {
        if (repairs()) {
            return repair();
        }
        return volume.with(api -> {
            JsonObject job = JobWatch.await(
                    terminal, api, kind, api.call("POST", "/api/v1/jobs", new JsonObject().put("kind", kind)));
            if (json.isWanted()) {
                terminal.out()
                        .println(JsonObject.ofSchema("ring3.fs.%s/1".formatted(kind))
                                .putAll(job));
            } else {
                lines(job).forEach(terminal.out()::println);
            }
            return job.text("state").equals("done") ? ExitCode.OK : ExitCode.NEGATIVE;
        });
    }

    private List<String> lines(JsonObject job) {
        if (!job.has("result")) {
            return List.of("%s: %s".formatted(kind, job.optionalText("message").orElse(job.text("state"))));
        }
        JsonObject result = job.object("result");
        List<String> findings = result.texts("findings");
        return findings.isEmpty()
                ? List.of("%s: nothing is wrong; %d %s looked at".formatted(kind, job.number("done"), job.text("unit")))
                : findings;
    }
}
