package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SegmentExtentStoreTest {
    private static final int SEGMENT = 1024;

    private final Random random = new Random(1);
    private static final ExtentStore.Spare ALL_IS_SPARE = new ExtentStore.Spare() {
        @Override
        public <T extends @Nullable Object> T use(LongFunction<T> action) {
            return action.apply(Long.MAX_VALUE);
        }
    };

    private final SimulatedDisk disk = new SimulatedDisk(random, 3, () -> {});
    private final SegmentExtentStore store = new SegmentExtentStore(disk, SEGMENT, 0);

    @Test
    void allocate_inTurn_liesTogether() {
        BlockRun first = store.allocate(100);
        BlockRun second = store.allocate(50);

        assertThat(first).isEqualTo(new BlockRun(0, 100));
        assertThat(second).isEqualTo(new BlockRun(100, 50));
    }

    @Test
    void allocate_moreThanASegment_isWhatThereIs() {
        assertThat(store.allocate(5000).blocks()).isEqualTo(SEGMENT);
    }

    @Test
    void allocate_fullDevice_usesEveryPieceThenFails() {
        List<BlockRun> all = new ArrayList<>();
        for (int i = 0; i < 3 * SEGMENT; i++) {
            all.add(store.allocate(1));
        }
        assertThatThrownBy(() -> store.allocate(1))
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
        for (int i = 0; i < all.size(); i += 2) {
            store.release(all.get(i));
        }
        assertThat(store.freeBlocks()).isEqualTo(3 * SEGMENT / 2);
        long had = 0;
        while (store.freeBlocks() > 0) {
            had += store.allocate(100).blocks();
        }
        assertThat(had).isEqualTo(3 * SEGMENT / 2);
    }

    @Test
    void release_twice_isOurBug() {
        BlockRun run = store.allocate(10);
        store.release(run);

        assertThatThrownBy(() -> store.release(run)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void randomUse_neverHandsOutABlockTwice() {
        boolean[] taken = new boolean[3 * SEGMENT];
        List<BlockRun> runs = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (random.nextBoolean() && !runs.isEmpty()) {
                BlockRun run = runs.remove(random.nextInt(runs.size()));
                mark(taken, run, false);
                store.release(run);
            } else if (store.freeBlocks() > 0) {
                BlockRun run = store.allocate(1 + random.nextInt(200));
                mark(taken, run, true);
                runs.add(run);
            }
            if (random.nextInt(500) == 0) {
                store.trim(ALL_IS_SPARE);
            }
        }
        long busy = runs.stream().mapToLong(BlockRun::blocks).sum();
        assertThat(store.busyBlocks()).isEqualTo(busy);
    }

    private static void mark(boolean[] taken, BlockRun run, boolean value) {
        for (long block = run.start(); block < run.end(); block++) {
            assertThat(taken[(int) block]).isEqualTo(!value);
            taken[(int) block] = value;
        }
    }

    @Test
    void trim_longFreeRuns_goBackAndComeBack() {
        BlockRun kept = store.allocate(100);
        BlockRun gone = store.allocate(600);
        BlockRun kept2 = store.allocate(SEGMENT - 700);
        store.release(gone);

        assertThat(store.trim(ALL_IS_SPARE)).isEqualTo(600L * Blocks.BYTES);

        assertThat(store.freeBlocks()).isZero();
        assertThat(store.busyBlocks()).isEqualTo(kept.blocks() + kept2.blocks());
        assertThat(store.grow(600)).isTrue();
        assertThat(disk.segments()).hasSize(1); // what was punched is used before a segment is made
        assertThat(store.allocate(600)).isEqualTo(gone);
    }

    @Test
    void trim_shortFreeRuns_stay() {
        store.allocate(100);
        BlockRun gone = store.allocate(SegmentSpace.PUNCH_BLOCKS_MIN - 1);
        store.allocate(SEGMENT - 100 - gone.blocks());
        store.release(gone);

        assertThat(store.trim(ALL_IS_SPARE)).isZero();
        assertThat(store.freeBlocks()).isEqualTo(gone.blocks());
    }

    @Test
    void trim_emptySegments_areDeletedButOne() {
        List<BlockRun> runs = List.of(store.allocate(SEGMENT), store.allocate(SEGMENT), store.allocate(SEGMENT));
        runs.forEach(store::release);

        assertThat(store.trim(ALL_IS_SPARE)).isEqualTo(2L * SEGMENT * Blocks.BYTES);
        assertThat(disk.segments()).hasSize(1);
        assertThat(store.allocate(10).blocks()).isEqualTo(10);
    }

    @Test
    void force_failedOnce_failsForEverAndNothingMoreIsWrittenThere() {
        BlockRun run = store.allocate(4);
        store.write(run, MemorySegment.ofArray(new byte[4 * Blocks.BYTES]));
        disk.fail(SimulatedDisk.Fault.SYNC_ERROR);

        assertThatThrownBy(() -> store.force(List.of(run))).isInstanceOf(FsException.class);
        assertThatThrownBy(() -> store.force(List.of(run))).hasMessageContaining("earlier sync");
        assertThat(store.allocate(4).start()).isGreaterThanOrEqualTo(SEGMENT);
    }

    @Test
    void forceAndRelease_runOverTwoSegments_reachBoth() {
        BlockRun first = store.allocate(SEGMENT);
        BlockRun second = store.allocate(SEGMENT);
        BlockRun both = new BlockRun(SEGMENT - 4, 8);
        store.write(first, MemorySegment.ofArray(new byte[(int) first.bytes()]));
        store.write(second, MemorySegment.ofArray(new byte[(int) second.bytes()]));

        store.force(List.of(both));
        store.release(both);

        assertThat(disk.pendingSectors()).isZero();
        assertThat(store.freeBlocks()).isEqualTo(8);
    }

    @Test
    void adopt_missingSegment_isUnreadableAndNothingElse() {
        SegmentExtentStore reopened = new SegmentExtentStore(disk, SEGMENT, 0);
        BlockRun lost = new BlockRun(0, 10);

        reopened.adopt(List.of(lost));

        assertThat(reopened.image().exists(lost)).isFalse();
        assertThatThrownBy(() -> reopened.read(lost, MemorySegment.ofArray(new byte[10 * Blocks.BYTES])))
                .isInstanceOf(FsException.class)
                .hasMessageContaining("missing");
        assertThat(reopened.allocate(1).start()).isGreaterThanOrEqualTo(SEGMENT); // its number is not used again
    }
}
