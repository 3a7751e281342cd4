package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Where new change attributes come from: an epoch and a counter, {@code epoch << 40 | counter}. An epoch is made durable
 * before its first value is handed out, and no two owners share one; so no value is handed out twice, and each is greater
 * than all before, whatever a crash takes away and whatever clocks do.
 *
 * <p>The counter alone needs no durable write: what it counted is below the next epoch.
 */
final class ChangeClock {
    /** Values in an epoch: 12 days of a hundred for each microsecond. */
    static final int COUNTER_BITS = 40;

    /** So that a value is never negative. */
    static final long EPOCH_MAX = (1L << 23) - 1;

    private final AtomicLong last; // its epoch is durable
    private final LongConsumer makeDurable;

    /**
     * Begins with an epoch that is durable.
     *
     * @param makeDurable stores an epoch and waits until it is durable
     */
    ChangeClock(long epoch, LongConsumer makeDurable) {
        this(epoch, makeDurable, 0);
    }

    /** With some values handed out already. */
    ChangeClock(long epoch, LongConsumer makeDurable, long counted) {
        this.last = new AtomicLong(floorOf(epoch) + counted);
        this.makeDurable = makeDurable;
    }

    /** Less than every value of the epoch, greater than every value of those before. */
    static long floorOf(long epoch) {
        if (epoch > EPOCH_MAX) {
            throw new FsException(Errno.EOVERFLOW, "change attribute", "epoch " + epoch);
        }
        return epoch << COUNTER_BITS;
    }

    static long epochOf(long change) {
        return change >>> COUNTER_BITS;
    }

    /** A value greater than all handed out before. */
    long next() {
        while (true) {
            long before = last.get();
            long next = before + 1;
            if (epochOf(next) != epochOf(before)) {
                newEpoch(epochOf(before)); // the counter is full
            } else if (last.compareAndSet(before, next)) {
                return next;
            }
        }
    }

    /** Begins a new epoch, durable, and returns its floor: greater than all values handed out before. */
    synchronized long newEpoch() {
        return newEpoch(epochOf(last.get()));
    }

    private synchronized long newEpoch(long full) {
        long epoch = epochOf(last.get());
        if (epoch == full) {
            epoch = full + 1;
            long floor = floorOf(epoch);
            makeDurable.accept(epoch);
            last.updateAndGet(value -> Math.max(value, floor));
        }
        return floorOf(epoch);
    }

    long epoch() {
        return epochOf(last.get());
    }
}
