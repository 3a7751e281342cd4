package dev.ring3.mm;

import static dev.ring3.mm.LockLab.inOrder;
import static dev.ring3.mm.LockLab.noFsLock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.mm.LockLab.Needs;
import dev.ring3.mm.LockLab.Scenario;
import dev.ring3.mm.lock.AcquireMode;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import dev.ring3.mm.lock.ScopedLock;
import dev.ring3.mm.lock.ValidatedLock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that cannot deadlock, many of them one step away from one that can: nothing may be reported. */
class LegalPatternsTest {
    static Stream<Scenario> patterns() {
        return Stream.of(locks(), reclaim(), queuesAndWaits()).flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void pattern_run_isSilent(Scenario pattern) {
        assertThat(LockLab.reportsOf(pattern)).as(pattern.name()).isEmpty();
    }

    @Test
    void patterns_areAtLeastTwenty() {
        assertThat(patterns()).hasSizeGreaterThanOrEqualTo(20);
    }

    private static List<Scenario> locks() {
        return List.of(
                new Scenario("one order, always", lab -> {
                    inOrder(lab.a, lab.b, lab.c);
                    inOrder(lab.a, lab.c);
                    inOrder(lab.b, lab.c);
                }),
                new Scenario("against the order by a try", lab -> {
                    inOrder(lab.a, lab.b);
                    lab.b.run(() -> {
                        assertThat(lab.a.tryLock()).isTrue();
                        lab.a.unlock();
                    });
                }),
                new Scenario("one after the other, both ways", lab -> {
                    inOrder(lab.a);
                    inOrder(lab.b);
                    inOrder(lab.a);
                }),
                new Scenario("reentry", lab -> inOrder(lab.a, lab.a)),
                new Scenario("reentry below another", lab -> inOrder(lab.a, lab.b, lab.a)),
                new Scenario("reentry of a shared holder", lab -> inOrder(lab.rw.shared(), lab.rw.shared())),
                new Scenario("from exclusive to shared", lab -> {
                    lab.rw.exclusive().lock();
                    lab.rw.shared().lock();
                    lab.rw.exclusive().unlock();
                    lab.rw.shared().unlock();
                }),
                new Scenario("parent before child", lab -> {
                    LockClass inode = LockClass.named("inode");
                    ValidatedLock parent = new ValidatedLock(inode);
                    ValidatedLock child = new ValidatedLock(inode);
                    for (int i = 0; i < 2; i++) {
                        parent.run(() -> {
                            child.lockNested(1);
                            child.unlockNested(1);
                        });
                    }
                }),
                new Scenario("hand over hand", lab -> {
                    lab.a.lock();
                    lab.b.lock();
                    lab.a.unlock();
                    lab.c.lock();
                    lab.b.unlock();
                    lab.c.unlock();
                    inOrder(lab.a, lab.b);
                }),
                new Scenario("recursive readers in both orders", lab -> {
                    LockClass one = LockClass.named("one");
                    LockClass two = LockClass.named("two");
                    shared(one, () -> shared(two, () -> {}));
                    shared(two, () -> shared(one, () -> {}));
                }),
                new Scenario("a recursive reader inside a, and a inside a reader", lab -> {
                    LockClass tree = LockClass.named("tree");
                    shared(tree, () -> inOrder(lab.a));
                    lab.a.run(() -> shared(tree, () -> {}));
                }),
                new Scenario("two classes of one name", lab -> {
                    ValidatedLock one = LockLab.lock("same");
                    ValidatedLock two = LockLab.lock("same");
                    inOrder(one, two);
                }));
    }

    private static List<Scenario> reclaim() {
        return List.of(
                new Scenario("let go before the allocation", lab -> {
                    lab.shrinkerThat(() -> inOrder(lab.a));
                    inOrder(lab.a);
                    lab.allocate();
                }),
                new Scenario("a filesystem lock in its NOFS scope", lab -> {
                    ScopedLock inode = noFsLock("inode");
                    lab.shrinkerThat(Needs.FILESYSTEM, () -> inode.run(() -> {}));
                    inode.run(lab::allocate);
                }),
                new Scenario("a device lock in its NOIO scope", lab -> {
                    ScopedLock device = new ScopedLock(LockClass.named("device"), ReclaimScope.noIo("device"));
                    lab.shrinkerThat(Needs.IO, () -> device.run(() -> {}));
                    device.run(lab::allocate);
                }),
                new Scenario(
                        "a shrinker allocates under the lock that it took",
                        lab -> lab.shrinkerThat(() -> lab.a.run(lab::allocate))),
                new Scenario("an attempt to allocate, which never reclaims", lab -> {
                    lab.shrinkerThat(() -> inOrder(lab.a));
                    lab.a.run(() -> lab.frames.free(lab.frames.tryAllocate(FolioOrder.PAGE), FolioOrder.PAGE));
                }),
                new Scenario("a shrinker that only tries the lock", lab -> {
                    lab.shrinkerThat(() -> {
                        assertThat(lab.a.tryLock()).isTrue();
                        lab.a.unlock();
                    });
                    lab.a.run(lab::allocate);
                }),
                new Scenario("a lock of the allocation that no shrinker takes", lab -> {
                    lab.shrinkerThat(() -> inOrder(lab.a));
                    lab.b.run(lab::allocate);
                }),
                new Scenario("an element of a reserve under the lock", lab -> {
                    ReservedFrames reserve = lab.frames.reserve("bios", FolioOrder.PAGE, 1);
                    lab.shrinkerThat(() -> inOrder(lab.a));
                    lab.a.run(() -> lab.frames.free(reserve.allocate(), FolioOrder.PAGE));
                }),
                new Scenario("MEMALLOC under the lock", lab -> {
                    lab.shrinkerThat(() -> inOrder(lab.a));
                    lab.a.run(() -> ReclaimScope.memAlloc("writeback").run(lab::allocate));
                }));
    }

    private static List<Scenario> queuesAndWaits() {
        return List.of(
                new Scenario("flush with nothing held", lab -> {
                    lab.queue.execute(() -> inOrder(lab.a));
                    lab.queue.flush();
                }),
                new Scenario("flush with a lock that no work takes", lab -> {
                    lab.queue.execute(() -> inOrder(lab.a));
                    lab.b.run(lab.queue::flush);
                }),
                new Scenario(
                        "the lock handed to the work, not awaited",
                        lab -> lab.a.run(() ->
                                assertThat(lab.queue.trySubmit(() -> true)).isPresent())),
                new Scenario("work that inherits NOFS, awaited under the lock", lab -> {
                    ScopedLock inode = noFsLock("inode");
                    lab.shrinkerThat(Needs.FILESYSTEM, () -> inode.run(() -> {}));
                    inode.run(() -> lab.queue.execute(lab::allocate).await());
                }),
                new Scenario("a NOFS scope waits for work under NOIO", lab -> {
                    ReclaimScope.noIo("device 3")
                            .run(() -> lab.queue.execute(lab::allocate).await());
                    ReclaimScope.noFs("transaction 17").run(lab.queue::flush);
                }),
                new Scenario("a shrinker waits for a flusher, which allocates", lab -> {
                    lab.flusher.execute(lab::allocate).await();
                    lab.shrinkerThat(lab.flusher::flush);
                }),
                new Scenario("one queue waits for the other", lab -> {
                    lab.queue.execute(lab.other::flush).await();
                    lab.other.execute(() -> inOrder(lab.a)).await();
                }),
                new Scenario("an event whose sender allocates in NOFS, awaited in NOFS", lab -> {
                    LockValidator.acquire(lab.event, AcquireMode.EXCLUSIVE, null);
                    ReclaimScope.noFs("fill").run(lab::allocate);
                    LockValidator.release(lab.event, null);
                    ReclaimScope.noFs("transaction 17").run(() -> ReclaimScope.mayWaitFor(lab.event));
                }),
                new Scenario("an event awaited without its sender's lock", lab -> {
                    LockValidator.acquire(lab.event, AcquireMode.EXCLUSIVE, null);
                    inOrder(lab.a);
                    LockValidator.release(lab.event, null);
                    lab.b.run(() -> LockValidator.mayWaitFor(lab.event));
                    inOrder(lab.b, lab.a);
                }));
    }

    private static void shared(LockClass lockClass, Runnable body) {
        LockValidator.acquire(lockClass, AcquireMode.SHARED_RECURSIVE, null);
        body.run();
        LockValidator.release(lockClass, null);
    }
}
