package dev.ring3.mm.cache;

import java.util.concurrent.atomic.AtomicBoolean;

/** A range that is held until this is closed; closing it twice does nothing. */
public final class RangeHold implements AutoCloseable {
    private final RangeLock lock;
    private final RangeLock.Held held;
    private final AtomicBoolean closed = new AtomicBoolean();

    RangeHold(RangeLock lock, RangeLock.Held held) {
        this.lock = lock;
        this.held = held;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            lock.unlock(held);
        }
    }
}
