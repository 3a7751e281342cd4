package dev.ring3.mm.cache;

import dev.ring3.mm.FrameAllocator;
import dev.ring3.mm.OutOfFramesException;
import dev.ring3.mm.lock.LockValidator;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Files with far more pages than there are frames; readers check every page, while others write, truncate, write back,
 * evict, and the backing fails now and then. Ends after so many reads, or at the first fault.
 */
final class StressRun {
    /** How a page is read: the cache's own way, or a broken one, for the control. */
    @FunctionalInterface
    interface Reading {
        long read(AddressSpace file, long offset, MemorySegment into) throws IOException;
    }

    /** @param reads how many pages are read in all, and verified */
    record Plan(int frames, int files, int pages, int readers, int writers, long reads, long seed) {}

    private static final int TAIL_PAGES = 3;

    private final int reportsBefore = LockValidator.reports().size();
    private final Plan plan;
    private final Reading reading;
    private final FrameAllocator allocator;
    private final PageCache cache;
    private final List<AddressSpace> files = new ArrayList<>();
    private final List<FakeBacking> backings = new ArrayList<>();
    private final List<VersionedPages> versions = new ArrayList<>();
    private final List<AtomicLong> truncates = new ArrayList<>();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicReference<@Nullable Object> fault = new AtomicReference<>();
    private volatile boolean ending;

    private StressRun(Plan plan, Reading reading) {
        this.plan = plan;
        this.reading = reading;
        allocator = FrameAllocator.create((long) plan.frames() * PageTable.PAGE_BYTES);
        cache = PageCache.create(
                allocator, CacheOptions.forFrames(plan.frames()).withWritebackInterval(Duration.ofMillis(20)));
        for (int i = 0; i < plan.files(); i++) {
            FakeBacking backing = new FakeBacking();
            backing.stopRecording();
            backing.before(new Trouble(plan.seed() + i));
            AddressSpace file = cache.open(backing, 0);
            files.add(file);
            backings.add(backing);
            versions.add(new VersionedPages(file.id(), plan.pages()));
            truncates.add(new AtomicLong());
        }
    }

    /** What came of it. */
    record Outcome(@Nullable Object fault, long reads, long failures, CacheStatistics statistics) {
        @Override
        public String toString() {
            return "%s after %d reads, %d failed calls, %s, %d retries, %d misses"
                    .formatted(
                            fault, reads, failures, statistics.removals(), statistics.retries(), statistics.misses());
        }
    }

    static Outcome run(Plan plan, Reading reading) {
        return new StressRun(plan, reading).run();
    }

    /** Now and then a call fails, or takes a while. */
    private static final class Trouble implements FakeBacking.Hook {
        private final SplittableRandom random; // this

        private Trouble(long seed) {
            random = new SplittableRandom(seed);
        }

        @Override
        public void before(FakeBacking.Call call) throws IOException {
            int dice;
            synchronized (this) {
                dice = random.nextInt(1000);
            }
            boolean mayFail = call.kind() == FakeBacking.Kind.FILL || call.kind() == FakeBacking.Kind.WRITEBACK;
            if (dice < 5 && mayFail) {
                throw new IOException("a fault of " + call);
            }
            if (dice < 50) {
                LockSupport.parkNanos(1000);
            }
        }
    }

    private Outcome run() {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < plan.readers(); i++) {
            long seed = plan.seed() * 31 + i;
            threads.add(start("reader", () -> readAll(new SplittableRandom(seed))));
        }
        for (int i = 0; i < plan.writers(); i++) {
            int writer = i;
            threads.add(start("writer", () -> writeAll(writer, new SplittableRandom(plan.seed() * 37 + writer))));
        }
        threads.add(start("truncater", () -> truncateAll(new SplittableRandom(plan.seed() * 41))));
        threads.add(start("watcher", this::watch));
        for (Thread thread : threads) {
            join(thread);
        }
        CacheStatistics statistics = cache.statistics();
        files.forEach(AddressSpace::discard);
        cache.close();
        backings.forEach(backing -> note(backing.overlap()));
        if (!CacheFixture.allComeFree(allocator)) {
            CacheStatistics left = cache.statistics();
            note("%d of %d frames are free at the end, %d held, %d pinned, %d dirty, %d under writeback"
                    .formatted(
                            allocator.freeFrames(),
                            allocator.frameCount(),
                            left.heldFrames(),
                            left.pinnedFrames(),
                            left.dirtyFrames(),
                            left.writebackFrames()));
        }
        allocator.close();
        if (LockValidator.reports().size() != reportsBefore) {
            note(LockValidator.reports().getLast());
        }
        return new Outcome(fault.get(), reads.get(), failures.get(), statistics);
    }

    private void note(@Nullable Object what) {
        if (what != null) {
            fault.compareAndSet(null, what);
            ending = true;
        }
    }

    private Thread start(String name, Runnable body) {
        return Thread.ofPlatform().name("stress " + name).start(() -> {
            try {
                body.run();
            } catch (RuntimeException | Error e) {
                note(e);
            }
        });
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void readAll(SplittableRandom random) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = arena.allocate(PageTable.PAGE_BYTES);
            while (!ending) {
                int file = random.nextInt(files.size());
                int number = random.nextInt(2) == 0 ? random.nextInt(8) : random.nextInt(plan.pages());
                readOne(file, number, page);
            }
        }
    }

    private void readOne(int file, int page, MemorySegment into) {
        long length = PageTable.PAGE_BYTES;
        VersionedPages.Expectation expected = versions.get(file).expect(page);
        try {
            long read = reading.read(files.get(file), page * length, into);
            long truncatesAfter = truncates.get(file).get();
            if (read != length) {
                return; // cut off, at the moment
            }
            note(versions.get(file).check(page, into, expected, truncatesAfter));
            if (reads.incrementAndGet() >= plan.reads()) {
                ending = true;
            }
        } catch (IOException | OutOfFramesException e) {
            failures.incrementAndGet();
        }
    }

    /** A writer has pages of its own; the last ones of each file are the truncater's. */
    private void writeAll(int writer, SplittableRandom random) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = arena.allocate(PageTable.PAGE_BYTES);
            int turns = (plan.pages() - TAIL_PAGES) / plan.writers();
            while (!ending) {
                int number = writer + plan.writers() * (random.nextInt(2) == 0 ? 0 : random.nextInt(turns));
                IoMode mode = random.nextInt(20) == 0 ? IoMode.UNCACHED : IoMode.BUFFERED;
                int file = random.nextInt(files.size());
                writeOne(file, number, page, random.nextInt(50) == 0 ? IoMode.DIRECT : mode);
                if (random.nextInt(200) == 0) {
                    sync(files.get(file));
                }
            }
        }
    }

    private void writeOne(int file, int page, MemorySegment from, IoMode mode) {
        long truncatesBefore = truncates.get(file).get();
        long version = versions.get(file).next(page, from);
        try {
            files.get(file).write((long) page * PageTable.PAGE_BYTES, from, mode);
            versions.get(file).written(page, version, truncatesBefore);
        } catch (IOException | OutOfFramesException e) {
            failures.incrementAndGet();
        }
    }

    private void sync(AddressSpace file) {
        try {
            file.sync(file.errorCursor());
        } catch (IOException e) {
            failures.incrementAndGet();
        }
    }

    /** Cuts off the tail, and all now and then; writes the tail anew. */
    private void truncateAll(SplittableRandom random) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocate(PageTable.PAGE_BYTES);
            int firstOfTail = plan.pages() - TAIL_PAGES;
            while (!ending) {
                int file = random.nextInt(files.size());
                for (int page = firstOfTail; page < plan.pages(); page++) {
                    writeOne(file, page, from, IoMode.BUFFERED);
                }
                int keep = random.nextInt(50) == 0 ? random.nextInt(firstOfTail) : firstOfTail;
                shrink(file, keep, random.nextInt(3) == 0);
                Thread.onSpinWait();
            }
        }
    }

    private void shrink(int file, int pages, boolean byHole) {
        AddressSpace space = files.get(file);
        long at = (long) pages * PageTable.PAGE_BYTES;
        truncates.get(file).incrementAndGet();
        try {
            if (byHole) {
                space.punchHole(at, (long) plan.pages() * PageTable.PAGE_BYTES - at);
            } else {
                space.resize(at);
                space.resize((long) plan.pages() * PageTable.PAGE_BYTES);
            }
            for (int page = plan.pages() - TAIL_PAGES; page < plan.pages(); page++) {
                versions.get(file).cutOff(page);
            }
        } catch (IOException | OutOfFramesException e) {
            failures.incrementAndGet();
        }
        truncates.get(file).incrementAndGet(); // a write that began in between may have been before or after it
    }

    /** The budget holds at any moment. */
    private void watch() {
        while (!ending) {
            CacheStatistics statistics = cache.statistics();
            if (statistics.heldFrames() > plan.frames() || statistics.heldFrames() < 0) {
                note("%d frames held of %d".formatted(statistics.heldFrames(), plan.frames()));
            }
            if (statistics.dirtyFrames() + statistics.writebackFrames()
                    > cache.options().dirtyFramesMax()) {
                note("dirty beyond the limit: " + statistics);
            }
            LockSupport.parkNanos(100_000);
        }
    }
}
