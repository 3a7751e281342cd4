package dev.ring3.bench.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Runs jobs on a file, with what has to be known of it before and after. */
final class JobRunner {
    private final Target target;

    JobRunner(Target target) {
        this.target = target;
    }

    /**
     * Runs one.
     *
     * @throws Target.IoFailure if an operation fails
     */
    IoRun run(IoJob job) {
        if (job.pattern().writes()) {
            target.spoil();
        }
        if (job.invalidate()) {
            target.drop();
        }
        IoRun run = new IoRun();
        run.residentBefore = target.resident();
        Map<String, Long> before = target.counters();
        HostCalls.Usage process = HostCalls.Usage.ofProcess();
        threads(job).forEach(run::add);
        run.process = HostCalls.Usage.ofProcess().minus(process);
        target.counters().forEach((name, count) -> run.counters.put(name, count - before.getOrDefault(name, 0L)));
        run.residentAfter = target.resident();
        run.facts.putAll(target.facts());
        return run;
    }

    private List<IoRun> threads(IoJob job) {
        List<IoRun> runs = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        CountDownLatch ready = new CountDownLatch(job.threads());
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < job.threads(); i++) {
            int number = i;
            started.add(Thread.ofPlatform().name("job-" + i).start(() -> {
                try {
                    ready.countDown();
                    ready.await();
                    IoRun done = new JobThread(job, target, number).measure();
                    synchronized (runs) {
                        runs.add(done);
                    }
                } catch (RuntimeException | InterruptedException e) {
                    synchronized (failures) {
                        failures.add(e instanceof Target.IoFailure ? String.valueOf(e.getMessage()) : e.toString());
                    }
                }
            }));
        }
        for (Thread thread : started) {
            join(thread);
        }
        if (!failures.isEmpty()) {
            throw new Target.IoFailure(failures.getFirst());
        }
        return runs;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Target.IoFailure("interrupted");
        }
    }
}
