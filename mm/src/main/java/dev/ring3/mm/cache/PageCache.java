package dev.ring3.mm.cache;

import dev.ring3.mm.FrameAllocator;
import dev.ring3.mm.FrameUsage;
import dev.ring3.mm.FrameUser;
import dev.ring3.mm.Registration;
import dev.ring3.mm.ShrinkControl;
import dev.ring3.mm.WorkQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A page cache over any backing: files are opened with an interface that fills and writes back ranges, see
 * {@link Backing}, and read and written through the {@link AddressSpace} that comes of it. Its frames are those of one
 * {@link FrameAllocator}, whose budget it shares with other users of that. The package comment tells how it works.
 * Thread-safe.
 */
public final class PageCache implements AutoCloseable {
    /** One hit in that many is told to an attached policy. */
    public static final int SAMPLE_INTERVAL = 64;

    private static final WorkQueue.Limits READAHEAD_LIMITS = new WorkQueue.Limits(2, 256);

    private final CacheOptions options;
    private final FolioMap folios;
    private final Counters counters = new Counters();
    private final PageLocks locks = new PageLocks(counters.parked);
    private final PolicyHost policies;
    private final Flusher flusher;
    private final DirtyLimit dirty;
    private final WorkQueue readaheadQueue = WorkQueue.inheriting("page cache readahead", READAHEAD_LIMITS);
    private final UncachedWriter uncachedWriter;
    private final Evictor evictor = new Evictor(this);
    private final Registration shrinkerRegistration;
    private final Registration userRegistration;
    private final Set<AddressSpace> files = ConcurrentHashMap.newKeySet();
    private final AtomicLong nextFileId = new AtomicLong(1);

    private PageCache(FrameAllocator allocator, CacheOptions options) {
        this.options = options;
        this.folios = new FolioMap(allocator);
        this.policies = new PolicyHost(new S3FifoPolicy(), folios);
        this.flusher = new Flusher(options);
        this.dirty = new DirtyLimit(options, counters, flusher::wake);
        this.uncachedWriter = new UncachedWriter(this, options.uncachedFramesMax());
        this.shrinkerRegistration = allocator.register(evictor);
        this.userRegistration = allocator.register(new User(this));
    }

    /** A cache with the usual options for an allocator of that size. */
    public static PageCache create(FrameAllocator allocator) {
        return create(allocator, CacheOptions.forFrames(allocator.frameCount()));
    }

    /** A cache whose frames come from an allocator, which has to stay open until the cache has been closed. */
    public static PageCache create(FrameAllocator allocator, CacheOptions options) {
        return new PageCache(allocator, options);
    }

    /**
     * Begins to cache a file.
     *
     * @param size its size now, in bytes; from now on it is what {@link AddressSpace#size} says
     */
    public AddressSpace open(Backing backing, long size) {
        if (size < 0 || size > AddressSpace.SIZE_MAX) {
            throw new IllegalArgumentException("a file of %d bytes".formatted(size));
        }
        AddressSpace file = new AddressSpace(this, nextFileId.getAndIncrement(), backing, size);
        files.add(file);
        return file;
    }

    /**
     * Puts a policy in charge, in place of the one that was attached; null: the built-in one, S3-FIFO.
     *
     * @throws RuntimeException what the policy threw on its way in; then the one that was attached stays in charge
     */
    public void attach(@Nullable CachePolicy policy) {
        policies.attach(policy);
    }

    /** Evicts up to about that many frames; returns how many. */
    public long reclaim(long frames) {
        return evictor.evict(new EvictionRequest(frames, ShrinkControl.Trigger.REQUESTED, true, true));
    }

    /** How it was set up. */
    public CacheOptions options() {
        return options;
    }

    /** What it has counted, and how it stands. */
    public CacheStatistics statistics() {
        long unclean = dirty.uncleanFrames();
        long underWriteback = dirty.writebackFrames();
        return new CacheStatistics(
                counters.hitCount(),
                counters.lockedReads.sum(),
                counters.retries.sum(),
                counters.misses.sum(),
                counters.fillFailures.sum(),
                counters.readaheadPages.sum(),
                counters.parked.sum(),
                counters.throttledNanos.sum(),
                counters.dirtyStalls.sum(),
                counters.writtenBackPages.sum(),
                counters.writebackBatches.sum(),
                counters.writebackFailures.sum(),
                counters.discardedDirtyPages.sum(),
                counters.evictionsRefused.sum(),
                counters.policyShortfalls.sum(),
                policies.failures(),
                counters.removalCounts(),
                folios.heldFrames(),
                folios.pinnedFrames(),
                Math.max(0, unclean - underWriteback),
                underWriteback,
                counters.leaves.sum() * PageTable.LEAF_BYTES,
                counters.fillLatency.snapshot(),
                counters.writebackLatency.snapshot());
    }

    /**
     * Ends the cache's threads.
     *
     * @throws IllegalStateException if a file is still open
     */
    @Override
    public void close() {
        if (!files.isEmpty()) {
            throw new IllegalStateException(files.size() + " files are still open");
        }
        flusher.close();
        readaheadQueue.close();
        policies.attach(null);
        shrinkerRegistration.close();
        userRegistration.close();
    }

    void left(AddressSpace file) {
        files.remove(file);
    }

    FolioMap folios() {
        return folios;
    }

    Counters counters() {
        return counters;
    }

    PageLocks locks() {
        return locks;
    }

    PolicyHost policies() {
        return policies;
    }

    Flusher flusher() {
        return flusher;
    }

    DirtyLimit dirty() {
        return dirty;
    }

    WorkQueue readaheadQueue() {
        return readaheadQueue;
    }

    UncachedWriter uncachedWriter() {
        return uncachedWriter;
    }

    /** What reports say of a cache. */
    private record User(PageCache cache) implements FrameUser {
        @Override
        public String name() {
            return "page cache";
        }

        @Override
        public FrameUsage usage() {
            long underWriteback = cache.dirty.writebackFrames();
            return new FrameUsage(
                    cache.folios.heldFrames(),
                    cache.folios.pinnedFrames(),
                    Math.max(0, cache.dirty.uncleanFrames() - underWriteback),
                    underWriteback);
        }
    }
}
