package dev.ring3.bench.fs;

import dev.ring3.bench.measure.Mounted.MountException;
import dev.ring3.bench.measure.ThreadClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * A child JVM: makes the filesystems, measures them in turn and takes them down. Arguments: SUBJECT,SUBJECT... PLACE ROUNDS FILES
 * SNAPSHOTS. Prints for each sample, with tabs between: {@code sample GROUP SUBJECT AXIS POSITION ROUND NANOS CPU-NANOS SHARE};
 * for what cannot be had {@code lack SUBJECT WHY}.
 */
public final class FsWorkerMain {
    private static final int WARM_UP_ROUNDS = 10;
    private static final int LOOKS = 1000;
    private static final int SNAPSHOTS_TIMED = 10;
    private static final int FILES_BETWEEN = 200;
    private static final int WRITES_BETWEEN = 20;

    private final Map<FsSubject, Tree> trees = new EnumMap<>(FsSubject.class);
    private final Random random = new Random(1);
    private String axis = "";
    private long position;
    private int round;

    private FsWorkerMain() {}

    /** The JVM's entry. */
    public static void main(String[] arguments) throws IOException {
        FsWorkerMain worker = new FsWorkerMain();
        Map<FsSubject, FsSetup> setups = new EnumMap<>(FsSubject.class);
        try {
            for (String word : List.of(arguments[0].split(",", -1))) {
                FsSubject subject = FsSubject.of(word);
                try {
                    setups.put(
                            subject,
                            FsSetup.open(
                                    subject,
                                    Files.createDirectory(Path.of(arguments[1]).resolve(word))));
                } catch (MountException e) {
                    say("lack", word, String.valueOf(e.getMessage()).replace('\n', ' '));
                }
            }
            setups.forEach((subject, setup) -> worker.trees.put(subject, setup.tree()));
            worker.operations(Integer.parseInt(arguments[2]));
            worker.files(Integer.parseInt(arguments[3]));
            worker.snapshots(Integer.parseInt(arguments[4]));
        } finally {
            setups.values().forEach(FsSetup::close);
        }
        System.out.flush();
    }

    private static void say(Object... words) {
        System.out.println(
                String.join("\t", List.of(words).stream().map(Object::toString).toList()));
    }

    /** Every operation of every filesystem, round after round, each beginning with another one. */
    private void operations(int rounds) {
        List<Map.Entry<FsSubject, Tree>> order = List.copyOf(trees.entrySet());
        for (int turn = -WARM_UP_ROUNDS; turn < rounds; turn++) {
            round = turn;
            for (Map.Entry<FsSubject, Tree> entry : order) {
                entry.getValue().enter("round-" + (turn + WARM_UP_ROUNDS));
                entry.getValue().names("file", FsOperation.CREATE.times());
            }
            for (FsOperation operation : FsOperation.values()) {
                for (int i = 0; i < order.size(); i++) {
                    Map.Entry<FsSubject, Tree> entry = order.get(Math.floorMod(i + turn, order.size()));
                    Tree tree = entry.getValue();
                    sample(
                            operation.title(),
                            entry.getKey(),
                            operation.times(),
                            () -> operation.run(tree, operation.times(), random));
                    operation.after(tree, operation.times());
                }
            }
        }
    }

    private void sample(String group, FsSubject subject, int times, Runnable work) {
        ThreadClock begin = ThreadClock.now();
        work.run();
        ThreadClock took = begin.elapsed();
        if (round >= 0) {
            say(
                    "sample",
                    group,
                    subject.id(),
                    axis.isEmpty() ? "-" : axis,
                    position,
                    round,
                    String.format(Locale.ROOT, "%.1f", (double) took.wallNanos() / times),
                    String.format(Locale.ROOT, "%.1f", (double) took.cpuNanos() / times),
                    String.format(Locale.ROOT, "%.4f", took.share()));
        }
    }

    /** One folder that gets ten times as many files again and again. */
    private void files(int most) {
        axis = "files";
        round = 0;
        trees.forEach((_, tree) -> {
            tree.enter("many");
            tree.names("file", most);
        });
        int there = 0;
        for (long count = 1; count <= most; count *= 10) {
            position = count;
            int from = there;
            int to = (int) count;
            trees.forEach((subject, tree) -> {
                sample("create in a folder that grows to so many", subject, to - from, () -> {
                    for (int i = from; i < to; i++) {
                        tree.create(i);
                    }
                });
                sample("stat by name in a folder of so many", subject, LOOKS, () -> {
                    for (int i = 0; i < LOOKS; i++) {
                        tree.stat(random.nextInt(to));
                    }
                });
                sample("list a folder of so many, an entry", subject, to, tree::list);
            });
            there = to;
        }
    }

    /** More and more snapshots, with changes between them. */
    private void snapshots(int most) {
        axis = "snapshots";
        round = 0;
        int there = 0;
        for (long count = 1; count <= most; count *= 10) {
            position = count;
            int from = there;
            int to = (int) count;
            trees.forEach((subject, tree) -> {
                if (tree.hasSnapshots()) {
                    int timed = Math.max(from, to - SNAPSHOTS_TIMED);
                    between(tree, "s-" + to, from, timed);
                    sample("snapshot, durable", subject, to - timed, () -> {
                        for (int i = timed; i < to; i++) {
                            tree.snapshot("snapshot-" + i);
                        }
                    });
                    afterSnapshots(tree, subject, to);
                }
            });
            there = to;
        }
    }

    private void between(Tree tree, String folder, int from, int to) {
        tree.enter(folder);
        tree.names("file", to - from);
        for (int i = from; i < to; i++) {
            tree.create(i - from);
            tree.snapshot("snapshot-" + i);
        }
    }

    private void afterSnapshots(Tree tree, FsSubject subject, int count) {
        tree.enter("after-" + count);
        tree.names("file", FILES_BETWEEN);
        sample("create under so many snapshots", subject, FILES_BETWEEN, () -> {
            for (int i = 0; i < FILES_BETWEEN; i++) {
                tree.create(i);
            }
        });
        sample("stat by name under so many snapshots", subject, FILES_BETWEEN, () -> {
            for (int i = 0; i < FILES_BETWEEN; i++) {
                tree.stat(i);
            }
        });
        sample("overwrite 4 KiB, fsync under so many snapshots", subject, WRITES_BETWEEN, () -> {
            for (int i = 0; i < WRITES_BETWEEN; i++) {
                tree.overwriteDurably(random.nextInt((int) (FsOperation.STREAM_BYTES / Tree.BLOCK_BYTES)));
            }
        });
    }
}
