package dev.ring3.mm.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LockValidatorTest {
    private final LockValidator.Trial trial = LockValidator.trial();
    private final LockClass inode = LockClass.named("inode");

    @AfterEach
    void tearDown() {
        LockValidator.requireNothingHeld("the end of a test");
        trial.close();
    }

    @Test
    void release_notHeld_isRefused() {
        assertThatThrownBy(() -> LockValidator.release(inode, null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("inode is released and not held; held: []");
    }

    @Test
    void requireNothingHeld_lockHeld_namesItAndForgets() {
        LockValidator.acquire(inode, AcquireMode.EXCLUSIVE, null);
        assertThatThrownBy(() -> LockValidator.requireNothingHeld("the end of a request"))
                .hasMessage("locks held at the end of a request: [inode (EXCLUSIVE)]");
        LockValidator.requireNothingHeld("the end of a request");
    }

    @Test
    void acquire_neverReleased_isFoundAtSomeDepth() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i <= HeldLocks.DEPTH_MAX; i++) {
                        LockValidator.acquire(LockClass.named("lock " + i), AcquireMode.EXCLUSIVE, null);
                    }
                })
                .hasMessageContaining("48 locks held");
        assertThatThrownBy(() -> LockValidator.requireNothingHeld("")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void acquire_thatIsReported_holdsNothingAndReportsTheSameOnce() {
        ValidatedLock a = new ValidatedLock(LockClass.named("a"));
        ValidatedLock b = new ValidatedLock(LockClass.named("b"));
        a.run(() -> b.run(() -> {}));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> b.run(() -> a.run(() -> {}))).isInstanceOf(PotentialDeadlockException.class);
        }
        assertThat(LockValidator.reports()).hasSize(1);
        assertThat(trial.edgeCount()).isEqualTo(1);
        assertThat(a.tryLock()).isTrue();
        a.unlock();
    }

    @Test
    void trial_closed_bringsBackWhatWasLearnt() {
        LockClass other = LockClass.named("other");
        LockValidator.declareOrder(inode, other);
        try (LockValidator.Trial inner = LockValidator.trial()) {
            LockValidator.declareOrder(other, inode);
            assertThat(inner.edgeCount()).isEqualTo(1);
        }
        assertThatThrownBy(() -> LockValidator.declareOrder(other, inode))
                .isInstanceOf(PotentialDeadlockException.class);
    }

    @Test
    void classes_many_areToldApart() {
        List<LockClass> classes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            classes.add(LockClass.named("class " + i));
        }
        for (int i = 1; i < classes.size(); i++) {
            LockValidator.declareOrder(classes.get(i - 1), classes.get(i));
        }
        assertThatThrownBy(() -> LockValidator.declareOrder(classes.getLast(), classes.getFirst()))
                .isInstanceOfSatisfying(
                        PotentialDeadlockException.class,
                        e -> assertThat(e.report().steps()).hasSize(200));
    }

    @Test
    void nested_levels_areClassesOfTheirOwnAndStayTheSame() {
        assertThat(inode.nested(0)).isSameAs(inode);
        assertThat(inode.nested(2)).isSameAs(inode.nested(2)).hasToString("inode/2");
        assertThatThrownBy(() -> inode.nested(LockClass.NESTING_MAX)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void strongPaths_recursiveReaders_blockOnlyWriters() {
        LockClass tree = LockClass.named("tree");
        LockClass leaf = LockClass.named("leaf");
        in(tree, AcquireMode.SHARED_RECURSIVE, () -> in(leaf, AcquireMode.EXCLUSIVE, () -> {}));
        in(leaf, AcquireMode.EXCLUSIVE, () -> in(tree, AcquireMode.SHARED_RECURSIVE, () -> {}));
        assertThatThrownBy(() -> in(leaf, AcquireMode.EXCLUSIVE, () -> in(tree, AcquireMode.EXCLUSIVE, () -> {})))
                .isInstanceOf(PotentialDeadlockException.class);
    }

    /** A third class between two readers: the outer holder waits for it, though no path leads through the reader. */
    @Test
    void readerInTheMiddle_outerLockIsOrderedBeforeTheInner() {
        LockClass outer = LockClass.named("outer");
        LockClass reader = LockClass.named("reader");
        LockClass inner = LockClass.named("inner");
        in(
                outer,
                AcquireMode.EXCLUSIVE,
                () -> in(reader, AcquireMode.SHARED_RECURSIVE, () -> in(inner, AcquireMode.EXCLUSIVE, () -> {})));
        assertThatThrownBy(() -> in(inner, AcquireMode.EXCLUSIVE, () -> in(outer, AcquireMode.EXCLUSIVE, () -> {})))
                .isInstanceOf(PotentialDeadlockException.class);
    }

    private static void in(LockClass lockClass, AcquireMode mode, Runnable body) {
        LockValidator.acquire(lockClass, mode, null);
        try {
            body.run();
        } finally {
            LockValidator.release(lockClass, null);
        }
    }
}
