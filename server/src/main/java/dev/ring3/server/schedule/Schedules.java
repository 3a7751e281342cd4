package dev.ring3.server.schedule;

import dev.ring3.fs.FsException;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.linux.Errno;
import dev.ring3.server.access.OwnerFile;
import dev.ring3.server.job.Jobs;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** The schedules of a server, in a file of its data directory, and the thread that keeps to them. */
public final class Schedules implements AutoCloseable {
    /** How many there may be. */
    public static final int MAX = 1000;

    private static final Logger LOG = System.getLogger(Schedules.class.getName());
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final OwnerFile file;
    private final ScheduledSnapshots snapshots;
    private final Jobs jobs;
    private final Timetable times;
    private final Thread thread;

    // Guarded by this object's monitor.
    private final TreeMap<Long, Schedule> schedules = new TreeMap<>();
    private boolean closed;

    /**
     * Reads them; nothing runs yet.
     *
     * @param nanos a clock that only runs, {@link System#nanoTime}
     */
    public Schedules(Path path, ScheduledSnapshots snapshots, Jobs jobs, InstantSource clock, LongSupplier nanos) {
        this.file = new OwnerFile(path);
        this.snapshots = snapshots;
        this.jobs = jobs;
        this.times = new Timetable(clock, nanos);
        this.thread = Thread.ofPlatform().daemon().name("schedules").unstarted(this::run);
        try {
            if (Files.exists(path)) {
                JsonObject.parse(Files.readString(path)).objects("schedules").stream()
                        .map(Schedule::of)
                        .forEach(schedule -> schedules.put(schedule.id(), schedule));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the schedules in " + path + " cannot be read", e);
        }
        // What was taken before this start counts: a server that is started often takes no more for it.
        schedules
                .values()
                .forEach(schedule -> snapshots
                        .newest(schedule)
                        .ifPresent(taken -> times.happened(schedule.id(), schedule.every(), taken)));
    }

    /** Begins to keep to them. */
    public void start() {
        thread.start();
    }

    /** Adds one; EINVAL, ESTALE for a subvolume that is not there. Its first snapshot is taken at once. */
    public synchronized Schedule add(SubvolumeId subvolume, Duration every, Retention retention) {
        snapshots.require(subvolume);
        if (schedules.size() >= MAX) {
            throw new FsException(Errno.ENOSPC, "add schedule", "there are %d already".formatted(MAX));
        }
        long id = schedules.isEmpty() ? 1 : schedules.lastKey() + 1;
        Schedule made;
        try {
            made = new Schedule(id, subvolume, every, retention);
        } catch (IllegalArgumentException e) {
            throw new FsException(Errno.EINVAL, "add schedule", String.valueOf(e.getMessage()));
        }
        TreeMap<Long, Schedule> after = new TreeMap<>(schedules);
        after.put(id, made);
        save(after);
        return made;
    }

    /** Takes one away; its snapshots stay. ENOENT. */
    public synchronized void remove(long id) {
        TreeMap<Long, Schedule> after = new TreeMap<>(schedules);
        if (after.remove(id) == null) {
            throw new FsException(Errno.ENOENT, "remove schedule", Long.toString(id));
        }
        save(after);
        times.forget(id);
    }

    private void save(Map<Long, Schedule> after) {
        file.replace(new JsonObject()
                .putObjects(
                        "schedules", after.values().stream().map(Schedule::json).toList())
                .toString());
        schedules.clear();
        schedules.putAll(after);
    }

    public synchronized List<Schedule> list() {
        return List.copyOf(schedules.values());
    }

    /** When a schedule is next due, by the clock as it is. */
    public Instant next(Schedule schedule) {
        return times.next(schedule.id(), schedule.every());
    }

    private void run() {
        try {
            while (!isClosed()) {
                runDue();
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Starts a job for each schedule that is due. */
    void runDue() {
        for (Schedule schedule : list()) {
            if (times.isDue(schedule.id(), schedule.every())) {
                try {
                    jobs.start(
                            "snapshot",
                            "snapshot of %s by schedule %d".formatted(schedule.subvolume(), schedule.id()),
                            job -> snapshots.take(schedule));
                    times.happens(schedule.id(), schedule.every());
                } catch (FsException e) { // too many jobs: it stays due
                    LOG.log(Logger.Level.DEBUG, "a snapshot has to wait: {0}", e.getMessage());
                }
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        thread.interrupt();
    }
}
