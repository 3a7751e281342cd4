package dev.ring3.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ring3.mm.lock.LockValidator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class FrameAllocatorTest {
    private static final int FRAMES = 64;
    private static final Watermarks WATERMARKS = new Watermarks(4, 8, 16);

    private final FrameAllocator frames = FrameAllocator.create(FRAMES * FrameAllocator.FRAME_BYTES, WATERMARKS);

    @AfterEach
    void tearDown() {
        frames.close();
        assertThat(LockValidator.reports()).isEmpty();
    }

    @Test
    void allocate_everyFrame_isDistinctAndInsideTheMemory() {
        Set<Long> out = new HashSet<>();
        ReclaimScope.memAlloc("all of it").run(() -> {
            for (int i = 0; i < FRAMES; i++) {
                out.add(frames.allocate(FolioOrder.PAGE));
            }
        });
        assertThat(out).hasSize(FRAMES).allSatisfy(frame -> assertThat(frame).isBetween(0L, FRAMES - 1L));
        assertThat(frames.freeFrames()).isZero();
        assertThat(frames.memory().byteSize()).isEqualTo(FRAMES * 4096L);
        assertThat(frames.memory().address() % (2 << 20)).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = FolioOrder.class,
            names = {"LARGE", "HUGE"})
    void allocate_largeFolio_isAlignedAndWritable(FolioOrder order) {
        try (FrameAllocator big = FrameAllocator.create(8L << 20)) {
            long frame = big.allocate(order);
            assertThat(frame % order.frames()).isZero();
            MemorySegment folio = big.memory().asSlice(frame * FrameAllocator.FRAME_BYTES, order.bytes());
            folio.fill((byte) 7);
            assertThat(folio.get(ValueLayout.JAVA_BYTE, order.bytes() - 1)).isEqualTo((byte) 7);
            big.free(frame, order);
            assertThat(big.freeFrames()).isEqualTo(big.frameCount());
        }
    }

    @Test
    void memory_afterClose_isNotAccessible() {
        MemorySegment memory;
        try (FrameAllocator other = FrameAllocator.create(1 << 20)) {
            memory = other.memory();
        }
        assertThatThrownBy(() -> memory.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void free_twice_isFound() {
        long frame = frames.allocate(FolioOrder.PAGE);
        frames.free(frame, FolioOrder.PAGE);
        assertThatThrownBy(() -> frames.free(frame, FolioOrder.PAGE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("freed frame %d as a folio of order PAGE, which is not allocated: freed twice?", frame);
    }

    @Test
    void free_atAnotherOrder_isFound() {
        long frame = frames.allocate(FolioOrder.LARGE);
        assertThatThrownBy(() -> frames.free(frame, FolioOrder.PAGE))
                .hasMessage("freed frame %d as a folio of order PAGE, which was allocated as LARGE", frame);
        assertThatThrownBy(() -> frames.free(frame + 1, FolioOrder.PAGE)).isInstanceOf(IllegalStateException.class);
        frames.free(frame, FolioOrder.LARGE);
    }

    @Test
    void free_noSuchFrame_isFound() {
        assertThatThrownBy(() -> frames.free(FRAMES, FolioOrder.PAGE)).hasMessage("freed frame 64 of 64");
        assertThatThrownBy(() -> frames.free(-1, FolioOrder.PAGE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tryAllocate_atTheMinWatermark_givesNothingAndLeavesTheReserve() {
        List<Long> out = new ArrayList<>();
        for (long frame = frames.tryAllocate(FolioOrder.PAGE);
                frame != FrameAllocator.NO_FRAME;
                frame = frames.tryAllocate(FolioOrder.PAGE)) {
            out.add(frame);
        }
        assertThat(out).hasSize(FRAMES - 4);
        assertThat(frames.tryAllocate(FolioOrder.LARGE)).isEqualTo(FrameAllocator.NO_FRAME);
        assertThat(ReclaimScope.memAlloc("writeback")
                        .<Long, RuntimeException>call(() -> frames.tryAllocate(FolioOrder.PAGE)))
                .isNotEqualTo(FrameAllocator.NO_FRAME);
    }

    @Test
    void allocate_belowTheMinWatermark_reclaimsByItself() {
        TestShrinker cache = new TestShrinker(frames);
        cache.fillUpTo(4);
        try (Registration _ = frames.register((Shrinker) cache)) {
            long frame = frames.allocate(FolioOrder.PAGE);
            assertThat(frame).isNotEqualTo(FrameAllocator.NO_FRAME);
            assertThat(cache.scans).isNotEmpty();
            assertThat(cache.scopesDuringScans)
                    .allSatisfy(scope -> assertThat(scope.mayUseReserve()).isTrue());
        }
    }

    @Test
    void background_belowTheLowWatermark_reclaimsUpToTheHighOne() throws InterruptedException {
        TestShrinker cache = new TestShrinker(frames);
        cache.fillUpTo(9);
        try (Registration _ = frames.register((Shrinker) cache)) {
            cache.hold(frames.allocate(FolioOrder.PAGE));
            Thread.sleep(30);
            assertThat(cache.scans).as("at the low watermark").isEmpty();
            cache.hold(frames.allocate(FolioOrder.PAGE));
            while (frames.freeFrames() < 15) {
                Thread.sleep(1);
            }
            Thread.sleep(30);
            // The allocation that woke the reclaimer may have taken its frame after it.
            assertThat(frames.freeFrames()).isBetween(15L, 16L);
            assertThat(cache.scans)
                    .allSatisfy(scan -> assertThat(scan.trigger()).isEqualTo(ShrinkControl.Trigger.BACKGROUND));
        }
    }

    @Test
    void allocate_inNoFs_skipsShrinkersThatNeedTheFilesystem() {
        TestShrinker filesystem = new TestShrinker(frames);
        filesystem.needsFilesystem = true;
        TestShrinker device = new TestShrinker(frames);
        device.doesIo = true;
        fill(filesystem, device);
        try (Registration _ = frames.register((Shrinker) filesystem);
                Registration _ = frames.register((Shrinker) device)) {
            ReclaimScope.noFs("transaction 17").run(() -> frames.reclaim(4));
            assertThat(filesystem.scans).isEmpty();
            assertThat(device.scans).hasSize(1);
            assertThat(device.scans.getFirst().scope().reasons()).containsExactly("NOFS: transaction 17");
            ReclaimScope.noIo("device 3").run(() -> frames.reclaim(4));
            assertThat(filesystem.scans).isEmpty();
            assertThat(device.scans).hasSize(1);
            frames.reclaim(1);
            assertThat(filesystem.scans).hasSize(1);
        }
    }

    @Test
    void allocate_nothingToReclaim_failsWithAReport() {
        TestShrinker cache = new TestShrinker(frames);
        cache.fillUpTo(4);
        FrameUser pinner = new FixedUser("views", new FrameUsage(20, 11, 5, 0));
        try (Registration _ = frames.register((FrameUser) cache);
                Registration _ = frames.register(pinner)) {
            OutOfFramesException e = catchThrowableOfType(
                    OutOfFramesException.class,
                    () -> ReclaimScope.noFs("transaction 17").run(() -> frames.allocate(FolioOrder.PAGE)));
            assertThat(e.order()).isEqualTo(FolioOrder.PAGE);
            assertThat(e.report().budgetFrames()).isEqualTo(FRAMES);
            assertThat(e.report().freeFrames()).isEqualTo(4);
            assertThat(e.report().users())
                    .containsExactly(
                            new MemoryReport.User("test cache", FrameUsage.clean(60)),
                            new MemoryReport.User("views", new FrameUsage(20, 11, 5, 0)));
            assertThat(e.report().scopes()).containsExactly("NOFS: transaction 17");
            assertThat(e.report().waiting())
                    .containsExactly(Thread.currentThread().getName() + ": PAGE, scopes NOFS: transaction 17");
            assertThat(e)
                    .hasMessageContaining("no folio of 4096 bytes")
                    .hasMessageContaining("frames: 4 of 64 free")
                    .hasMessageContaining("views: 20 held, 11 pinned, 5 dirty, 0 under writeback")
                    .hasMessageContaining("scopes: NOFS: transaction 17");
        }
    }

    @Test
    void allocate_inMemAlloc_usesTheReserveAndThenFailsAtOnce() {
        TestShrinker cache = new TestShrinker(frames);
        cache.fillUpTo(4);
        try (Registration _ = frames.register((Shrinker) cache)) {
            ReclaimScope.memAlloc("writeback").run(() -> {
                for (int i = 0; i < 4; i++) {
                    frames.allocate(FolioOrder.PAGE);
                }
                assertThatThrownBy(() -> frames.allocate(FolioOrder.HUGE)).isInstanceOf(OutOfFramesException.class);
            });
            assertThat(cache.scans)
                    .allSatisfy(scan -> assertThat(scan.trigger()).isEqualTo(ShrinkControl.Trigger.BACKGROUND));
        }
    }

    @Test
    void allocate_longerThanAnyRun_failsThoughFramesAreFree() {
        assertThatThrownBy(() -> frames.allocate(FolioOrder.HUGE))
                .isInstanceOf(OutOfFramesException.class)
                .hasMessageContaining("frames: 64 of 64 free, largest run 64");
    }

    @Test
    void allocate_writebackUnderWay_waitsForIt() throws InterruptedException {
        TestShrinker cache = new TestShrinker(frames);
        cache.fillUpTo(4);
        long written = cache.release();
        try (Registration _ = frames.register(new FixedUser("writer", new FrameUsage(1, 0, 1, 1)))) {
            // Longer than the rounds after which an allocation gives up if nothing is being written.
            Thread device = Thread.ofPlatform().start(() -> {
                sleep(1_000);
                frames.free(written, FolioOrder.PAGE);
            });
            assertThat(frames.allocate(FolioOrder.PAGE)).isEqualTo(written);
            device.join();
        }
    }

    @Test
    void reclaim_severalShrinkers_asksEachForItsPart() {
        TestShrinker large = new TestShrinker(frames);
        TestShrinker small = new TestShrinker(frames);
        for (int i = 0; i < 40; i++) {
            (i < 30 ? large : small).hold(frames.allocate(FolioOrder.PAGE));
        }
        try (Registration _ = frames.register((Shrinker) large);
                Registration _ = frames.register((Shrinker) small)) {
            assertThat(frames.reclaim(8)).isEqualTo(8);
            assertThat(large.heldCount()).isEqualTo(24);
            assertThat(small.heldCount()).isEqualTo(8);
            assertThat(frames.reclaim(100)).isEqualTo(32);
        }
    }

    @Test
    void reclaim_shrinkerThatGivesLess_othersMakeUpForIt() {
        TestShrinker cache = new TestShrinker(frames);
        for (int i = 0; i < 20; i++) {
            cache.hold(frames.allocate(FolioOrder.PAGE));
        }
        TestShrinker pinned = new TestShrinker(frames);
        pinned.countClaimed = 20;
        try (Registration _ = frames.register((Shrinker) cache);
                Registration _ = frames.register((Shrinker) pinned)) {
            assertThat(frames.reclaim(10)).isEqualTo(10);
            assertThat(cache.heldCount()).isEqualTo(10);
        }
    }

    @Test
    void close_allocationWaits_failsIt() throws InterruptedException {
        FrameAllocator other = FrameAllocator.create(16 * FrameAllocator.FRAME_BYTES);
        ReservedFrames reserve = other.reserve("commit", FolioOrder.PAGE, 1);
        for (int i = 0; i < 16; i++) {
            ReclaimScope.noFail("commit", reserve)
                    .run(() -> ReclaimScope.memAlloc("fill").run(() -> other.allocate(FolioOrder.PAGE)));
        }
        AtomicReference<String> told = new AtomicReference<>("");
        Thread waiter = Thread.ofPlatform()
                .unstarted(() -> ReclaimScope.noFail("commit", reserve).run(() -> other.allocate(FolioOrder.PAGE)));
        waiter.setUncaughtExceptionHandler((_, e) -> told.set(String.valueOf(e.getMessage())));
        waiter.start();
        while (other.report().waiting().isEmpty()) {
            Thread.sleep(1);
        }
        other.close();
        other.close();
        waiter.join();
        assertThat(told).hasValue("the frame allocator is closed");
    }

    @Test
    void report_afterReclaim_countsWhatWasDone() {
        TestShrinker cache = new TestShrinker(frames);
        cache.fillUpTo(4);
        assertThatThrownBy(() -> frames.allocate(FolioOrder.PAGE)).isInstanceOf(OutOfFramesException.class);
        MemoryReport.Reclaim before = frames.report().reclaim();
        assertThat(before.failures()).isEqualTo(1);
        assertThat(before.directPasses()).isGreaterThanOrEqualTo(16);
        assertThat(before.freedFrames()).isZero();
        assertThat(before.stalls()).isEqualTo(1);
        assertThat(before.stallNanos()).isPositive();
        try (Registration _ = frames.register((Shrinker) cache)) {
            frames.reclaim(5);
            assertThat(frames.report().reclaim().freedFrames()).isGreaterThanOrEqualTo(5);
        }
    }

    @Test
    void background_shrinkerThrows_othersAreStillAsked() throws InterruptedException {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> told.add(thread.getName() + ": " + e.getMessage()));
        try {
            faultyShrinkerThenAnother();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(told).startsWith("ring3-reclaimer: on purpose");
    }

    private void faultyShrinkerThenAnother() throws InterruptedException {
        TestShrinker cache = new TestShrinker(frames);
        FaultyShrinker faulty = new FaultyShrinker();
        cache.fillUpTo(9);
        Registration broken = frames.register(faulty);
        cache.hold(frames.allocate(FolioOrder.PAGE));
        cache.hold(frames.allocate(FolioOrder.PAGE));
        while (faulty.scans == 0) {
            Thread.sleep(1);
        }
        broken.close();
        try (Registration _ = frames.register((Shrinker) cache)) {
            while (frames.freeFrames() < 15) {
                cache.hold(frames.tryAllocate(FolioOrder.PAGE)); // wakes it
                Thread.sleep(5);
            }
        }
    }

    @Test
    void create_budgetTooSmall_isRefused() {
        assertThatThrownBy(() -> FrameAllocator.create(7 * 4096)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FrameAllocator.create(64 * 4096, new Watermarks(1, 2, 65)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void fill(TestShrinker first, TestShrinker second) {
        for (int i = 0; i < 20; i++) {
            first.hold(frames.allocate(FolioOrder.PAGE));
            second.hold(frames.allocate(FolioOrder.PAGE));
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final class FaultyShrinker implements Shrinker {
        private volatile int scans;

        @Override
        public String name() {
            return "faulty";
        }

        @Override
        public boolean needsFilesystem() {
            return false;
        }

        @Override
        public boolean doesIo() {
            return false;
        }

        @Override
        public long countFrames(ShrinkControl control) {
            return 1;
        }

        @Override
        public long scan(ShrinkControl control) {
            scans = 1;
            throw new IllegalStateException("on purpose");
        }
    }

    record FixedUser(String name, FrameUsage usage) implements FrameUser {}
}
