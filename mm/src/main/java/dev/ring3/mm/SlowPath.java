package dev.ring3.mm;

import dev.ring3.mm.ShrinkControl.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What an allocation does when free frames are low: the background reclaimer is woken; down to the min watermark it
 * takes what there is; below, it reclaims as far as its scope allows, and waits a little for others to; at last it fails,
 * or in NOFAIL waits on. (Linux, {@code __alloc_pages_slowpath()}.)
 */
final class SlowPath {
    /** Rounds of reclaim without a frame freed after which an allocation gives up, unless writeback is under way. */
    private static final int ROUNDS_MAX = 16;

    /** Frames that direct reclaim asks for beyond its own need, so that not every allocation has to ({@code SWAP_CLUSTER_MAX}). */
    private static final long BATCH_FRAMES = 32;

    /** After that long an allocation fails even if writeback is still under way, or others took what was freed. */
    private static final long STALL_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    private record Waiter(Thread thread, FolioOrder order, HeldScope scope) {}

    private final FrameAllocator allocator;
    private final FreeFrames free;
    private final Magazines magazines;
    private final Shrinkers shrinkers;
    private final ReclaimCounters counters;
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();

    SlowPath(
            FrameAllocator allocator,
            FreeFrames free,
            Magazines magazines,
            Shrinkers shrinkers,
            ReclaimCounters counters) {
        this.allocator = allocator;
        this.free = free;
        this.magazines = magazines;
        this.shrinkers = shrinkers;
        this.counters = counters;
    }

    long allocate(FolioOrder order, HeldScope scope) {
        allocator.wakeReclaimer();
        long frame = take(order, scope);
        if (frame != FrameAllocator.NO_FRAME) {
            return frame;
        }
        Waiter waiter = new Waiter(Thread.currentThread(), order, scope);
        waiters.add(waiter);
        long start = System.nanoTime();
        try {
            return allocateHard(order, scope, start);
        } finally {
            waiters.remove(waiter);
            counters.stalled(System.nanoTime() - start);
        }
    }

    /** Allocations that are in here now, a line each. */
    List<String> waiting() {
        List<String> lines = new ArrayList<>();
        for (Waiter waiter : waiters) {
            lines.add("%s: %s, scopes %s".formatted(waiter.thread().getName(), waiter.order(), waiter.scope()));
        }
        return lines;
    }

    private long allocateHard(FolioOrder order, HeldScope scope, long start) {
        ReservedFrames reserve = scope.reserve();
        if (reserve != null && reserve.order() != order) {
            throw new IllegalStateException(
                    "%s in a NOFAIL scope whose reserve is of %s: use tryAllocate, or another reserve"
                            .formatted(order, reserve.order()));
        }
        int round = 0;
        while (true) {
            allocator.requireOpen();
            long seen = free.returns();
            magazines.drain();
            long frame = take(order, scope);
            if (frame == FrameAllocator.NO_FRAME && reserve != null) {
                frame = reserve.tryTake();
            }
            if (frame != FrameAllocator.NO_FRAME) {
                return frame;
            }
            long freed = scope.mayUseReserve() ? 0 : reclaim(order, round, scope);
            // A longer run may stay out of reach however many frames come free, so for one every round counts.
            round = freed > 0 && order == FolioOrder.PAGE ? 0 : round + 1;
            boolean late = System.nanoTime() - start > STALL_NANOS_MAX;
            if (reserve == null && (late || isHopeless(round, scope))) {
                counters.failed();
                throw new OutOfFramesException(order, allocator.report());
            }
            if (freed == 0) {
                free.awaitReturn(seen, Math.min(FrameAllocator.RETRY_NANOS, 100_000L << Math.min(round, 10)));
            }
        }
    }

    private long take(FolioOrder order, HeldScope scope) {
        long frame = free.take(order, allocator.floorFrames(scope));
        if (frame != FrameAllocator.NO_FRAME) {
            allocator.handOut(frame, order, 0);
        }
        return frame;
    }

    private long reclaim(FolioOrder order, int round, HeldScope scope) {
        long missing = allocator.watermarks().minFrames() + order.frames() - free.count();
        return shrinkers.pass(Math.max(missing, 0) + BATCH_FRAMES, order, Trigger.DIRECT, round, scope);
    }

    private boolean isHopeless(int round, HeldScope scope) {
        if (scope.mayUseReserve()) {
            return true; // it is reclaim itself: nobody else frees frames for it
        }
        return round >= ROUNDS_MAX
                && allocator.users().stream().noneMatch(user -> user.usage().writebackFrames() > 0);
    }
}
