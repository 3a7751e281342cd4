package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.CacheFixture.PAGE;
import static dev.ring3.mm.cache.CacheFixture.random;
import static dev.ring3.mm.cache.CacheFixture.read;
import static dev.ring3.mm.cache.CacheFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.mm.FrameAllocator;
import dev.ring3.mm.ReclaimScope;
import dev.ring3.mm.cache.FakeBacking.Kind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads, one file. */
@Timeout(120)
class CacheConcurrencyTest {
    /** Threads whose failures are the test's. */
    private static final class Crew implements AutoCloseable {
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        private interface Body {
            void run() throws Exception;
        }

        private Thread start(Body body) {
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    body.run();
                } catch (Exception | AssertionError e) {
                    failure.compareAndSet(null, e);
                }
            });
            threads.add(thread);
            return thread;
        }

        @Override
        public void close() {
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void misses_ofOneFolio_becomeOneFill() throws Exception {
        try (CacheFixture fixture = CacheFixture.quiet(64)) {
            byte[] content = random(PAGE, 1);
            FakeBacking backing = FakeBacking.of(content);
            CountDownLatch goOn = new CountDownLatch(1);
            backing.before(_ -> uninterruptibly(goOn));
            AddressSpace file = fixture.open(backing);
            try (Crew crew = new Crew()) {
                List<Thread> readers = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    readers.add(crew.start(() -> assertThat(read(file, 0, PAGE)).isEqualTo(content)));
                }
                while (readers.stream().anyMatch(reader -> reader.getState() != Thread.State.WAITING)) {
                    Thread.onSpinWait();
                }
                goOn.countDown();
            }
            assertThat(backing.calls(Kind.FILL)).hasSize(1);
        }
    }

    @Test
    void writers_ofDisjointPages_doNotWaitForEachOther() throws Exception {
        try (CacheFixture fixture = CacheFixture.quiet(64)) {
            FakeBacking backing = FakeBacking.of(random(4 * PAGE, 2));
            CountDownLatch goOn = new CountDownLatch(1);
            AddressSpace file = fixture.open(backing);
            backing.before(call -> {
                if (call.offset() == 0) {
                    uninterruptibly(goOn);
                }
            });
            try (Crew crew = new Crew()) {
                Thread slow = crew.start(() -> write(file, 10, random(10, 3))); // has to read page 0 first
                while (slow.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
                write(file, PAGE + 10, random(10, 4));
                write(file, 2L * PAGE, random(2 * PAGE, 5));
                assertThat(slow.isAlive()).isTrue();
                goOn.countDown();
            }
            assertThat(read(file, 10, 10)).isEqualTo(random(10, 3));
        }
    }

    @Test
    void reader_ofAPageThatIsAlwaysWritten_isServed() throws Exception {
        try (CacheFixture fixture = CacheFixture.quiet(64)) {
            AddressSpace file = fixture.open(FakeBacking.of(new byte[PAGE]));
            boolean[] ending = new boolean[1];
            try (Crew crew = new Crew()) {
                for (int i = 0; i < 3; i++) {
                    byte value = (byte) i;
                    crew.start(() -> {
                        byte[] page = new byte[PAGE];
                        Arrays.fill(page, value);
                        while (!ending[0] && !Thread.interrupted()) {
                            write(file, 0, page);
                        }
                    });
                }
                for (int i = 0; i < 2_000; i++) {
                    byte[] page = read(file, 0, PAGE);
                    byte[] expected = new byte[PAGE];
                    Arrays.fill(expected, page[0]);
                    assertThat(Arrays.equals(page, expected))
                            .as("one state of the page")
                            .isTrue();
                }
                ending[0] = true;
                crew.threads.forEach(Thread::interrupt);
            }
        }
    }

    @Test
    void appends_fromSeveralThreads_areEachWhole() throws Exception {
        try (CacheFixture fixture = CacheFixture.quiet(512)) {
            AddressSpace file = fixture.open(FakeBacking.of(new byte[0]));
            int records = 2000;
            try (Crew crew = new Crew()) {
                for (int i = 0; i < 3; i++) {
                    int writer = i;
                    crew.start(() -> {
                        MemorySegment line = MemorySegment.ofArray(new long[10]);
                        for (int record = 0; record < records; record++) {
                            for (int j = 0; j < 10; j++) {
                                line.setAtIndex(ValueLayout.JAVA_LONG, j, (long) writer << 32 | record);
                            }
                            long _ = file.append(line);
                        }
                    });
                }
            }
            MemorySegment all = MemorySegment.ofArray(new long[3 * records * 10]);
            assertThat(file.size()).isEqualTo(all.byteSize());
            assertThat(file.read(0, all)).isEqualTo(all.byteSize());
            int[] next = new int[3];
            for (int i = 0; i < 3 * records; i++) {
                long first = all.getAtIndex(ValueLayout.JAVA_LONG, i * 10L);
                for (int j = 1; j < 10; j++) {
                    assertThat(all.getAtIndex(ValueLayout.JAVA_LONG, i * 10L + j))
                            .isEqualTo(first);
                }
                assertThat((int) first).isEqualTo(next[(int) (first >>> 32)]++);
            }
        }
    }

    @Test
    void lockRange_byAllReadersAndWriters_makesLongOnesAtomic() throws Exception {
        try (CacheFixture fixture = CacheFixture.quiet(64)) {
            AddressSpace file = fixture.open(FakeBacking.of(new byte[3 * PAGE]));
            try (Crew crew = new Crew()) {
                for (int i = 1; i < 3; i++) {
                    byte value = (byte) i;
                    crew.start(() -> {
                        byte[] bytes = new byte[2 * PAGE];
                        Arrays.fill(bytes, value);
                        for (int turn = 0; turn < 3000; turn++) {
                            try (RangeHold _ = file.lockRange(100, bytes.length, true)) {
                                write(file, 100, bytes);
                            }
                        }
                    });
                }
                for (int turn = 0; turn < 3000; turn++) {
                    try (RangeHold _ = file.lockRange(100, 2L * PAGE, false)) {
                        byte[] bytes = read(file, 100, 2 * PAGE);
                        byte[] expected = new byte[bytes.length];
                        Arrays.fill(expected, bytes[0]);
                        assertThat(Arrays.equals(bytes, expected)).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void writers_fasterThanTheBacking_areSlowedDownAndStayBelowTheLimit() throws Exception {
        CacheOptions options = CacheOptions.forFrames(1024).withDirtyFrames(200, 100);
        try (CacheFixture fixture = CacheFixture.with(1024, options)) {
            FakeBacking backing = FakeBacking.of(new byte[0]);
            backing.before(call -> LockSupport.parkNanos(call.length() / PAGE * 50_000));
            AddressSpace file = fixture.open(backing);
            LatencyHistogram latencies = new LatencyHistogram();
            for (int i = 0; i < 4000; i++) {
                long start = System.nanoTime();
                write(file, (long) i * PAGE, new byte[PAGE]);
                latencies.record(System.nanoTime() - start);
            }
            CacheStatistics statistics = fixture.cache.statistics();
            assertThat(statistics.throttledNanos()).isPositive();
            assertThat(statistics.dirtyFrames() + statistics.writebackFrames()).isLessThanOrEqualTo(200);
            assertThat(latencies.snapshot().percentileNanos(99.9))
                    .as("no cliff: the longest pause is 200 ms")
                    .isLessThan(Duration.ofMillis(400).toNanos());
        }
    }

    @Test
    void reads_inANofsScope_neverWriteBackThemselves() throws Exception {
        try (CacheFixture fixture = CacheFixture.quiet(16)) {
            FakeBacking backing = FakeBacking.of(random(40 * PAGE, 9));
            AddressSpace file = fixture.open(backing);
            Thread caller = Thread.currentThread();
            backing.before(call -> {
                if (call.kind() == Kind.WRITEBACK && Thread.currentThread() == caller) {
                    throw new AssertionError("the filesystem was entered by an allocation");
                }
            });
            ReclaimScope.noFs("a test").run(() -> {
                try {
                    for (int page = 0; page < 40; page++) {
                        assertThat(read(file, (long) page * PAGE, PAGE)).hasSize(PAGE);
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int page = 0; page < 40; page++) {
                write(file, (long) page * PAGE, random(PAGE, page)); // more than fits: written back on the way
            }
            for (int page = 0; page < 40; page++) {
                assertThat(read(file, (long) page * PAGE, PAGE)).isEqualTo(random(PAGE, page));
            }
        }
    }

    @Test
    void uncachedStream_muchLongerThanItsShare_hasASmallFootprint() throws Exception {
        int frames = 4096;
        CacheOptions options = CacheOptions.forFrames(frames);
        try (CacheFixture fixture = CacheFixture.with(frames, options)) {
            FakeBacking backing = FakeBacking.of(new byte[0]);
            AddressSpace file = fixture.open(backing);
            byte[] piece = random(256 * PAGE, 10);
            long most = 0;
            for (int i = 0; i < 40; i++) {
                write(file, (long) i * piece.length, piece, IoMode.UNCACHED);
                most = Math.max(most, fixture.cache.statistics().heldFrames());
            }
            assertThat(most).isLessThanOrEqualTo(2L * options.uncachedFramesMax());
            file.sync(file.errorCursor());
            while (file.residentBytes() > 0) {
                Thread.onSpinWait(); // the flusher drops the last ones just after it has written them
            }
            assertThat(backing.calls(Kind.WRITEBACK)).as("in long runs").hasSizeLessThan(200);
        }
    }

    @Test
    void index_ofAStreamThatHasPassed_isGone() throws Exception {
        try (FrameAllocator allocator = FrameAllocator.create(64L * PAGE);
                PageCache cache = PageCache.create(allocator)) {
            AddressSpace file = cache.open(new SparseBacking(), 1L << 32);
            byte[] page = new byte[PAGE];
            for (long offset = 0; offset < 1L << 32; offset += 1 << 20) {
                assertThat(file.read(offset, MemorySegment.ofArray(page))).isEqualTo(PAGE);
            }
            assertThat(cache.statistics().indexBytes()).isLessThanOrEqualTo(64 * PageTable.LEAF_BYTES);
            file.close();
            assertThat(cache.statistics().indexBytes()).isZero();
        }
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
