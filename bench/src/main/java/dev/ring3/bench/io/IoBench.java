package dev.ring3.bench.io;

import dev.ring3.bench.measure.BenchDocument;
import dev.ring3.bench.measure.ChildJvm.ChildException;
import dev.ring3.bench.measure.Machine;
import dev.ring3.bench.measure.Progress;
import dev.ring3.bench.measure.Scratch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** {@code ring3 bench io}: one job, by one or several engines. */
public final class IoBench {
    /** Rounds in which the threads had processors for less of the time are taken anew, where nothing waits for a device. */
    static final double SHARE_MIN = 0.9;

    private static final int RETRIES = 2;

    private IoBench() {}

    /**
     * Measures.
     *
     * @return what it found; engines that cannot be used here are named there with the reason
     */
    public static IoReport run(IoOptions options, Progress progress) throws InterruptedException {
        long begin = System.nanoTime();
        Machine machine = Machine.here();
        Map<IoEngine, List<IoRun>> runs = new EnumMap<>(IoEngine.class);
        Map<IoEngine, Integer> discarded = new EnumMap<>(IoEngine.class);
        List<String> lacks = new ArrayList<>(notes(options));
        List<IoEngine> usable = new ArrayList<>(options.engines());
        try (Scratch scratch = Scratch.create()) {
            for (int fork = 0; fork < options.forks(); fork++) {
                for (int i = 0; i < usable.size(); i++) {
                    IoEngine engine = usable.get((i + fork) % usable.size());
                    progress.step("%s, fork %d of %d".formatted(engine.id(), fork + 1, options.forks()));
                    try (EngineChild child = EngineChild.start(
                            engine, options.job().sizeBytes(), options.memory(), options.place(), scratch.path())) {
                        runs.computeIfAbsent(engine, _ -> new ArrayList<>())
                                .add(served(child, options.job(), engine, discarded));
                    } catch (ChildException e) {
                        lacks.add("%s: %s".formatted(engine.id(), e.getMessage()));
                        runs.remove(engine);
                    }
                }
                usable.retainAll(runs.keySet());
            }
        }
        BenchDocument.Setting setting = new BenchDocument.Setting(
                machine.described(),
                options.command(),
                METHOD,
                options.forks(),
                1,
                Machine.load(),
                (System.nanoTime() - begin) / 1_000_000_000);
        return new IoReport(options, setting, runs, discarded, lacks);
    }

    private static final String METHOD = """
            Each engine in a process of its own, so that its code is compiled for it alone; forks in turn. Where operations go is \
            chosen outside of what is timed. Operations below two microseconds share a reading of the clock, 64 at a time; their \
            latencies are means of as many. Without rate_iops each thread waits for its last operation, so that a slow one \
            holds off those that would have waited behind it: latencies leave that out; with it they are also taken from \
            the moment at which an operation was due. Content that was laid out by this tool is compared. Runs of files that \
            are in memory in which the threads had processors for less than nine tenths of the time are taken anew, twice at \
            most. How much of the file was in the cache before and after is by mincore(2), or by the cache's own count.""";

    private static List<String> notes(IoOptions options) {
        IoJob job = options.job();
        List<String> notes = new ArrayList<>();
        boolean others = options.engines().stream().anyMatch(engine -> engine != IoEngine.IO_URING);
        if (job.depth() > 1 && others) {
            notes.add("iodepth: all engines but io_uring have one operation under way at a time for each thread");
        }
        return notes;
    }

    /** One run; another one if it was starved. */
    static IoRun served(EngineChild child, IoJob job, IoEngine engine, Map<IoEngine, Integer> discarded)
            throws ChildException, InterruptedException {
        if (!job.invalidate() && !job.direct()) {
            child.warm();
        }
        IoRun best = child.run(job);
        for (int retry = 0; retry < RETRIES && isStarved(best, job, engine); retry++) {
            discarded.merge(engine, 1, Integer::sum);
            IoRun again = child.run(job);
            best = again.share() > best.share() ? again : best;
        }
        return best;
    }

    /** Whether others had the processors while nothing but a processor was needed. */
    static boolean isStarved(IoRun run, IoJob job, IoEngine engine) {
        boolean waits = job.direct()
                || job.invalidate()
                || job.endFsync()
                || job.rateIops() > 0
                || job.fsyncEvery() > 0
                || job.fdatasyncEvery() > 0
                || job.pattern().writes()
                || engine == IoEngine.RING3_FUSE
                || engine == IoEngine.RING3_NFS
                || engine == IoEngine.RING3_NFS_MOUNT
                || engine == IoEngine.UNCACHED
                || engine == IoEngine.IO_URING;
        return !waits && run.share() < SHARE_MIN;
    }
}
