package dev.ring3.fs.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import dev.ring3.mm.lock.PotentialDeadlockException;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults on purpose in the order of locks: each is found, on one thread, and nothing else is. */
@SuppressWarnings("LockNotBeforeTry") // how locks are taken is what is tried here
class FsLocksTest {
    private final LockClass first = LockClass.named("first");
    private final LockClass second = LockClass.named("second");
    private LockValidator.Trial trial;

    @BeforeEach
    void begin() {
        assumeTrue(LockValidator.ENABLED, "locks are not validated in this JVM");
        trial = LockValidator.trial();
    }

    @AfterEach
    void end() {
        if (trial != null) {
            trial.close();
            LockValidator.requireNothingHeld("the end of a test");
        }
    }

    private static void nested(Lock outer, Lock inner) {
        outer.lock();
        try {
            inner.lock();
            inner.unlock();
        } finally {
            outer.unlock();
        }
    }

    @Test
    void classes_takenInOneOrderAndInTheOther_areFound() {
        ReentrantReadWriteLock inode = FsLocks.readWriteLock(first, 1);
        Lock record = FsLocks.lock(second);

        nested(inode.writeLock(), record);
        nested(inode.readLock(), record);

        assertThatThrownBy(() -> nested(record, inode.readLock())).isInstanceOf(PotentialDeadlockException.class);
    }

    @Test
    void locksOfAClass_againstTheirRanks_areFound() {
        Lock low = FsLocks.readWriteLock(first, 1).writeLock();
        Lock high = FsLocks.readWriteLock(first, 2).readLock();

        nested(low, high);

        assertThatThrownBy(() -> nested(high, low))
                .isInstanceOf(LockOrderException.class)
                .hasMessage("first of 1 is taken while first of 2 is held, which does not come before it");
    }

    @Test
    void locksOfAClassWithoutRanks_twoAtOnce_areFound() {
        assertThatThrownBy(() -> nested(FsLocks.lock(first), FsLocks.lock(first)))
                .isInstanceOf(LockOrderException.class);
    }

    @Test
    void guardedLocks_inAnyOrderUnderTheirGuard_areFine_andWithoutItFound() {
        Lock guard = FsLocks.lock(second);
        Lock one = FsLocks.lockGuardedBy(second, first);
        Lock other = FsLocks.lockGuardedBy(second, first);
        guard.lock();
        nested(one, other);
        nested(other, one);
        guard.unlock();

        assertThatThrownBy(() -> nested(one, other)).isInstanceOf(LockOrderException.class);
    }

    @Test
    void manyLocksOfAClass_againAndByTry_areFine() {
        List<ReentrantReadWriteLock> all = IntStream.range(0, 3 * LockClass.NESTING_MAX)
                .mapToObj(rank -> FsLocks.readWriteLock(first, rank))
                .toList();
        assertThatCode(() -> {
                    all.forEach(each -> each.writeLock().lock());
                    all.forEach(each -> each.readLock().lock());
                    all.forEach(each -> each.readLock().unlock());
                    all.forEach(each -> each.writeLock().unlock());
                    all.getLast().writeLock().lock();
                    assertThat(all.getFirst().writeLock().tryLock()).isTrue();
                    all.getFirst().writeLock().unlock();
                    all.getLast().writeLock().unlock();
                })
                .doesNotThrowAnyException();
    }

    @Test
    void sharedHolder_thatWantsAll_isFound() {
        ReentrantReadWriteLock lock = FsLocks.readWriteLock(first, 1);
        lock.readLock().lock();
        try {
            assertThatThrownBy(() -> lock.writeLock().lock()).isInstanceOf(PotentialDeadlockException.class);
        } finally {
            lock.readLock().unlock();
        }
    }
}
