package dev.ring3.bench.fs;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.ChildJvm;
import dev.ring3.bench.measure.FigureText;
import dev.ring3.bench.measure.Machine;
import dev.ring3.bench.measure.Progress;
import dev.ring3.bench.measure.SampleTable;
import dev.ring3.bench.measure.Scratch;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code ring3 bench fs}: what operations on names and data cost, in Ring3's volume and beside it. */
public final class FsBench {
    private static final String NATIVE_MODULES =
            "dev.ring3.bench,dev.ring3.linux,dev.ring3.mm,rocksdbjni,com.github.luben.zstd_jni";
    private static final long SECONDS_MAX = 3600;

    private FsBench() {}

    /**
     * Measures.
     *
     * @return what it found; filesystems that cannot be had here are named there with the reason
     */
    public static BenchDocument run(FsOptions options, Progress progress) throws InterruptedException {
        long begin = System.nanoTime();
        Machine machine = Machine.here();
        SampleTable samples = new SampleTable();
        Set<String> lacks = new LinkedHashSet<>();
        for (int fork = 0; fork < options.forks(); fork++) {
            progress.step("fork %d of %d".formatted(fork + 1, options.forks()));
            try (Scratch scratch = Scratch.in(options.place())) {
                fork(options, scratch, fork, samples, lacks);
            }
        }
        lacks.addAll(samples.doubts());
        BenchDocument.Setting setting = new BenchDocument.Setting(
                machine.described(),
                options.command(),
                method(options),
                options.forks(),
                options.rounds(),
                Machine.load(),
                (System.nanoTime() - begin) / 1_000_000_000);
        return new BenchDocument("fs", setting, samples.figures(key -> base(key, options)), List.copyOf(lacks));
    }

    /** What others are compared with: of snapshots btrfs, of the rest the first that was asked for. */
    private static Optional<String> base(SampleTable.Key key, FsOptions options) {
        boolean ofSnapshots = key.axis().equals("snapshots");
        FsSubject base = ofSnapshots ? FsSubject.BTRFS : options.subjects().getFirst();
        return Optional.of(base.id());
    }

    private static void fork(FsOptions options, Scratch scratch, int fork, SampleTable samples, Set<String> lacks)
            throws InterruptedException {
        List<String> work = List.of(
                String.join(",", options.subjects().stream().map(FsSubject::id).toList()),
                scratch.path().toString(),
                Integer.toString(options.rounds()),
                Integer.toString(options.files()),
                Integer.toString(options.snapshots()));
        ChildJvm children = new ChildJvm(scratch.path(), FsWorkerMain.class, NATIVE_MODULES);
        try {
            for (String line : children.run(List.of("-Xmx1g"), work, SECONDS_MAX)) {
                String[] words = line.split("\t", -1);
                if (words[0].equals("sample")) {
                    samples.add(
                            new SampleTable.Key(
                                    words[1],
                                    words[2],
                                    words[3].equals("-") ? "" : words[3],
                                    Double.parseDouble(words[4])),
                            fork,
                            Integer.parseInt(words[5]),
                            new SampleTable.Sample(
                                    Double.parseDouble(words[6]),
                                    Double.parseDouble(words[7]),
                                    Double.parseDouble(words[8])));
                } else if (words[0].equals("lack")) {
                    lacks.add("%s: %s".formatted(words[1], words[2]));
                }
            }
        } catch (ChildJvm.ChildException e) {
            lacks.add("fork %d: %s".formatted(fork + 1, e.getMessage()));
        }
    }

    private static String method(FsOptions options) {
        return """
                %d forks; in each every filesystem is made anew and, after ten rounds to warm up, measured in %d rounds, in \
                each of which all take turns with each operation. A ratio is that of two samples of one round; given are \
                medians of forks' medians, and the least and the greatest of these. Operations on names are done 2,000 times in a \
                folder that is empty before and after, those that are durable 200 times; names are ready before. The kernel's \
                filesystems are called as a program in C calls them, so each operation crosses into the kernel; Ring3's volume in \
                process is not crossed into, which is a part of its advantage, and is through its mounts. Samples for which the \
                thread waited for a processor for more than a tenth of the time are thrown away, where there are others. The curves are measured once in \
                each fork.""".formatted(options.forks(), options.rounds());
    }

    /** As tables for a terminal. */
    public static String text(BenchDocument document) {
        return "Time of an operation (x: times that of the first; of snapshots: of btrfs)\n\n"
                + FigureText.table(document, "ns")
                + "\nProcessor time of the calling thread\n\n"
                + FigureText.table(document, "ns of processor time")
                + FigureText.foot(document);
    }
}
