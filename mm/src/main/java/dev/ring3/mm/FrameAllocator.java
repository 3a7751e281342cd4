package dev.ring3.mm;

import dev.ring3.linux.MappedMemory;
import dev.ring3.mm.ShrinkControl.Trigger;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap memory in frames of 4 KiB under a hard budget: {@link #create} reserves all of it as one segment, and there
 * never is more. Folios of three sizes are handed out by number. The package comment tells how it works. Thread-safe.
 */
public final class FrameAllocator implements AutoCloseable {
    /** Bytes of a frame. */
    public static final int FRAME_BYTES = 4096;

    /** What {@link #tryAllocate} returns if there is no folio. */
    public static final long NO_FRAME = -1;

    /** After that long a wait for frames looks again by itself. */
    static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final MappedMemory mapping;
    private final long frames;
    private final Watermarks watermarks;
    private final FreeFrames free;
    private final Magazines magazines;
    private final FolioStates states;
    private final ReclaimCounters counters = new ReclaimCounters();
    private final Shrinkers shrinkers = new Shrinkers(counters);
    private final BackgroundReclaimer reclaimer;
    private final SlowPath slowPath;
    private final List<FrameUser> users = new CopyOnWriteArrayList<>();

    private volatile boolean closed;

    private final Object reservesLock = new Object();

    /** By number; element 0 stays null. Written under reservesLock, and an element before any of its folios is out. */
    private final @Nullable ReservedFrames[] reserves = new ReservedFrames[FolioStates.RESERVES_MAX + 1];

    private FrameAllocator(MappedMemory mapping, long frames, Watermarks watermarks) {
        this.mapping = mapping;
        this.frames = frames;
        this.watermarks = watermarks;
        this.free = new FreeFrames(frames);
        this.magazines = new Magazines(free, frames, watermarks.lowFrames());
        this.states = new FolioStates(frames);
        this.reclaimer = new BackgroundReclaimer(free, shrinkers, watermarks);
        this.slowPath = new SlowPath(this, free, magazines, shrinkers, counters);
    }

    /**
     * Reserves memory, in huge pages where the host gives them, under the usual {@link Watermarks}.
     *
     * @param budgetBytes rounded down to whole frames; at least 8 frames
     * @throws dev.ring3.linux.LinuxException if the host has no room for it
     */
    public static FrameAllocator create(long budgetBytes) {
        return create(budgetBytes, Watermarks.of(budgetBytes / FRAME_BYTES));
    }

    /** As {@link #create(long)}, with watermarks of one's own. */
    public static FrameAllocator create(long budgetBytes, Watermarks watermarks) {
        long frames = budgetBytes / FRAME_BYTES;
        if (frames < 8 || frames > Integer.MAX_VALUE - 8 || watermarks.highFrames() > frames) {
            throw new IllegalArgumentException("a budget of %d bytes with %s".formatted(budgetBytes, watermarks));
        }
        MappedMemory mapping = MappedMemory.ofHugePages(frames * FRAME_BYTES);
        FrameAllocator allocator = new FrameAllocator(mapping, frames, watermarks);
        allocator.reclaimer.start();
        return allocator;
    }

    /**
     * A folio, whose content is whatever was there before. May reclaim as far as the {@link ReclaimScope} allows, and
     * wait for that.
     *
     * @return the number of its first frame; its bytes begin at that times {@link #FRAME_BYTES} in {@link #memory}
     * @throws OutOfFramesException if there is none; not in a NOFAIL scope, where it waits
     */
    public long allocate(FolioOrder order) {
        HeldScope scope = ReclaimScope.current();
        ReclaimLocks.mayReclaim(scope);
        long frame = order == FolioOrder.PAGE ? magazines.take() : NO_FRAME;
        if (frame == NO_FRAME) {
            frame = free.take(order, watermarks.lowFrames());
        }
        if (frame == NO_FRAME) {
            return slowPath.allocate(order, scope);
        }
        states.handOut(frame, order, 0);
        return frame;
    }

    /**
     * A folio if one is free now (above the min watermark unless in a MEMALLOC scope), {@link #NO_FRAME} if not. Neither
     * reclaims nor waits; for folios that would be nice to have, such as large ones and readahead.
     */
    public long tryAllocate(FolioOrder order) {
        long frame = order == FolioOrder.PAGE ? magazines.take() : NO_FRAME;
        if (frame == NO_FRAME) {
            frame = free.take(order, watermarks.lowFrames());
        }
        if (frame == NO_FRAME) {
            reclaimer.wake();
            frame = free.take(order, floorFrames(ReclaimScope.current()));
        }
        if (frame != NO_FRAME) {
            states.handOut(frame, order, 0);
        }
        return frame;
    }

    /**
     * Gives a folio back.
     *
     * @param frame what {@link #allocate} returned
     * @param order the same as then
     * @throws IllegalStateException if no such folio is allocated
     */
    public void free(long frame, FolioOrder order) {
        int number = states.takeBack(frame, order);
        ReservedFrames reserve = reserves[number];
        if (reserve != null && reserve.put(frame)) {
            free.wakeWaiters();
        } else {
            giveBack(frame, order);
        }
    }

    /** All frames, one after the other. Access after {@link #close} throws {@link IllegalStateException}. */
    public MemorySegment memory() {
        return mapping.segment();
    }

    /** How many frames there are, free or not. */
    public long frameCount() {
        return frames;
    }

    /** How many frames are free, about: those in magazines count, those in reserves do not. */
    public long freeFrames() {
        return free.count() + magazines.count();
    }

    /** The watermarks it works by. */
    public Watermarks watermarks() {
        return watermarks;
    }

    /**
     * Keeps folios aside, from now on, for work that must be able to go on.
     *
     * @param name what reports call it
     * @throws OutOfFramesException if there are not as many now
     * @throws IllegalStateException if there are {@value FolioStates#RESERVES_MAX} reserves already
     */
    public ReservedFrames reserve(String name, FolioOrder order, int folios) {
        if (folios < 1) {
            throw new IllegalArgumentException("a reserve of " + folios + " folios");
        }
        int[] taken = allocateAll(order, folios); // before the lock: it may reclaim
        synchronized (reservesLock) {
            for (int number = 1; number < reserves.length; number++) {
                if (reserves[number] == null) {
                    ReservedFrames reserve = new ReservedFrames(this, name, order, taken, number);
                    reserves[number] = reserve;
                    return reserve;
                }
            }
        }
        for (int frame : taken) {
            giveBack(frame, order);
        }
        throw new IllegalStateException(FolioStates.RESERVES_MAX + " reserves exist already");
    }

    /** Has a shrinker called when frames are short, until the registration is closed. */
    public Registration register(Shrinker shrinker) {
        return shrinkers.register(shrinker);
    }

    /** Lists a user of frames in reports, until the registration is closed. */
    public Registration register(FrameUser user) {
        users.add(user);
        return () -> users.remove(user);
    }

    /** Asks the shrinkers now, as far as the scope allows; returns how many frames they freed. */
    public long reclaim(long framesWanted) {
        HeldScope scope = ReclaimScope.current();
        ReclaimLocks.mayReclaim(scope);
        return shrinkers.pass(framesWanted, FolioOrder.PAGE, Trigger.REQUESTED, 0, scope);
    }

    /** Where the frames are. */
    public MemoryReport report() {
        long reserved = 0;
        for (ReservedFrames reserve : reserves) {
            reserved += reserve == null ? 0 : reserve.freeFrames();
        }
        long freeNow = freeFrames();
        long claimed = 0;
        List<MemoryReport.User> named = new ArrayList<>();
        for (FrameUser user : users) {
            FrameUsage usage = user.usage();
            claimed += usage.heldFrames();
            named.add(new MemoryReport.User(user.name(), usage));
        }
        return new MemoryReport(
                frames,
                freeNow,
                free.longestRunFrames(),
                reserved,
                named,
                Math.max(0, frames - freeNow - reserved - claimed),
                slowPath.waiting(),
                ReclaimScope.current().reasons(),
                counters.snapshot());
    }

    /**
     * Ends background reclaim and gives the memory back to the host. An allocation that waits meanwhile, or would have
     * to afterwards, throws {@link IllegalStateException}.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        reclaimer.close();
        mapping.close();
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the frame allocator is closed");
        }
    }

    void wakeReclaimer() {
        reclaimer.wake();
    }

    List<FrameUser> users() {
        return users;
    }

    /** How many frames an allocation in that scope has to leave. */
    long floorFrames(HeldScope scope) {
        return scope.mayUseReserve() ? 0 : watermarks.minFrames();
    }

    /** Frees the number of a reserve that is closed and has all its elements back. */
    void retireReserve(int number) {
        synchronized (reservesLock) {
            reserves[number] = null;
        }
    }

    void handOut(long frame, FolioOrder order, int reserve) {
        states.handOut(frame, order, reserve);
    }

    /** Puts a run among the free ones that is not handed out any more. */
    void giveBack(long frame, FolioOrder order) {
        if (order != FolioOrder.PAGE || !magazines.give(frame)) {
            free.give(frame, order);
        }
    }

    private int[] allocateAll(FolioOrder order, int folios) {
        int[] taken = new int[folios];
        for (int i = 0; i < folios; i++) {
            try {
                taken[i] = (int) allocate(order);
            } catch (OutOfFramesException e) {
                for (int j = 0; j < i; j++) {
                    free(taken[j], order);
                }
                throw e;
            }
        }
        for (int frame : taken) {
            states.takeBack(frame, order);
        }
        return taken;
    }
}
