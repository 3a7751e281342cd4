package dev.ring3.server.job;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import dev.ring3.server.event.Events;
import dev.ring3.server.json.JsonObject;
import java.lang.System.Logger;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** The jobs of a server: those that run, and the last that ended. */
public final class Jobs implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Jobs.class.getName());

    /** How many are kept; those that run are. */
    public static final int KEPT = 200;

    /** How many run at a time. */
    public static final int RUNNING_MAX = 4;

    private static final int PATIENCE_SECONDS = 10;

    private final Events events;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            work -> Thread.ofPlatform().daemon().name("job").unstarted(work));

    private final LongAdder failures = new LongAdder();

    // Guarded by this object's monitor.
    private final TreeMap<Long, Job> jobs = new TreeMap<>();
    private long last;

    public Jobs(Events events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    /**
     * Starts one.
     *
     * @param kind a word: {@code scrub}
     * @param title for people
     * @throws FsException EAGAIN if {@link #RUNNING_MAX} run already
     */
    public synchronized Job start(String kind, String title, Work work) {
        long running = jobs.values().stream()
                .filter(job -> job.state() == JobState.RUNNING)
                .count();
        if (running >= RUNNING_MAX) {
            throw new FsException(Errno.EAGAIN, "start job", "%d run already".formatted(running));
        }
        Job job = new Job(++last, kind, title, clock, this::tell);
        jobs.put(job.id(), job);
        forgetOld();
        tell(job);
        threads.execute(() -> run(job, work));
        return job;
    }

    private void forgetOld() {
        while (jobs.size() > KEPT) {
            jobs.values().stream()
                    .filter(job -> job.state() != JobState.RUNNING)
                    .findFirst()
                    .ifPresent(job -> jobs.remove(job.id()));
        }
    }

    private void run(Job job, Work work) {
        try {
            JsonObject result = work.run(job);
            job.end(JobState.DONE, null, result);
        } catch (Work.CancelledException e) {
            job.end(JobState.CANCELLED, null, null);
        } catch (Work.FailedException e) {
            job.end(JobState.FAILED, e.getMessage(), e.result());
            alert(job, String.valueOf(e.getMessage()));
        } catch (FsException e) {
            job.end(JobState.FAILED, e.getMessage(), null);
            alert(job, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.ERROR, "job " + job.id() + " failed", e);
            job.end(JobState.FAILED, "a defect of Ring3: " + e, null);
            alert(job, String.valueOf(e));
        }
    }

    /** How many failed since the start. */
    public long failures() {
        return failures.sum();
    }

    /**
     * What is wrong because of jobs, a line each: those of which the last of its title failed. It is wrong until one like it
     * goes well.
     */
    public List<String> problems() {
        Map<String, Job> last = new LinkedHashMap<>();
        list().stream()
                .filter(job -> job.state() == JobState.DONE || job.state() == JobState.FAILED)
                .forEach(job -> last.putIfAbsent(job.title(), job));
        return last.values().stream()
                .filter(job -> job.state() == JobState.FAILED)
                .map(job -> "job %d failed, to %s: %s".formatted(job.id(), job.title(), job.message()))
                .toList();
    }

    private void alert(Job job, String message) {
        failures.increment();
        events.publish(
                "alert",
                new JsonObject()
                        .put("kind", "job.failed")
                        .put("message", "%s %d: %s".formatted(job.kind(), job.id(), message)));
    }

    private void tell(Job job) {
        events.publish("job.changed", new JsonObject().put("job", job.json()));
    }

    /** One; ENOENT. */
    public synchronized Job get(long id) {
        Job job = jobs.get(id);
        if (job == null) {
            throw new FsException(Errno.ENOENT, "show job", Long.toString(id));
        }
        return job;
    }

    /** All, the newest first. */
    public synchronized List<Job> list() {
        Collection<Job> newestFirst = jobs.descendingMap().values();
        return List.copyOf(newestFirst);
    }

    /** Lets one stop as soon as it next tells how far it is. */
    public void cancel(long id) {
        get(id).cancel();
    }

    /** Stops all, and waits for them: they use what is closed next. */
    @Override
    public void close() {
        list().forEach(Job::cancel);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Logger.Level.WARNING, "a job does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
