package dev.ring3.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.mm.WorkQueue.Limits;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import dev.ring3.mm.lock.ValidatedLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkQueueTest {
    private static final Limits ONE = new Limits(1, 4);

    @AfterEach
    void tearDown() {
        assertThat(LockValidator.reports()).isEmpty();
    }

    @Test
    void inheriting_submitterInNoFs_runsTheItemInNoFs() {
        try (WorkQueue queue = WorkQueue.inheriting("q", ONE)) {
            WorkItem<HeldScope> item =
                    ReclaimScope.noFs("transaction 17").call(() -> queue.submit(ReclaimScope::current));
            assertThat(item.await().reasons()).containsExactly("NOFS: transaction 17");
            assertThat(queue.submit(ReclaimScope::current).await()).isSameAs(HeldScope.NONE);
        }
    }

    @Test
    void inheriting_submitterWithGrants_passesOnRestrictionsAlone() {
        try (WorkQueue queue = WorkQueue.inheriting("q", ONE)) {
            WorkItem<HeldScope> item = ReclaimScope.noIo("device")
                    .call(() -> ReclaimScope.memAlloc("writeback").call(() -> queue.submit(ReclaimScope::current)));
            assertThat(item.await().reasons()).containsExactly("NOIO: device");
            assertThat(item.await().mayUseReserve()).isFalse();
        }
    }

    @Test
    void declaring_anySubmitter_runsInTheQueuesScopes() {
        try (WorkQueue queue = WorkQueue.declaring("q", ONE, ReclaimScope.noIo("log"))) {
            WorkItem<HeldScope> item =
                    ReclaimScope.noFs("transaction 17").call(() -> queue.submit(ReclaimScope::current));
            assertThat(item.await().reasons()).containsExactly("NOIO: log");
        }
    }

    @Test
    void memReclaim_runsInMemAlloc() {
        try (WorkQueue queue = WorkQueue.memReclaim("q", ONE, ReclaimScope.noFs("flusher"))) {
            assertThat(queue.submit(ReclaimScope::current).await().reasons())
                    .containsExactly("NOFS: flusher", "MEMALLOC: work of q");
        }
    }

    /** Why the queues are there: everything the JDK offers loses the scope. */
    @Test
    void plainWaysToRunWork_losesTheScope() throws Exception {
        List<HeldScope> seen = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService pool = Executors.newFixedThreadPool(1);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            ReclaimScope.noFs("transaction 17").call(() -> {
                pool.submit(() -> seen.add(ReclaimScope.current())).get();
                virtual.submit(() -> seen.add(ReclaimScope.current())).get();
                Thread thread = new Thread(() -> seen.add(ReclaimScope.current()));
                thread.start();
                thread.join();
                assertThat(ReclaimScope.current().mayEnterFilesystem()).isFalse();
                return true;
            });
        }
        assertThat(seen).hasSize(3).allSatisfy(scope -> assertThat(scope).isSameAs(HeldScope.NONE));
    }

    @Test
    void await_itemThatThrows_throwsWithTheCause() {
        try (WorkQueue queue = WorkQueue.inheriting("q", ONE)) {
            IllegalArgumentException cause = new IllegalArgumentException("no");
            WorkItem<Boolean> item = queue.execute(() -> {
                throw cause;
            });
            assertThatThrownBy(item::await)
                    .isInstanceOf(WorkFailedException.class)
                    .hasCause(cause);
            assertThat(queue.submit(() -> 7).await()).isEqualTo(7);
        }
    }

    @Test
    void submit_fullQueue_waitsForRoom() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger submitted = new AtomicInteger();
        try (WorkQueue queue = WorkQueue.inheriting("q", new Limits(1, 2))) {
            queue.execute(() -> awaitGate(gate));
            awaitRunning(queue);
            Thread submitter = Thread.ofPlatform()
                    .start(() -> IntStream.range(0, 10).forEach(_ -> {
                        queue.execute(() -> {});
                        submitted.incrementAndGet();
                    }));
            while (submitted.get() < 2) {
                Thread.onSpinWait();
            }
            assertThat(queue.trySubmit(() -> 1)).isEmpty();
            submitter.join(50);
            assertThat(submitted).hasValue(2);
            gate.countDown();
            submitter.join();
            assertThat(submitted).hasValue(10);
        }
    }

    @Test
    void close_queuedItems_runsThemAll() {
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch gate = new CountDownLatch(1);
        WorkQueue queue = WorkQueue.inheriting("q", new Limits(2, 100));
        queue.execute(() -> awaitGate(gate));
        IntStream.range(0, 50).forEach(_ -> queue.execute(ran::incrementAndGet));
        gate.countDown();
        queue.close();
        assertThat(ran).hasValue(50);
        assertThatThrownBy(() -> queue.execute(() -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_delayedItem_dropsIt() {
        AtomicInteger ran = new AtomicInteger();
        WorkQueue queue = WorkQueue.inheriting("q", ONE);
        WorkItem<Boolean> later = queue.executeAfter(Duration.ofHours(1), ran::incrementAndGet);
        queue.close();
        assertThatThrownBy(later::await).isInstanceOf(CancellationException.class);
        assertThat(ran).hasValue(0);
    }

    @Test
    void executeAfter_runsNotBefore() {
        try (WorkQueue queue = WorkQueue.inheriting("q", ONE)) {
            long start = System.nanoTime();
            List<Integer> order = Collections.synchronizedList(new ArrayList<>());
            WorkItem<Boolean> second = queue.executeAfter(Duration.ofMillis(40), () -> order.add(2));
            WorkItem<Boolean> first = queue.executeAfter(Duration.ofMillis(20), () -> order.add(1));
            second.await();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(40));
            assertThat(first.isDone()).isTrue();
            assertThat(order).containsExactly(1, 2);
        }
    }

    @Test
    void cancel_itemThatWaits_neverRunsIt() {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        try (WorkQueue queue = WorkQueue.inheriting("q", ONE)) {
            WorkItem<Boolean> first = queue.execute(() -> awaitGate(gate));
            awaitRunning(queue);
            WorkItem<Boolean> second = queue.execute(ran::incrementAndGet);
            assertThat(second.cancel()).isTrue();
            assertThat(first.cancel()).isFalse();
            gate.countDown();
            queue.flush();
            assertThatThrownBy(second::await).isInstanceOf(CancellationException.class);
        }
        assertThat(ran).hasValue(0);
    }

    @Test
    void flush_laterItems_areNotWaitedFor() {
        CountDownLatch gate = new CountDownLatch(1);
        try (WorkQueue queue = WorkQueue.inheriting("q", new Limits(2, 10))) {
            WorkItem<Boolean> before = queue.execute(() -> {});
            before.await();
            queue.execute(() -> awaitGate(gate));
            Thread flusher = Thread.ofPlatform().start(queue::flush);
            WorkItem<Boolean> after = queue.execute(() -> {});
            after.await();
            assertThat(flusher.isAlive()).isTrue();
            gate.countDown();
            join(flusher);
        }
    }

    /** The rescuer: every worker is stuck until an item behind it has run. */
    @Test
    void memReclaim_workersStuck_rescuerRunsWhatFreesThem() {
        CountDownLatch gate = new CountDownLatch(1);
        try (WorkQueue queue = WorkQueue.memReclaim("q", ONE)) {
            WorkItem<String> stuck = queue.submit(() -> {
                awaitGate(gate);
                return Thread.currentThread().getName();
            });
            WorkItem<String> freeing = queue.submit(() -> {
                gate.countDown();
                return Thread.currentThread().getName();
            });
            // On a busy machine the rescuer may have been the first one to come.
            assertThat(List.of(freeing.await(), stuck.await()))
                    .containsExactlyInAnyOrder("ring3 rescuer of q", "ring3 q 1");
        }
    }

    @Test
    void memReclaim_workersStuck_rescuerRunsWhatComesDue() {
        CountDownLatch gate = new CountDownLatch(1);
        try (WorkQueue queue = WorkQueue.memReclaim("q", ONE)) {
            WorkItem<Boolean> stuck = queue.execute(() -> awaitGate(gate));
            awaitRunning(queue);
            queue.executeAfter(Duration.ofMillis(20), gate::countDown).await();
            stuck.await();
        }
    }

    @Test
    void executeAfter_tooManyNotDue_isRefused() {
        try (WorkQueue queue = WorkQueue.inheriting("q", ONE)) {
            for (int i = 0; i < 4; i++) {
                queue.executeAfter(Duration.ofHours(1), () -> {});
            }
            assertThatThrownBy(() -> queue.executeAfter(Duration.ofHours(1), () -> {}))
                    .hasMessage("q has 4 items that are not due");
        }
    }

    @Test
    void wait_ownQueue_isRefused() {
        try (WorkQueue queue = WorkQueue.inheriting("q", ONE);
                LockValidator.Trial _ = LockValidator.trial()) {
            assertThatThrownBy(() -> queue.execute(queue::flush).await())
                    .isInstanceOf(WorkFailedException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void item_leavesALockHeld_fails() {
        ValidatedLock lock = new ValidatedLock(LockClass.named("leaked"));
        try (WorkQueue queue = WorkQueue.inheriting("q", ONE)) {
            assertThatThrownBy(() -> queue.execute(lock::lock).await())
                    .hasMessageContaining("locks held at the end of work of q")
                    .hasMessageContaining("leaked");
            assertThat(queue.submit(() -> 7).await()).isEqualTo(7);
        }
    }

    @Test
    void item_interrupted_leavesNothingToTheNext() {
        try (WorkQueue queue = WorkQueue.inheriting("q", ONE)) {
            queue.execute(() -> Thread.currentThread().interrupt()).await();
            assertThat(queue.submit(() -> Thread.currentThread().isInterrupted())
                            .await())
                    .isFalse();
        }
    }

    @Test
    void await_interruptedThread_waitsAndKeepsTheInterrupt() {
        try (WorkQueue queue = WorkQueue.inheriting("q", ONE)) {
            Thread.currentThread().interrupt();
            assertThat(queue.submit(() -> 7).await()).isEqualTo(7);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static void awaitRunning(WorkQueue queue) {
        // The first item is taken once another one finds room for itself alone.
        while (queue.pendingCount() > 0) {
            Thread.onSpinWait();
        }
    }

    private static void awaitGate(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
