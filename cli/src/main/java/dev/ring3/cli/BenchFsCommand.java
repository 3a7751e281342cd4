package dev.ring3.cli;

import dev.ring3.bench.fs.FsBench;
import dev.ring3.bench.fs.FsOptions;
import dev.ring3.bench.fs.FsSubject;
import dev.ring3.bench.measure.BenchDocument;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ring3 bench fs}: what operations of a filesystem cost, here and elsewhere. */
@Command(
        name = "fs",
        description = {
            "Measure operations on names and data: in a volume of Ring3 in process and through its mounts, on the filesystem of the"
                    + " host and on btrfs; then how create, stat, list and snapshot grow with files and snapshots.",
            "",
            "Everything is made anew in a directory of the place, and deleted afterwards. Mounts and btrfs want root; what cannot be"
                    + " had is left out and named. Exits 3 if nothing could be measured.",
            ""
        },
        footer = {"", "Example: ring3 bench fs --place=/srv/scratch --files=1000000 --json=fs.json"})
final class BenchFsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--on",
            paramLabel = "NAME",
            split = ",",
            completionCandidates = Subjects.class,
            description = "Which: ${COMPLETION-CANDIDATES}. The first is what others are compared with. Default: all.")
    private List<String> subjects = FsSubject.ids();

    @Option(
            names = "--place",
            paramLabel = "DIR",
            description =
                    "Where, on the filesystem that is to be measured. Default: where the host keeps what is temporary.")
    private Path place = Path.of(System.getProperty("java.io.tmpdir", "."));

    @Mixin
    private BenchRepeats repeats = new BenchRepeats();

    @Option(
            names = "--files",
            paramLabel = "N",
            defaultValue = "100000",
            description = "The most files in one folder; 0 leaves that curve out. Default: ${DEFAULT-VALUE}.")
    private int files = 100_000;

    @Option(
            names = "--snapshots",
            paramLabel = "N",
            defaultValue = "1000",
            description = "The most snapshots; 0 leaves that curve out. Default: ${DEFAULT-VALUE}.")
    private int snapshots = 1000;

    @Mixin
    private BenchOutput results = new BenchOutput();

    BenchFsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** For completion. */
    static final class Subjects implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return FsSubject.ids().iterator();
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        BenchDocument document = FsBench.run(options(), step -> terminal.err().println("ring3: " + step));
        if (document.figures().isEmpty()) {
            throw CommandException.unsupported(String.join("; ", document.notMeasured()));
        }
        results.write(
                terminal, () -> FsBench.text(document), () -> document.json().toString());
        return ExitCode.OK;
    }

    private FsOptions options() {
        try {
            return new FsOptions(
                    subjects.stream().map(FsSubject::of).toList(),
                    place,
                    repeats.forks(),
                    repeats.rounds(),
                    files,
                    snapshots,
                    results.command());
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }
}
