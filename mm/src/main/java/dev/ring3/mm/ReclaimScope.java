package dev.ring3.mm;

import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockScope;
import org.jspecify.annotations.Nullable;

/**
 * Says what reclaim may not do, or what allocations are granted, while some code runs. Opened once, where a lock is
 * taken or a transaction begins; everything below inherits it, through callees and {@link WorkQueue}s, and no
 * allocation takes a flag.
 *
 * {@snippet :
 * ReclaimScope.noFs("transaction 17").run(() -> ...);
 * }
 *
 * <p>NOFS and NOIO are restrictions: they nest, and only tighten. MEMALLOC and NOFAIL are grants, for writeback and
 * reclaim. A plain executor, a new thread and a parallel stream do <em>not</em> carry scopes. (Linux,
 * {@code memalloc_nofs_save()} and its kin, {@code include/linux/sched/mm.h}.)
 */
public final class ReclaimScope implements LockScope {
    enum Kind {
        NOFS,
        NOIO,
        MEMALLOC,
        NOFAIL
    }

    private static final ScopedValue<HeldScope> HELD = ScopedValue.newInstance();

    private final Kind kind;
    private final String reason;
    private final @Nullable ReservedFrames reserve;

    private ReclaimScope(Kind kind, String reason, @Nullable ReservedFrames reserve) {
        this.kind = kind;
        this.reason = reason;
        this.reserve = reserve;
    }

    /** Reclaim does not enter the filesystem: for who holds its locks or has a transaction open. */
    public static ReclaimScope noFs(String reason) {
        return new ReclaimScope(Kind.NOFS, reason, null);
    }

    /** Reclaim neither enters the filesystem nor does I/O: for who is on the way to the device. */
    public static ReclaimScope noIo(String reason) {
        return new ReclaimScope(Kind.NOIO, reason, null);
    }

    /**
     * Allocations start no reclaim and may use the frames below the min watermark: for code whose work frees more
     * frames than it takes.
     */
    public static ReclaimScope memAlloc(String reason) {
        return new ReclaimScope(Kind.MEMALLOC, reason, null);
    }

    /**
     * Allocations of the reserve's order wait rather than fail: for code that cannot go back. Progress rests on the
     * reserve, whose frames return.
     */
    public static ReclaimScope noFail(String reason, ReservedFrames reserve) {
        return new ReclaimScope(Kind.NOFAIL, reason, reserve);
    }

    /** The scopes that the calling thread is in. */
    public static HeldScope current() {
        return HELD.orElse(HeldScope.NONE);
    }

    /**
     * Tells the {@link dev.ring3.mm.lock.LockValidator} that this thread may wait here for what others do inside
     * {@code acquire} and {@code release} of a class. In NOFS and NOIO they must not reclaim in a way that the scope
     * forbids, or they may wait for this thread.
     *
     * @throws dev.ring3.mm.lock.PotentialDeadlockException if that can end in a deadlock
     */
    public static void mayWaitFor(LockClass others) {
        ReclaimLocks.mayWaitFor(others);
    }

    /** Runs code inside this scope, within those that hold already. */
    @Override
    public <R, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> body) throws X {
        return callIn(current().enter(this), body);
    }

    /** Runs code inside this scope, within those that hold already. */
    @Override
    public void run(Runnable body) {
        runIn(current().enter(this), body);
    }

    /** Runs code in these scopes instead of the caller's. */
    static <R, X extends Throwable> R callIn(HeldScope scope, ScopedValue.CallableOp<? extends R, X> body) throws X {
        return ScopedValue.where(HELD, scope).<R, X>call(body);
    }

    /** Runs code in these scopes instead of the caller's. */
    static void runIn(HeldScope scope, Runnable body) {
        ScopedValue.where(HELD, scope).run(body);
    }

    Kind kind() {
        return kind;
    }

    String reason() {
        return reason;
    }

    @Nullable
    ReservedFrames reserve() {
        return reserve;
    }

    @Override
    public String toString() {
        return kind + ": " + reason;
    }
}
