package dev.ring3.nfs.rpc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to read calls: one worker's at any time. It keeps the turn while it works on a call, since most calls
 * end sooner than another thread would wake up. A worker that is going to wait passes the turn on; from one that has been
 * at a call for long, a thread that watches takes it.
 */
final class Turn {
    /** How often is looked whether a worker got stuck: soon after one was, and less and less often while none is. */
    private static final long WATCH_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long WATCH_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(8);

    /** After so many looks without a call the watch sleeps until there is one. */
    private static final int QUIET_LOOKS = 20;

    /** A worker, as far as turns go. */
    static final class Taker {
        private final Thread thread;
        private volatile boolean mine; // set by who gives the turn, cleared by its own thread
        private final AtomicLong calls = new AtomicLong(); // written by its own thread

        Taker(Thread thread) {
            this.thread = thread;
        }
    }

    /** Who has the turn and works on a call; null while the turn's owner reads, or there is none. */
    private final AtomicReference<@Nullable Taker> working = new AtomicReference<>();

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by lock. Whoever waited last comes first: what it works with is still in the processor's caches. */
    private final Deque<Taker> waiting = new ArrayDeque<>();

    private boolean free = true; // guarded by lock: nobody has the turn

    private final Thread watch;
    private volatile boolean dozing;
    private volatile boolean ended;

    Turn() {
        this.watch = Thread.ofPlatform().name("nfs-watch").daemon(true).start(this::watch);
    }

    /** Waits until it is this thread's turn, unless it still is. */
    void await(Taker me) {
        if (me.mine) {
            return;
        }
        lock.lock();
        try {
            if (free) {
                free = false;
                me.mine = true;
                return;
            }
            waiting.push(me);
        } finally {
            lock.unlock();
        }
        while (!me.mine) {
            LockSupport.park(this);
        }
    }

    /** A call begins; from now on the turn may go to others. */
    void begin(Taker me) {
        me.calls.lazySet(me.calls.get() + 1);
        working.set(me);
        if (dozing) {
            LockSupport.unpark(watch);
        }
    }

    /** The call ended; {@link #await} tells whether the turn went meanwhile. */
    void end(Taker me) {
        if (me.mine && !working.compareAndSet(me, null)) {
            me.mine = false;
        }
    }

    /** Lets another thread read while this one waits for something, or has much to do. */
    void passOn(Taker me) {
        if (me.mine) {
            boolean had = working.compareAndSet(me, null);
            me.mine = false;
            if (had) {
                giveAway();
            }
        }
    }

    /** The worker ends, and nobody shall wait for it. */
    void leave(Taker me) {
        if (me.mine) {
            me.mine = false;
            giveAway();
        }
    }

    private void giveAway() {
        lock.lock();
        try {
            Taker next = waiting.poll();
            if (next == null) {
                free = true;
            } else {
                next.mine = true;
                LockSupport.unpark(next.thread);
            }
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        Taker last = null;
        long lastCalls = 0;
        int quiet = 0;
        long wait = WATCH_NANOS_MIN;
        while (!ended) {
            LockSupport.parkNanos(this, wait);
            wait = Math.min(WATCH_NANOS_MAX, wait + wait / 4);
            Taker now = working.get();
            long calls = now == null ? 0 : now.calls.get();
            if (now != null && now.equals(last) && calls == lastCalls && working.compareAndSet(now, null)) {
                giveAway();
                wait = WATCH_NANOS_MIN;
            }
            quiet = now == null ? quiet + 1 : 0;
            last = now;
            lastCalls = calls;
            if (quiet >= QUIET_LOOKS) {
                doze();
                quiet = 0;
            }
        }
    }

    /** Sleeps until a call begins; one that began before this was seen to sleep has not been asked to wake it. */
    private void doze() {
        dozing = true;
        if (working.get() == null && !ended) {
            LockSupport.park(this);
        }
        dozing = false;
    }

    /** Ends the watch; those who wait get their turn when it is given to them. */
    void close() throws InterruptedException {
        ended = true;
        LockSupport.unpark(watch);
        watch.join();
    }
}
