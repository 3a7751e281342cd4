package dev.ring3.hooks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stops runs that take too long. A thread looks once in the time that a run may take at what every slot does; one that is
 * in the same run as before, and has had a processor for that time since, is cancelled. So a run costs nothing more than
 * a few plain writes, and takes between once and twice its time; and it is no fault of a program that its thread waits for
 * a processor on a busy machine.
 */
final class Watchdog implements AutoCloseable {
    /** After so many looks it is stopped whatever it waits for. */
    private static final int LOOKS_MAX = 100;

    /** The first runs in a thread may take so many times as long: classes are loaded, and nothing is compiled yet. */
    private static final int COLD_TIMES = 10;

    /** What a run has to have used between two looks: the clocks of both do not tick together. */
    private static final double SHARE = 0.75;

    /**
     * A run that was seen.
     *
     * @param processorNanos of its thread when it was seen first; negative if that is not known
     * @param looks how often it was seen
     */
    record Sight(long turn, long processorNanos, int looks) {
        Sight again() {
            return new Sight(turn, processorNanos, looks + 1);
        }

        /** Whether it has taken too long, as its thread has used so much by now. */
        boolean isOver(long nowNanos, Duration runTimeMax) {
            boolean unknown = processorNanos < 0 || nowNanos < 0;
            return looks > 1
                    && (unknown || looks > LOOKS_MAX || nowNanos - processorNanos >= SHARE * runTimeMax.toNanos());
        }
    }

    private final Supplier<HookTable> table;
    private final Duration runTimeMax;

    // Only of the thread that looks.
    private Map<RunSlot, Sight> sights = new HashMap<>();

    private final Thread thread =
            Thread.ofPlatform().daemon().name("hook-watchdog").unstarted(this::watch);

    Watchdog(Supplier<HookTable> table, Duration runTimeMax) {
        this.table = table;
        this.runTimeMax = runTimeMax;
    }

    /** Begins to look, if it does not yet; called under the lock of the table. */
    void start() {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    private void watch() {
        try {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean(); // not before: it takes a while to be there
            while (true) {
                Thread.sleep(runTimeMax);
                look(threads);
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    private void look(ThreadMXBean threads) {
        Map<RunSlot, Sight> seen = new HashMap<>();
        for (AttachedObject object : table.get().objects()) {
            for (HookProgram program : object.programs()) {
                for (RunSlot slot : program.slots()) {
                    long turn = slot.turn();
                    if (turn % 2 == 1) {
                        seen.put(slot, look(slot, turn, processorNanos(threads, slot)));
                    }
                }
            }
        }
        sights = seen;
    }

    private Sight look(RunSlot slot, long turn, long processorNanos) {
        @Nullable Sight before = sights.get(slot);
        if (before == null || before.turn() != turn) {
            return new Sight(turn, processorNanos, 1);
        }
        Sight now = before.again();
        if (now.isOver(processorNanos, limit(turn))) {
            slot.cancel(turn);
        }
        return now;
    }

    /** What the run of a turn may take. */
    private Duration limit(long turn) {
        return turn < 2 * RunSlot.TIMED_FIRST ? runTimeMax.multipliedBy(COLD_TIMES) : runTimeMax;
    }

    private static long processorNanos(ThreadMXBean threads, RunSlot slot) {
        return threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
                ? threads.getThreadCpuTime(slot.thread())
                : -1;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
