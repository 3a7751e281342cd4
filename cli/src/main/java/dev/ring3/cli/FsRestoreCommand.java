package dev.ring3.cli;

import dev.ring3.fs.volume.LostRange;
import dev.ring3.fs.volume.RestoreReport;
import dev.ring3.fs.volume.VolumeFinding;
import dev.ring3.server.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 fs restore}. */
@Command(
        name = "restore",
        description = {
            "Put back the metadata that 'ring3 fs backup' wrote, and say which data is not there any more.",
            "",
            "The volume is then what it was; what was written since is gone. Parts of files whose blocks were used again since"
                    + " are named, each with offset and length, and are errors to whoever reads them. Exits 1 if there are any.",
            "",
            "The volume must not be open. A damaged backup, or one of another volume, changes nothing.",
            ""
        },
        footer = {"", "Example: ring3 fs restore --data /srv/ring3 --replace /backup/monday.r3m"})
final class FsRestoreCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Terminal terminal;

    @Mixin
    private VolumeAccess volume = new VolumeAccess();

    @Parameters(paramLabel = "FILE", description = "What 'ring3 fs backup' wrote.")
    private Path file = Path.of("");

    @Option(
            names = "--replace",
            fallbackValue = "true",
            description = "Put the metadata that is there aside, in the same directory. Without it none may be there.")
    private boolean replace;

    @Mixin
    private JsonOption json = new JsonOption();

    FsRestoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<JsonObject> lost = new ArrayList<>();
        Consumer<LostRange> sink = json.isWanted()
                ? each -> lost.add(json(each))
                : each -> terminal.out().println("lost: " + each);
        RestoreReport report;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
                ProgressLine progress = new ProgressLine(terminal)) {
            report = volume.restore(in, replace, records -> progress.show("%,d records".formatted(records)), sink);
        } catch (IOException e) {
            throw CommandException.usage("%s cannot be read: %s".formatted(file, e.getMessage()));
        }
        json.print(terminal, "ring3.fs.restore/1", json(report, lost), text(report));
        return report.isWhole() ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private static JsonObject json(LostRange range) {
        return new JsonObject()
                .put("path", range.path())
                .put("subvolume", range.node().subvolume().value())
                .put("ino", range.node().ino().value())
                .put("offset", range.offsetBytes())
                .put("length", range.lengthBytes());
    }

    private static JsonObject json(RestoreReport report, List<JsonObject> lost) {
        JsonObject json = new JsonObject()
                .put("backup", FsBackupCommand.json(report.backup()))
                .putObjects("lost", lost)
                .put("lostBytes", report.lostBytes())
                .putTexts(
                        "findings",
                        report.findings().stream().map(VolumeFinding::toString).toList());
        Path aside = report.aside();
        return aside == null ? json : json.put("aside", aside.toString());
    }

    private static String text(RestoreReport report) {
        List<String> lines = new ArrayList<>();
        report.findings().forEach(each -> lines.add("wrong: " + each));
        lines.add("restored " + FsBackupCommand.text(report.backup()));
        if (report.aside() != null) {
            lines.add("what was there is in " + report.aside());
        }
        lines.add(
                report.lostRanges() == 0
                        ? "all data is there"
                        : "%,d parts of files are lost, %s"
                                .formatted(report.lostRanges(), ByteSize.text(report.lostBytes())));
        return String.join("\n", lines);
    }
}
