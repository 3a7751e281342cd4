package dev.ring3.server.replication;

import dev.ring3.fs.FsException;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.linux.Errno;
import dev.ring3.server.access.OwnerFile;
import dev.ring3.server.client.RemoteClient;
import dev.ring3.server.job.Job;
import dev.ring3.server.job.Jobs;
import dev.ring3.server.job.Work;
import dev.ring3.server.json.JsonObject;
import dev.ring3.server.schedule.Timetable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The replications of a server, in a file of its data directory, and the thread that runs those that are due. */
public final class Replications implements AutoCloseable {
    /** How many there may be. */
    public static final int MAX = 100;

    private static final Logger LOG = System.getLogger(Replications.class.getName());
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** One that failed is run again after this, and twice as late each time it fails again. */
    private static final Duration RETRY_MIN = Duration.ofMinutes(1);

    private static final Duration RETRY_MAX = Duration.ofHours(1);

    /** A stream that does not get on for so long is cut. */
    private static final Duration STALL = Duration.ofMinutes(5);

    /** A run, and how far it was when it was last looked at. */
    private static final class Running {
        private final RemoteClient client;
        private @Nullable Job job;
        private @Nullable ReplicationRun run;
        private long seenBytes = -1;
        private long seenNanos;

        Running(RemoteClient client) {
            this.client = client;
        }
    }

    /**
     * That one failed.
     *
     * @param times in a row
     * @param retryNanos when it is run again, on the clock that only runs
     */
    private record Failure(int times, long retryNanos) {}

    private final OwnerFile file;
    private final SourceSnapshots source;
    private final Jobs jobs;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Timetable times;
    private final SecureRandom random = new SecureRandom();
    private final Thread thread;

    // Guarded by this object's monitor.
    private final TreeMap<Long, Replication> replications = new TreeMap<>();
    private final Map<Long, Running> running = new HashMap<>();
    private final Map<Long, Failure> failures = new HashMap<>();
    private boolean closed;

    /**
     * Reads them; nothing runs yet.
     *
     * @param nanos a clock that only runs, {@link System#nanoTime}
     */
    public Replications(Path path, SourceSnapshots source, Jobs jobs, InstantSource clock, LongSupplier nanos) {
        this.file = new OwnerFile(path);
        this.source = source;
        this.jobs = jobs;
        this.clock = clock;
        this.nanos = nanos;
        this.times = new Timetable(clock, nanos);
        this.thread = Thread.ofPlatform().daemon().name("replications").unstarted(this::loop);
        try {
            if (Files.exists(path)) {
                JsonObject.parse(Files.readString(path)).objects("replications").stream()
                        .map(Replication::of)
                        .forEach(each -> replications.put(each.id(), each));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the replications in " + path + " cannot be read", e);
        }
        replications.values().forEach(this::noteSent);
    }

    /** What was sent before counts for the slot that it is in. */
    private void noteSent(Replication replication) {
        Sent sent = replication.sent();
        if (sent != null && !replication.pace().isByHand()) {
            times.happened(replication.id(), replication.pace().every(), sent.when());
        }
    }

    /** Begins to run those that are due. */
    public void start() {
        thread.start();
    }

    /** Adds one; ESTALE for a subvolume that is not there. It is due at once, unless it is by hand. */
    synchronized Replication add(SubvolumeId subvolume, Destination destination, Pace pace) {
        source.require(subvolume);
        if (replications.size() >= MAX) {
            throw new FsException(Errno.ENOSPC, "add replication", "there are %d already".formatted(MAX));
        }
        long id = replications.isEmpty() ? 1 : replications.lastKey() + 1;
        String key = "%08x".formatted(random.nextInt());
        Replication made = new Replication(id, key, subvolume, destination, pace, null, null);
        put(made);
        return made;
    }

    /** Changes one that does not run; ENOENT, EBUSY. */
    synchronized Replication change(long id, UnaryOperator<Replication> change) {
        requireIdle(id, "change replication");
        Replication after = change.apply(require(id));
        put(after);
        noteSent(after);
        return after;
    }

    /** Takes one away that does not run; ENOENT, EBUSY. What was sent stays, and is held no more on this side. */
    synchronized void remove(long id) {
        Replication gone = require(id);
        requireIdle(id, "remove replication");
        TreeMap<Long, Replication> after = new TreeMap<>(replications);
        after.remove(id);
        save(after);
        times.forget(id);
        failures.remove(id);
        source.of(gone.source()).stream()
                .filter(info -> info.name().toString().startsWith(gone.prefix()))
                .forEach(info -> {
                    source.release(info);
                    var _ = source.delete(source.info(info.id()));
                });
    }

    /** One; ENOENT. */
    synchronized Replication require(long id) {
        Replication found = replications.get(id);
        if (found == null) {
            throw new FsException(Errno.ENOENT, "show replication", Long.toString(id));
        }
        return found;
    }

    private void requireIdle(long id, String what) {
        Running now = running.get(id);
        if (now != null) {
            Job job = now.job;
            throw new FsException(
                    Errno.EBUSY, what, "%d, which runs%s".formatted(id, job == null ? "" : " as job " + job.id()));
        }
    }

    private void put(Replication changed) {
        TreeMap<Long, Replication> after = new TreeMap<>(replications);
        after.put(changed.id(), changed);
        save(after);
    }

    private void save(Map<Long, Replication> after) {
        file.replace(new JsonObject()
                .putObjects(
                        "replications",
                        after.values().stream().map(Replication::secretJson).toList())
                .toString());
        replications.clear();
        replications.putAll(after);
    }

    /** A run keeps what it has done; who changed the rest meanwhile was told to wait. */
    private synchronized void keep(Replication after) {
        put(after);
    }

    synchronized List<Replication> list() {
        return List.copyOf(replications.values());
    }

    /** The job that one runs as, if it runs. */
    synchronized Optional<Job> job(long id) {
        return Optional.ofNullable(running.get(id)).map(each -> each.job);
    }

    /** When one is run next by itself, by the clock as it is. */
    synchronized Optional<Instant> next(Replication replication) {
        Failure failure = failures.get(replication.id());
        if (replication.pace().isByHand()) {
            return Optional.empty();
        }
        if (failure != null) {
            long waitNanos = Math.max(0, failure.retryNanos() - nanos.getAsLong());
            return Optional.of(clock.instant().plusNanos(waitNanos));
        }
        return Optional.of(times.next(replication.id(), replication.pace().every()));
    }

    private synchronized boolean isDue(Replication replication) {
        if (replication.pace().isByHand() || running.containsKey(replication.id())) {
            return false;
        }
        Failure failure = failures.get(replication.id());
        return failure == null
                ? times.isDue(replication.id(), replication.pace().every())
                : nanos.getAsLong() - failure.retryNanos() >= 0;
    }

    /**
     * Runs one now.
     *
     * @param reset whether it goes on with a target that is not what was left there
     * @throws FsException ENOENT; EBUSY if it runs; EAGAIN if too many jobs do
     */
    synchronized Job run(long id, boolean reset) {
        Replication replication = require(id);
        requireIdle(id, "run replication");
        Destination to = replication.destination();
        Running now = new Running(to.client());
        String title = "replicate %s to %s".formatted(source.path(replication.source()), to);
        Job job = jobs.start("replicate", title, each -> work(replication, now, each, reset));
        now.job = job; // the run waits for this monitor before it needs it
        running.put(id, now);
        if (!replication.pace().isByHand()) {
            times.happens(id, replication.pace().every());
        }
        return job;
    }

    private JsonObject work(Replication replication, Running now, Job job, boolean reset) {
        boolean failed = true;
        try (RemoteClient client = now.client) {
            TargetServer target =
                    new TargetServer(client, replication.destination().into());
            ReplicationRun run = new ReplicationRun(replication, source, target, this::keep, job);
            begun(now, run);
            JsonObject result = run.run(reset);
            failed = false;
            return result;
        } catch (Work.CancelledException e) {
            failed = false;
            throw e;
        } finally {
            ended(replication, failed);
        }
    }

    private synchronized void begun(Running now, ReplicationRun run) {
        now.run = run;
    }

    private synchronized void ended(Replication replication, boolean failed) {
        long id = replication.id();
        running.remove(id);
        if (failed) {
            Failure before = failures.get(id);
            int count = before == null ? 1 : before.times() + 1;
            Duration wait = RETRY_MIN.multipliedBy(1L << Math.min(count - 1, 6));
            Duration bounded = wait.compareTo(RETRY_MAX) > 0 ? RETRY_MAX : wait;
            failures.put(id, new Failure(count, nanos.getAsLong() + bounded.toNanos()));
        } else {
            failures.remove(id);
        }
    }

    private void loop() {
        try {
            while (!isClosed()) {
                runDue();
                cutStalled();
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Starts a job for each that is due. */
    void runDue() {
        for (Replication each : list()) {
            if (isDue(each)) {
                try {
                    var _ = run(each.id(), false);
                } catch (FsException e) { // too many jobs, or it was started by hand: it stays due
                    LOG.log(Logger.Level.DEBUG, "a replication has to wait: {0}", e.getMessage());
                }
            }
        }
    }

    /** Ends the connections of runs that were told to stop, or do not get on: they may wait for one for long. */
    private synchronized void cutStalled() {
        for (Running each : running.values()) {
            Job job = each.job;
            ReplicationRun run = each.run;
            long bytes = run == null ? -1 : run.streamedBytes();
            if (bytes < 0 || bytes != each.seenBytes) {
                each.seenBytes = bytes;
                each.seenNanos = nanos.getAsLong();
            }
            boolean stalled = nanos.getAsLong() - each.seenNanos > STALL.toNanos();
            if (stalled || (job != null && job.isCancelled())) {
                each.client.close();
            }
        }
    }

    /** Starts none any more, and lets those that run end soon. */
    @Override
    public void close() {
        List<Running> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(running.values());
        }
        thread.interrupt();
        for (Running each : left) {
            Job job = each.job;
            if (job != null) {
                jobs.cancel(job.id());
            }
            each.client.close();
        }
    }
}
