package dev.ring3.mm.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.mm.lock.LockClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** The small parts, each against something simple. */
class CacheStructuresTest {
    @Test
    void ghosts_randomUse_rememberTheLatestOnly() {
        Random random = new Random(1);
        GhostQueue ghosts = new GhostQueue(50);
        ArrayDeque<Long> ring = new ArrayDeque<>(); // what was added, the latest 50, taken out or not
        Set<Long> remembered = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            long fingerprint = GhostQueue.fingerprint(1, random.nextInt(120));
            if (random.nextInt(3) == 0) {
                assertThat(ghosts.remove(fingerprint)).as("step %d", i).isEqualTo(remembered.remove(fingerprint));
                continue;
            }
            ghosts.add(fingerprint);
            if (!remembered.contains(fingerprint)) {
                if (ring.size() == 50) {
                    remembered.remove(ring.remove());
                }
                ring.add(fingerprint);
                remembered.add(fingerprint);
            }
        }
    }

    @Test
    void frameLists_moves_keepTheOrder() {
        FrameLists lists = new FrameLists(10, 2);
        for (int frame = 0; frame < 5; frame++) {
            lists.addHead(0, frame);
        }
        lists.moveToHead(0, 0);
        lists.remove(2);
        lists.addHead(1, 2);
        assertThat(lists.listOf(2)).isEqualTo(1);
        assertThat(lists.listOf(7)).isEqualTo(-1);
        List<Integer> order = new ArrayList<>();
        while (lists.tail(0) >= 0) {
            order.add(lists.tail(0));
            lists.remove(lists.tail(0));
        }
        assertThat(order).containsExactly(1, 3, 4, 0);
        assertThat(lists.tail(1)).isEqualTo(2);
    }

    @Test
    void latency_everyDuration_liesInItsBucket() {
        LatencyHistogram histogram = new LatencyHistogram();
        long[] durations = {0, 1, 7, 8, 15, 16, 100, 1_000, 123_456_789, Long.MAX_VALUE};
        for (long duration : durations) {
            int bucket = LatencySnapshot.bucketOf(duration);
            assertThat(LatencySnapshot.upperNanos(bucket)).isGreaterThanOrEqualTo(duration);
            assertThat(bucket == 0 ? -1 : LatencySnapshot.upperNanos(bucket - 1))
                    .isLessThan(duration);
            histogram.record(duration);
        }
        assertThat(histogram.snapshot().total()).isEqualTo(durations.length);
        assertThat(histogram.snapshot().percentileNanos(50)).isEqualTo(15);
        assertThat(new LatencyHistogram().snapshot().percentileNanos(50)).isZero();
    }

    @Test
    void pageTable_pagesThatLeave_takeTheirLeavesAlong() {
        LongAdder leaves = new LongAdder();
        PageTable table = new PageTable(leaves);
        long[] pages = {0, 1, 63, 64, 1 << 18, 1L << 33, 1L << 40};
        for (long page : pages) {
            assertThat(table.leafForArrival(page)).isSameAs(table.leaf(page));
        }
        assertThat(leaves.sum()).isEqualTo(5);
        List<Long> visited = new ArrayList<>();
        table.visit(0, 1L << 48, (firstPage, _) -> visited.add(firstPage));
        assertThat(visited).containsExactly(0L, 64L, 1L << 18, 1L << 33, 1L << 40);
        visited.clear();
        table.visit(70, 71, (firstPage, _) -> visited.add(firstPage));
        assertThat(visited).containsExactly(64L);
        for (long page : pages) {
            table.departed(page, Objects.requireNonNull(table.leaf(page)));
        }
        assertThat(leaves.sum()).isZero();
        assertThat(table.leaf(63)).isNull();
    }

    @Test
    void rangeLock_conflicts_waitInOrder() throws InterruptedException {
        RangeLock lock = new RangeLock(LockClass.named("a test's ranges"));
        Holder first = new Holder(lock, 0, 10, RangeLock.Mode.ARRIVAL);
        first.awaitHeld();
        Holder second = new Holder(lock, 5, 20, RangeLock.Mode.ARRIVAL);
        second.awaitHeld();
        Holder elsewhere = new Holder(lock, 20, 30, RangeLock.Mode.EXCLUSIVE);
        elsewhere.awaitHeld();
        Holder exclusive = new Holder(lock, 8, 9, RangeLock.Mode.EXCLUSIVE);
        exclusive.awaitWaiting();
        Holder later = new Holder(lock, 8, 9, RangeLock.Mode.ARRIVAL);
        later.awaitWaiting();
        first.release();
        exclusive.awaitWaiting();
        assertThat(exclusive.held).isFalse();
        second.release();
        exclusive.awaitHeld();
        assertThat(later.held).as("behind the one who waited before").isFalse();
        exclusive.release();
        later.awaitHeld();
        later.release();
        elsewhere.release();
    }

    /** A thread that takes a range and keeps it. */
    private static final class Holder {
        private final CountDownLatch end = new CountDownLatch(1);
        private final Thread thread;
        private volatile boolean held;

        private Holder(RangeLock lock, long from, long to, RangeLock.Mode mode) {
            thread = Thread.ofPlatform().start(() -> {
                RangeLock.Held range = lock.lock(from, to, mode);
                held = true;
                try {
                    end.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                } finally {
                    lock.unlock(range);
                }
            });
        }

        private void awaitHeld() {
            while (!held) {
                Thread.onSpinWait();
            }
        }

        private void awaitWaiting() {
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }

        private void release() throws InterruptedException {
            end.countDown();
            thread.join();
        }
    }
}
