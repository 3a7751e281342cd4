package dev.ring3.mm;

import static dev.ring3.mm.LockLab.inAnotherThread;
import static dev.ring3.mm.LockLab.inOrder;
import static dev.ring3.mm.LockLab.lock;
import static dev.ring3.mm.LockLab.noFsLock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.mm.LockLab.Needs;
import dev.ring3.mm.LockLab.Scenario;
import dev.ring3.mm.lock.AcquireMode;
import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import dev.ring3.mm.lock.PotentialDeadlock;
import dev.ring3.mm.lock.ScopedLock;
import dev.ring3.mm.lock.ValidatedLock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that can deadlock but do not when run once, one path after the other: each has to be reported. */
class SeededDeadlocksTest {
    static Stream<Scenario> seeds() {
        return Stream.of(direct(), throughShrinkers(), throughQueues(), throughWaits())
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void seed_oneHarmlessRun_isReported(Scenario seed) {
        assertThat(LockLab.reportsOf(seed)).as(seed.name()).hasSize(1);
    }

    @Test
    void seeds_areAtLeastTwenty() {
        assertThat(seeds()).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void report_cycleOfThree_hasEveryStepWithItsTrace() {
        List<PotentialDeadlock> reports = LockLab.reportsOf(new Scenario("abc", lab -> {
            inOrder(lab.a, lab.b);
            inAnotherThread(() -> inOrder(lab.b, lab.c));
            inOrder(lab.c, lab.a);
        }));
        PotentialDeadlock report = reports.getFirst();
        assertThat(report.steps())
                .extracting(PotentialDeadlock.Step::held)
                .containsExactly("c (EXCLUSIVE)", "a (EXCLUSIVE)", "b (EXCLUSIVE)");
        assertThat(report.steps())
                .extracting(PotentialDeadlock.Step::taken)
                .containsExactly("a (EXCLUSIVE)", "b (EXCLUSIVE)", "c (EXCLUSIVE)");
        assertThat(report.steps())
                .allSatisfy(step -> assertThat(step.trace())
                        .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("inOrder")));
        assertThat(report.steps().get(2).thread())
                .isNotEqualTo(report.steps().get(0).thread());
        assertThat(report.toText())
                .startsWith("potential deadlock: a (EXCLUSIVE) is taken while c (EXCLUSIVE) is held, by thread ")
                .contains("\nbut elsewhere: b (EXCLUSIVE) is taken while a (EXCLUSIVE) is held");
    }

    private static List<Scenario> direct() {
        return List.of(
                new Scenario("a b, b a", lab -> {
                    inOrder(lab.a, lab.b);
                    inOrder(lab.b, lab.a);
                }),
                new Scenario("a b, b c, c a", lab -> {
                    inOrder(lab.a, lab.b);
                    inOrder(lab.b, lab.c);
                    inOrder(lab.c, lab.a);
                }),
                new Scenario("in threads that never meet", lab -> {
                    inAnotherThread(() -> inOrder(lab.a, lab.b));
                    inAnotherThread(() -> inOrder(lab.b, lab.a));
                }),
                new Scenario("two locks of one class", lab -> {
                    LockClass inode = LockClass.named("inode");
                    inOrder(new ValidatedLock(inode), new ValidatedLock(inode));
                }),
                new Scenario("a shared holder wants all", lab -> inOrder(lab.rw.shared(), lab.rw.exclusive())),
                new Scenario("shared then a, a then exclusive", lab -> {
                    inOrder(lab.rw.shared(), lab.a);
                    inOrder(lab.a, lab.rw.exclusive());
                }),
                new Scenario("shared then a, a then shared: a writer may wait in between", lab -> {
                    inOrder(lab.rw.shared(), lab.a);
                    inOrder(lab.a, lab.rw.shared());
                }),
                new Scenario("recursive shared then a, a then exclusive", lab -> {
                    LockClass tree = LockClass.named("tree");
                    LockValidator.acquire(tree, AcquireMode.SHARED_RECURSIVE, null);
                    inOrder(lab.a);
                    LockValidator.release(tree, null);
                    lab.a.run(() -> LockValidator.mayWaitFor(tree));
                }),
                new Scenario("child before parent", lab -> {
                    LockClass inode = LockClass.named("inode");
                    ValidatedLock parent = new ValidatedLock(inode);
                    ValidatedLock child = new ValidatedLock(inode);
                    parent.run(() -> {
                        child.lockNested(1);
                        child.unlockNested(1);
                    });
                    child.lockNested(1);
                    try {
                        parent.run(() -> {});
                    } finally {
                        child.unlockNested(1);
                    }
                }),
                new Scenario("b is wanted while a, got by a try, is held", lab -> {
                    assertThat(lab.a.tryLock()).isTrue();
                    inOrder(lab.b);
                    lab.a.unlock();
                    inOrder(lab.b, lab.a);
                }),
                new Scenario("reentry hides nothing", lab -> {
                    inOrder(lab.a, lab.b, lab.a, lab.c);
                    inOrder(lab.c, lab.b);
                }),
                new Scenario("scoped locks", lab -> {
                    ScopedLock one = noFsLock("one");
                    ScopedLock two = noFsLock("two");
                    one.run(() -> two.run(() -> {}));
                    two.run(() -> one.run(() -> {}));
                }));
    }

    private static List<Scenario> throughShrinkers() {
        return List.of(
                new Scenario("held at an allocation, taken by a shrinker", lab -> {
                    lab.shrinkerThat(() -> inOrder(lab.a));
                    lab.a.run(lab::allocate);
                }),
                new Scenario("the allocation seen before the shrinker", lab -> {
                    lab.a.run(lab::allocate);
                    lab.shrinkerThat(() -> inOrder(lab.a));
                }),
                new Scenario("a filesystem lock without a scope", lab -> {
                    lab.shrinkerThat(Needs.FILESYSTEM, () -> inOrder(lab.a));
                    lab.a.run(lab::allocate);
                }),
                new Scenario("a NOFS scope, and a shrinker that does not say it needs the filesystem", lab -> {
                    ScopedLock inode = noFsLock("inode");
                    lab.shrinkerThat(() -> inode.run(() -> {}));
                    inode.run(lab::allocate);
                }),
                new Scenario("NOFS where NOIO was needed", lab -> {
                    ScopedLock device = noFsLock("device");
                    lab.shrinkerThat(Needs.IO, () -> device.run(() -> {}));
                    device.run(lab::allocate);
                }),
                new Scenario("by way of a second lock of the allocation", lab -> {
                    inOrder(lab.a, lab.b);
                    lab.b.run(lab::allocate);
                    lab.shrinkerThat(() -> inOrder(lab.a));
                }),
                new Scenario("by way of a second lock of the shrinker", lab -> {
                    lab.shrinkerThat(() -> inOrder(lab.b));
                    inOrder(lab.b, lab.a);
                    lab.a.run(lab::allocate);
                }),
                new Scenario("reclaim asked for with a lock held", lab -> {
                    lab.shrinkerThat(() -> inOrder(lab.a));
                    lab.a.run(() -> lab.frames.reclaim(1));
                }),
                new Scenario("a reserve made with a lock held", lab -> {
                    lab.shrinkerThat(() -> inOrder(lab.a));
                    lab.a.run(() -> lab.frames.reserve("late", FolioOrder.PAGE, 1));
                }));
    }

    private static List<Scenario> throughQueues() {
        return List.of(
                new Scenario("flush with a lock that the work takes", lab -> {
                    lab.queue.execute(() -> inOrder(lab.a)).await();
                    lab.a.run(lab.queue::flush);
                }),
                new Scenario("await with a lock that the work takes", lab -> {
                    WorkItem<Boolean> item = lab.queue.execute(() -> inOrder(lab.a));
                    lab.queue.flush();
                    lab.a.run(item::await);
                }),
                new Scenario("close with a lock that the work takes", lab -> {
                    lab.queue.execute(() -> inOrder(lab.a)).await();
                    lab.a.run(lab.queue::close);
                }),
                new Scenario("submit, which waits when full, with a lock that the work takes", lab -> {
                    lab.queue.execute(() -> inOrder(lab.a)).await();
                    lab.a.run(() -> lab.queue.execute(() -> {}));
                }),
                new Scenario(
                        "work flushes its own queue",
                        lab -> lab.queue.execute(lab.queue::flush).await()),
                new Scenario("two queues wait for each other", lab -> {
                    lab.queue.execute(lab.other::flush).await();
                    lab.other.execute(lab.queue::flush).await();
                }),
                new Scenario("work allocates, a shrinker takes what its waiter holds", lab -> {
                    lab.shrinkerThat(Needs.FILESYSTEM, () -> inOrder(lab.a));
                    lab.queue.execute(lab::allocate).await();
                    lab.a.run(lab.queue::flush);
                }),
                new Scenario("a NOFS scope waits for work that was submitted without", lab -> {
                    lab.queue.execute(lab::allocate).await();
                    ReclaimScope.noFs("transaction 17").run(lab.queue::flush);
                }),
                new Scenario("a NOIO scope waits for work under NOFS", lab -> {
                    ReclaimScope.noFs("transaction 17")
                            .run(() -> lab.queue.execute(lab::allocate).await());
                    ReclaimScope.noIo("device 3").run(lab.queue::flush);
                }),
                new Scenario("a shrinker waits for work that allocates", lab -> {
                    lab.queue.execute(lab::allocate).await();
                    lab.shrinkerThat(lab.queue::flush);
                }));
    }

    private static List<Scenario> throughWaits() {
        return List.of(
                new Scenario("an event awaited with a lock that its sender takes", lab -> {
                    LockValidator.acquire(lab.event, AcquireMode.EXCLUSIVE, null);
                    inOrder(lab.a);
                    LockValidator.release(lab.event, null);
                    lab.a.run(() -> LockValidator.mayWaitFor(lab.event));
                }),
                new Scenario("the same seen the other way round", lab -> {
                    lab.a.run(() -> LockValidator.mayWaitFor(lab.event));
                    LockValidator.acquire(lab.event, AcquireMode.EXCLUSIVE, null);
                    try {
                        inOrder(lab.a);
                    } finally {
                        LockValidator.release(lab.event, null);
                    }
                }),
                new Scenario("an event that is sent after an allocation, awaited by a shrinker", lab -> {
                    LockValidator.acquire(lab.event, AcquireMode.EXCLUSIVE, null);
                    lab.allocate();
                    LockValidator.release(lab.event, null);
                    lab.shrinkerThat(() -> LockValidator.mayWaitFor(lab.event));
                }),
                new Scenario("an event that is sent after an allocation, awaited in NOFS", lab -> {
                    LockValidator.acquire(lab.event, AcquireMode.EXCLUSIVE, null);
                    lab.allocate();
                    LockValidator.release(lab.event, null);
                    ReclaimScope.noFs("transaction 17").run(() -> ReclaimScope.mayWaitFor(lab.event));
                }),
                new Scenario("an event between a queue and a lock", lab -> {
                    ValidatedLock journal = lock("journal");
                    lab.queue.execute(() -> LockValidator.mayWaitFor(lab.event)).await();
                    LockValidator.acquire(lab.event, AcquireMode.EXCLUSIVE, null);
                    inOrder(journal);
                    LockValidator.release(lab.event, null);
                    journal.run(lab.queue::flush);
                }));
    }
}
