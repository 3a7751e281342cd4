package dev.ring3.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.mm.WorkQueue.Limits;
import dev.ring3.mm.lock.LockValidator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReservedFramesTest {
    private final FrameAllocator frames = FrameAllocator.create(16 * FrameAllocator.FRAME_BYTES);

    @AfterEach
    void tearDown() {
        frames.close();
        assertThat(LockValidator.reports()).isEmpty();
    }

    @Test
    void reserve_isTakenFromTheFreeOnes_andComesBackOnClose() {
        ReservedFrames reserve = frames.reserve("bios", FolioOrder.PAGE, 3);
        assertThat(frames.freeFrames()).isEqualTo(13);
        assertThat(frames.report().reservedFrames()).isEqualTo(3);
        long out = reserve.tryTake();
        assertThat(frames.report().reservedFrames()).isEqualTo(2);
        reserve.close();
        assertThat(frames.freeFrames()).isEqualTo(15);
        frames.free(out, FolioOrder.PAGE);
        assertThat(frames.freeFrames()).isEqualTo(16);
    }

    @Test
    void allocate_framesLeft_sparesTheElements() {
        ReservedFrames reserve = frames.reserve("bios", FolioOrder.PAGE, 1);
        long frame = reserve.allocate();
        assertThat(reserve.freeFrames()).isEqualTo(1);
        frames.free(frame, FolioOrder.PAGE);
        assertThat(frames.freeFrames()).isEqualTo(15);
    }

    @Test
    void free_element_returnsToItsReserve_andTwiceIsFound() {
        ReservedFrames reserve = frames.reserve("bios", FolioOrder.PAGE, 1);
        long element = reserve.tryTake();
        assertThat(reserve.freeFrames()).isZero();
        frames.free(element, FolioOrder.PAGE);
        assertThat(reserve.freeFrames()).isEqualTo(1);
        assertThatThrownBy(() -> frames.free(element, FolioOrder.PAGE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void reserve_notEnoughFrames_takesNone() {
        assertThatThrownBy(() -> frames.reserve("too much", FolioOrder.PAGE, 17))
                .isInstanceOf(OutOfFramesException.class);
        assertThat(frames.freeFrames()).isEqualTo(16);
    }

    @Test
    void reserve_tooMany_isRefused() {
        try (FrameAllocator more = FrameAllocator.create(64 * FrameAllocator.FRAME_BYTES)) {
            for (int i = 0; i < FolioStates.RESERVES_MAX; i++) {
                more.reserve("reserve " + i, FolioOrder.PAGE, 1);
            }
            assertThatThrownBy(() -> more.reserve("one more", FolioOrder.PAGE, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("15 reserves exist already");
            assertThat(more.freeFrames()).isEqualTo(64 - FolioStates.RESERVES_MAX);
        }
    }

    @Test
    void close_allElementsBack_makesRoomForAnotherReserve() {
        for (int i = 0; i < 3 * FolioStates.RESERVES_MAX; i++) {
            ReservedFrames reserve = frames.reserve("reserve " + i, FolioOrder.PAGE, 1);
            long element = reserve.tryTake();
            reserve.close();
            frames.free(element, FolioOrder.PAGE);
        }
        assertThat(frames.freeFrames()).isEqualTo(16);
    }

    /**
     * Writeback with one frame: everything is dirty, each page needs a frame of its own to be written, and only writing
     * frees any.
     */
    @Test
    void writeback_oneReservedFrame_makesProgress() {
        ReservedFrames bios = frames.reserve("bios", FolioOrder.PAGE, 1);
        List<Long> dirty = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            dirty.add(ReclaimScope.memAlloc("fill").call(() -> frames.allocate(FolioOrder.PAGE)));
        }
        assertThat(frames.freeFrames()).isZero();
        AtomicInteger written = new AtomicInteger();
        try (WorkQueue flusher = WorkQueue.memReclaim("flusher", new Limits(4, 64))) {
            dirty.forEach(page -> flusher.execute(() -> {
                long bio = bios.allocate();
                written.incrementAndGet();
                frames.free(bio, FolioOrder.PAGE);
                frames.free(page, FolioOrder.PAGE);
            }));
            flusher.flush();
        }
        assertThat(written).hasValue(15);
        assertThat(frames.freeFrames()).isEqualTo(15);
        assertThat(bios.freeFrames()).isEqualTo(1);
    }

    /** The control of the test above: without a reserve the same work fails. */
    @Test
    void writeback_noReserve_fails() {
        for (int i = 0; i < 16; i++) {
            ReclaimScope.memAlloc("fill").run(() -> frames.allocate(FolioOrder.PAGE));
        }
        try (WorkQueue flusher = WorkQueue.memReclaim("flusher", new Limits(1, 64))) {
            WorkItem<Long> item = flusher.submit(() -> frames.allocate(FolioOrder.PAGE));
            assertThatThrownBy(item::await).hasCauseInstanceOf(OutOfFramesException.class);
        }
    }

    @Test
    void noFail_nothingFree_takesAnElementAndThenWaitsForIt() throws InterruptedException {
        ReservedFrames reserve = frames.reserve("commit", FolioOrder.PAGE, 1);
        for (int i = 0; i < 15; i++) {
            ReclaimScope.memAlloc("fill").run(() -> frames.allocate(FolioOrder.PAGE));
        }
        ReclaimScope commit = ReclaimScope.noFail("commit", reserve);
        long first = commit.call(() -> frames.allocate(FolioOrder.PAGE));
        assertThat(reserve.freeFrames()).isZero();

        AtomicLong second = new AtomicLong(FrameAllocator.NO_FRAME);
        Thread waiter = Thread.ofPlatform()
                .name("committer")
                .start(() -> second.set(commit.call(() -> frames.allocate(FolioOrder.PAGE))));
        // Longer than any other allocation would wait with nothing to reclaim.
        waiter.join(1_500);
        assertThat(waiter.isAlive()).isTrue();
        assertThat(frames.report().waiting()).containsExactly("committer: PAGE, scopes NOFAIL: commit");
        frames.free(first, FolioOrder.PAGE);
        waiter.join();
        assertThat(second).hasValue(first);
    }

    @Test
    void noFail_anotherOrder_isRefusedRatherThanToFailLater() {
        ReservedFrames reserve = frames.reserve("commit", FolioOrder.PAGE, 1);
        assertThatThrownBy(() -> ReclaimScope.noFail("commit", reserve).run(() -> frames.allocate(FolioOrder.HUGE)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("HUGE in a NOFAIL scope whose reserve is of PAGE");
    }
}
