package dev.ring3.hooks;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Stops runs that take too long. A thread looks once in the time that a run may take at what every slot does; one that is
 * in the same run as the time before is cancelled. So a run costs nothing more than two plain writes, and takes between
 * once and twice its time.
 */
final class Watchdog implements AutoCloseable {
    private final Supplier<HookTable> table;
    private final Duration runTimeMax;

    // Only of the thread that looks.
    private Map<RunSlot, Long> turns = new HashMap<>();

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
            while (true) {
                Thread.sleep(runTimeMax);
                look();
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    private void look() {
        Map<RunSlot, Long> seen = new HashMap<>();
        for (AttachedObject object : table.get().objects()) {
            for (HookProgram program : object.programs()) {
                for (RunSlot slot : program.slots()) {
                    long turn = slot.turn();
                    if (turn % 2 == 1) {
                        seen.put(slot, turn);
                    }
                }
            }
        }
        seen.forEach((slot, turn) -> {
            if (turn.equals(turns.get(slot))) {
                slot.cancel(turn);
            }
        });
        turns = seen;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
