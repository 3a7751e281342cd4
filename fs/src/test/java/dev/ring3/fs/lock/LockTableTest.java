package dev.ring3.fs.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LockTableTest {
    private static final NodeId FILE = new NodeId(SubvolumeId.FIRST, new Ino(10));
    private static final NodeId OTHER = new NodeId(SubvolumeId.FIRST, new Ino(11));
    private static final Client MOUNT = new Client(Client.Origin.FUSE, 1);
    private static final Client REMOTE = new Client(Client.Origin.NFS, 1);
    private static final LockOwner A = new LockOwner(MOUNT, 1);
    private static final LockOwner B = new LockOwner(MOUNT, 2);
    private static final LockOwner C = new LockOwner(REMOTE, 1);
    private static final LockResult GRANTED = new LockResult.Granted();

    private final LockTable table = new LockTable();
    private final List<LockResult> heard = new ArrayList<>();

    @Test
    void tryLock_ofAFreeRange_isGranted() {
        assertThat(exclusive(A, 0, 9)).isEqualTo(GRANTED);
        assertThat(exclusive(B, 10, 19)).isEqualTo(GRANTED);
        assertThat(table.held(FILE, LockSpace.RANGE)).hasSize(2);
    }

    @Test
    void tryLock_acrossFrontEnds_conflicts() {
        exclusive(A, 0, 9);

        assertThat(shared(C, 9, 9)).isEqualTo(new LockResult.Conflict(lock(A, LockKind.EXCLUSIVE, 0, 9)));
    }

    @Test
    void tryLock_sharedBesideShared_isGranted() {
        shared(A, 0, 9);

        assertThat(shared(B, 5, 20)).isEqualTo(GRANTED);
        assertThat(exclusive(C, 20, 20)).isEqualTo(new LockResult.Conflict(lock(B, LockKind.SHARED, 5, 20)));
    }

    @Test
    void tryLock_ofAnotherFile_doesNotConflict() {
        exclusive(A, 0, 9);

        assertThat(table.tryLock(OTHER, LockSpace.RANGE, request(B, LockKind.EXCLUSIVE, 0, 9)))
                .isEqualTo(GRANTED);
    }

    @Test
    void tryLock_overOnesOwnOfTheOtherKind_replacesTheMiddle() {
        exclusive(A, 0, 99);
        shared(A, 40, 59);

        assertThat(table.held(FILE, LockSpace.RANGE))
                .containsExactlyInAnyOrder(
                        lock(A, LockKind.EXCLUSIVE, 0, 39),
                        lock(A, LockKind.SHARED, 40, 59),
                        lock(A, LockKind.EXCLUSIVE, 60, 99));
    }

    @Test
    void tryLock_besideOnesOwnOfTheSameKind_becomesOne() {
        exclusive(A, 0, 9);
        exclusive(A, 20, 29);
        exclusive(A, 10, 19);

        assertThat(table.held(FILE, LockSpace.RANGE)).containsExactly(lock(A, LockKind.EXCLUSIVE, 0, 29));
    }

    @Test
    void tryLock_toTheEnd_coversTheLastByteThereCanBe() {
        exclusive(A, 5, ByteRange.TO_THE_END);

        assertThat(shared(B, ByteRange.TO_THE_END, ByteRange.TO_THE_END)).isInstanceOf(LockResult.Conflict.class);
        assertThat(shared(B, 0, 4)).isEqualTo(GRANTED);
    }

    @Test
    void unlock_ofTheMiddle_leavesBothEnds() {
        exclusive(A, 0, 99);
        unlock(A, 40, 59);

        assertThat(table.held(FILE, LockSpace.RANGE))
                .containsExactlyInAnyOrder(lock(A, LockKind.EXCLUSIVE, 0, 39), lock(A, LockKind.EXCLUSIVE, 60, 99));
    }

    @Test
    void test_namesTheLockInTheWay_andTakesNothing() {
        exclusive(A, 0, 9);

        assertThat(table.test(FILE, LockSpace.RANGE, request(B, LockKind.SHARED, 5, 5)))
                .isEqualTo(lock(A, LockKind.EXCLUSIVE, 0, 9));
        assertThat(table.test(FILE, LockSpace.RANGE, request(B, LockKind.SHARED, 10, 10)))
                .isNull();
        assertThat(table.held(FILE, LockSpace.RANGE)).hasSize(1);
    }

    @Test
    void lock_ofATakenRange_isGrantedWhenTheLastConflictGoes() {
        shared(A, 0, 9);
        shared(B, 5, 5);
        waitFor(C, LockKind.EXCLUSIVE, 0, 9);

        unlock(A, 0, 9);
        assertThat(heard).isEmpty();
        unlock(B, 5, 5);
        assertThat(heard).containsExactly(GRANTED);
        assertThat(table.held(FILE, LockSpace.RANGE)).containsExactly(lock(C, LockKind.EXCLUSIVE, 0, 9));
    }

    @Test
    void lock_afterADowngrade_isGranted() {
        exclusive(A, 0, 9);
        waitFor(B, LockKind.SHARED, 0, 9);

        shared(A, 0, 9);

        assertThat(heard).containsExactly(GRANTED);
    }

    @Test
    void lock_ofWaiters_isGrantedInOrderOfArrival() {
        exclusive(A, 0, 9);
        List<String> order = new ArrayList<>();
        table.lock(FILE, LockSpace.RANGE, request(B, LockKind.EXCLUSIVE, 0, 9), _ -> order.add("B"));
        table.lock(FILE, LockSpace.RANGE, request(C, LockKind.EXCLUSIVE, 0, 9), _ -> order.add("C"));

        unlock(A, 0, 9);
        assertThat(order).containsExactly("B");
        unlock(B, 0, 9);
        assertThat(order).containsExactly("B", "C");
    }

    @Test
    void tryLock_ofWhatAStandInHolds_goesBeforeThoseWhoWait() {
        LockOwner standIn = new LockOwner(REMOTE, 2);
        exclusive(standIn, 0, 9);
        table.lock(FILE, LockSpace.RANGE, request(A, LockKind.EXCLUSIVE, 0, 9), heard::add);
        table.lock(FILE, LockSpace.RANGE, request(B, LockKind.EXCLUSIVE, 5, 9), heard::add);

        LockResult result = table.tryLock(
                FILE, LockSpace.RANGE, request(C, LockKind.EXCLUSIVE, 0, 4), standIn, new ByteRange(0, 9));

        assertThat(result).isEqualTo(GRANTED);
        assertThat(heard).containsExactly(GRANTED);
        assertThat(table.held(FILE, LockSpace.RANGE))
                .containsExactlyInAnyOrder(lock(C, LockKind.EXCLUSIVE, 0, 4), lock(B, LockKind.EXCLUSIVE, 5, 9));
    }

    @Test
    void lock_thatClosesACircleOverFiles_isRefused() {
        exclusive(A, 0, 9);
        table.tryLock(OTHER, LockSpace.RANGE, request(B, LockKind.EXCLUSIVE, 0, 9));
        table.lock(OTHER, LockSpace.RANGE, request(A, LockKind.EXCLUSIVE, 3, 3), heard::add);

        waitFor(B, LockKind.SHARED, 0, 0);

        assertThat(heard).containsExactly(new LockResult.Deadlock());
    }

    @Test
    void lock_thatClosesACircleOfThree_isRefused() {
        exclusive(A, 0, 0);
        exclusive(B, 1, 1);
        exclusive(C, 2, 2);
        waitFor(A, LockKind.EXCLUSIVE, 1, 1);
        waitFor(B, LockKind.EXCLUSIVE, 2, 2);
        assertThat(heard).isEmpty();

        waitFor(C, LockKind.EXCLUSIVE, 0, 0);

        assertThat(heard).containsExactly(new LockResult.Deadlock());
    }

    @Test
    void lock_inAChainWithoutACircle_waits() {
        exclusive(A, 0, 0);
        exclusive(B, 1, 1);
        waitFor(B, LockKind.EXCLUSIVE, 0, 0);
        waitFor(C, LockKind.EXCLUSIVE, 1, 1);
        assertThat(heard).isEmpty();

        unlock(A, 0, 0);
        unlock(B, 0, 1);

        assertThat(heard).containsExactly(GRANTED, GRANTED);
    }

    @Test
    void cancel_ofAWaitingRequest_isHeardOnce_andTheLockGoesToNobody() {
        exclusive(A, 0, 9);
        PendingLock pending = waitFor(B, LockKind.EXCLUSIVE, 0, 9);

        assertThat(pending.cancel()).isTrue();
        assertThat(pending.cancel()).isFalse();
        unlock(A, 0, 9);

        assertThat(heard).containsExactly(new LockResult.Cancelled());
        assertThat(table.held(FILE, LockSpace.RANGE)).isEmpty();
    }

    @Test
    void release_ofAnOwner_freesItsLocksAndItsWaits() {
        exclusive(A, 0, 9);
        shared(B, 20, 29);
        waitFor(B, LockKind.SHARED, 0, 0);
        List<LockResult> ofC = new ArrayList<>();
        table.lock(FILE, LockSpace.RANGE, request(C, LockKind.EXCLUSIVE, 20, 20), ofC::add);

        table.release(FILE, B);

        assertThat(heard).containsExactly(new LockResult.Cancelled());
        assertThat(ofC).containsExactly(GRANTED);
    }

    @Test
    void releaseClient_freesAllItsOwners_onAllFiles() {
        exclusive(A, 0, 9);
        table.tryLock(OTHER, LockSpace.FLOCK, request(B, LockKind.EXCLUSIVE, ByteRange.ALL));
        exclusive(C, 10, 19);

        table.releaseClient(MOUNT);

        assertThat(table.all(LockSpace.RANGE)).containsOnlyKeys(FILE);
        assertThat(table.held(FILE, LockSpace.RANGE)).containsExactly(lock(C, LockKind.EXCLUSIVE, 10, 19));
        assertThat(table.all(LockSpace.FLOCK)).isEmpty();
    }

    @Test
    void flock_isNotSeenByRanges() {
        assertThat(flock(A, LockKind.EXCLUSIVE)).isEqualTo(GRANTED);
        assertThat(exclusive(B, 0, ByteRange.TO_THE_END)).isEqualTo(GRANTED);
        assertThat(flock(B, LockKind.SHARED)).isInstanceOf(LockResult.Conflict.class);
    }

    @Test
    void flock_changedWhileOthersShare_losesTheOldLock() {
        flock(A, LockKind.SHARED);
        flock(B, LockKind.SHARED);

        assertThat(flock(A, LockKind.EXCLUSIVE)).isInstanceOf(LockResult.Conflict.class);
        assertThat(table.held(FILE, LockSpace.FLOCK))
                .containsExactly(new HeldLock(B, LockKind.SHARED, ByteRange.ALL, 7));
    }

    @Test
    void flock_ofAPart_isACallersMistake() {
        assertThatThrownBy(() -> table.tryLock(FILE, LockSpace.FLOCK, request(A, LockKind.SHARED, 0, 9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("flock of [0, 9]: only of the whole file");
    }

    @Test
    void tryLock_beyondTheLimitOfAClient_isRefused() {
        LockTable small = new LockTable(2);
        small.tryLock(FILE, LockSpace.RANGE, request(A, LockKind.SHARED, 0, 0));
        small.tryLock(FILE, LockSpace.RANGE, request(B, LockKind.SHARED, 5, 5));

        assertThat(small.tryLock(FILE, LockSpace.RANGE, request(A, LockKind.SHARED, 9, 9)))
                .isEqualTo(new LockResult.TooMany(2));
        assertThat(small.tryLock(FILE, LockSpace.RANGE, request(C, LockKind.SHARED, 9, 9)))
                .isEqualTo(GRANTED);

        small.unlock(FILE, LockSpace.RANGE, A, ByteRange.ALL);
        assertThat(small.tryLock(FILE, LockSpace.RANGE, request(B, LockKind.SHARED, 9, 9)))
                .isEqualTo(GRANTED);
    }

    @Test
    void grace_letsOnlyReclaimsPass_andEndsForThoseWhoWait() {
        table.setGrace(true);
        LockRequest reclaim = new LockRequest(C, LockKind.EXCLUSIVE, new ByteRange(0, 9), 7, true);

        assertThat(exclusive(A, 50, 59)).isEqualTo(new LockResult.InGrace());
        waitFor(A, LockKind.EXCLUSIVE, 50, 59);
        waitFor(B, LockKind.EXCLUSIVE, 0, 0);
        assertThat(table.tryLock(FILE, LockSpace.RANGE, reclaim)).isEqualTo(GRANTED);
        assertThat(heard).isEmpty();

        table.setGrace(false);
        assertThat(heard).containsExactly(GRANTED);
        assertThat(table.tryLock(FILE, LockSpace.RANGE, reclaim)).isEqualTo(new LockResult.NoGrace());
        unlock(C, 0, 9);
        assertThat(heard).containsExactly(GRANTED, GRANTED);
    }

    /** Against an array that says for every byte who holds it how. */
    @Test
    void randomLocksAndUnlocks_areThoseOfAModel() {
        long seed = Long.getLong("ring3.seed", System.nanoTime());
        System.out.println("replay: ./check fast -pl fs -Dtest=LockTableTest -Dring3.seed=" + seed);
        Random random = new Random(seed);
        LockOwner[] owners = {A, B, C};
        LockKind[][] model = new LockKind[owners.length][32];
        for (int step = 0; step < 20_000; step++) {
            int who = random.nextInt(owners.length);
            int first = random.nextInt(32);
            int last = first + random.nextInt(32 - first);
            if (random.nextInt(3) == 0) {
                unlock(owners[who], first, last);
                Arrays.fill(model[who], first, last + 1, null);
            } else {
                LockKind kind = LockKind.values()[random.nextInt(2)];
                boolean free = isFree(model, who, kind, first, last);
                LockResult result = table.tryLock(FILE, LockSpace.RANGE, request(owners[who], kind, first, last));
                assertThat(result instanceof LockResult.Granted)
                        .as("step %d", step)
                        .isEqualTo(free);
                if (free) {
                    Arrays.fill(model[who], first, last + 1, kind);
                }
            }
            assertThat(table.held(FILE, LockSpace.RANGE))
                    .as("step %d", step)
                    .containsExactlyInAnyOrderElementsOf(runs(owners, model));
        }
    }

    private static boolean isFree(LockKind[][] model, int who, LockKind kind, int first, int last) {
        for (int other = 0; other < model.length; other++) {
            for (int at = first; at <= last; at++) {
                LockKind held = other == who ? null : model[other][at];
                if (held == LockKind.EXCLUSIVE || (held != null && kind == LockKind.EXCLUSIVE)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static List<HeldLock> runs(LockOwner[] owners, LockKind[][] model) {
        List<HeldLock> runs = new ArrayList<>();
        for (int who = 0; who < owners.length; who++) {
            for (int at = 0, end; at < model[who].length; at = end) {
                for (end = at + 1; end < model[who].length && model[who][end] == model[who][at]; ) {
                    end++;
                }
                if (model[who][at] != null) {
                    runs.add(lock(owners[who], model[who][at], at, end - 1));
                }
            }
        }
        return runs;
    }

    private LockResult exclusive(LockOwner owner, long first, long last) {
        return table.tryLock(FILE, LockSpace.RANGE, request(owner, LockKind.EXCLUSIVE, first, last));
    }

    private LockResult shared(LockOwner owner, long first, long last) {
        return table.tryLock(FILE, LockSpace.RANGE, request(owner, LockKind.SHARED, first, last));
    }

    private LockResult flock(LockOwner owner, LockKind kind) {
        return table.tryLock(FILE, LockSpace.FLOCK, request(owner, kind, ByteRange.ALL));
    }

    private PendingLock waitFor(LockOwner owner, LockKind kind, long first, long last) {
        return table.lock(FILE, LockSpace.RANGE, request(owner, kind, first, last), heard::add);
    }

    private void unlock(LockOwner owner, long first, long last) {
        table.unlock(FILE, LockSpace.RANGE, owner, new ByteRange(first, last));
    }

    private static LockRequest request(LockOwner owner, LockKind kind, long first, long last) {
        return request(owner, kind, new ByteRange(first, last));
    }

    private static LockRequest request(LockOwner owner, LockKind kind, ByteRange range) {
        return LockRequest.of(owner, kind, range, 7);
    }

    private static HeldLock lock(LockOwner owner, LockKind kind, long first, long last) {
        return new HeldLock(owner, kind, new ByteRange(first, last), 7);
    }
}
