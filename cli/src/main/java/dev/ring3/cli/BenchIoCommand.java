package dev.ring3.cli;

import dev.ring3.bench.io.IoBench;
import dev.ring3.bench.io.IoEngine;
import dev.ring3.bench.io.IoOptions;
import dev.ring3.bench.io.IoReport;
import dev.ring3.bench.io.Summit;
import dev.ring3.bench.io.SummitReport;
import dev.ring3.bench.measure.Scratch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ring3 bench io}: how fast files are read and written, in the words of fio. */
@Command(
        name = "io",
        description = {
            "Measure reads and writes of a file, through the kernel in each of its ways and through Ring3, with the options of fio.",
            "",
            "Options and values are fio's; what differs: the file is not dropped from the cache unless --invalidate=1 says so,"
                    + " iodepth is for io_uring alone, several engines may be named and then take turns. With --summit a whole"
                    + " matrix is measured instead: buffered, direct, uncached, mapped and Ring3's own, by size, order, threads, in"
                    + " memory and not. Exits 3 if no engine could be used.",
            ""
        },
        footer = {
            "",
            "Example: ring3 bench io --rw=randread --bs=512 --size=1g --runtime=5 --ioengine=pread,mapped,ring3 --forks=5"
        })
final class BenchIoCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "ring3", description = "What reports call the job.")
    private String name = "ring3";

    @Option(
            names = "--ioengine",
            paramLabel = "ENGINE",
            split = ",",
            defaultValue = "pread",
            converter = FioWords.Engine.class,
            completionCandidates = FioWords.Engines.class,
            description =
                    "${COMPLETION-CANDIDATES}; fio's psync, sync and mmap mean pread and mapped. The first is what"
                            + " others are compared with. Default: ${DEFAULT-VALUE}.")
    private List<IoEngine> engines = List.of(IoEngine.PREAD);

    @Mixin
    private FioOptions jobOptions = new FioOptions();

    @Option(
            names = "--filename",
            paramLabel = "FILE",
            description =
                    "The file, for engines on files of the host; made if it is not there, and overwritten by writes.")
    private @Nullable Path filename;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description =
                    "Where files and volumes are made, and stay. Default: one that is deleted afterwards, where the host"
                            + " keeps what is temporary.")
    private @Nullable Path directory;

    @Option(
            names = "--memory",
            paramLabel = "BYTES",
            converter = ByteSize.class,
            description = "What Ring3's caches may take. Default: as much as holds the file and a half.")
    private @Nullable Long memory;

    @Option(
            names = "--forks",
            paramLabel = "N",
            defaultValue = "1",
            description = "Processes for each engine, in turn. Default: ${DEFAULT-VALUE}.")
    private int forks = 1;

    @Option(names = "--summit", fallbackValue = "true", description = "Measure the matrix.")
    private boolean summit;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds of --summit in each fork. Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(
            names = "--output-format",
            paramLabel = "FORM",
            defaultValue = "normal",
            description = "normal or json, on standard output. Default: ${DEFAULT-VALUE}.")
    private OutputFormat outputFormat = OutputFormat.normal;

    @Option(names = "--output", paramLabel = "FILE", description = "Write to it what would go to standard output.")
    private @Nullable String output;

    @Mixin
    private BenchOutput results = new BenchOutput();

    BenchIoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Of fio. */
    enum OutputFormat {
        normal,
        json
    }

    @Override
    public Integer call() throws InterruptedException {
        if (filename != null) {
            return measure(filename);
        }
        if (directory != null) {
            return measure(directory);
        }
        try (Scratch scratch = Scratch.create()) {
            return measure(scratch.path());
        }
    }

    private int measure(Path place) throws InterruptedException {
        IoOptions options = new IoOptions(
                jobOptions.job(summit), name, engines, place, memory == null ? 0 : memory, forks, results.command());
        if (summit) {
            SummitReport report = Summit.run(options, rounds, this::say);
            results.write(terminal, report::text, () -> report.document().json().toString());
            return ExitCode.OK;
        }
        IoReport report = IoBench.run(options, this::say);
        if (report.isEmpty()) {
            throw CommandException.unsupported(
                    String.join("; ", report.document().notMeasured()));
        }
        results.write(terminal, () -> printed(report), report::json);
        return ExitCode.OK;
    }

    /** What goes to standard output. */
    private String printed(IoReport report) {
        String text = outputFormat == OutputFormat.json ? report.json() + "\n" : report.text();
        if (output == null) {
            return text;
        }
        new CommandFiles(terminal).write(output, text.getBytes(StandardCharsets.UTF_8));
        return "";
    }

    private void say(String step) {
        terminal.err().println("ring3: " + step);
    }
}
