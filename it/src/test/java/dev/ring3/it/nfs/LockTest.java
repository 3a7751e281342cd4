package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.nfs.Ops.Range;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LOCK, LOCKT, LOCKU (RFC 8881, 18.10 to 18.12 and 9). */
class LockTest extends NfsSuite {
    private static final Range ALL = new Range(0, -1);
    private Opened file;

    @BeforeEach
    void openFile() {
        file = newFile("locked");
    }

    private Reply lock(Opened on, boolean exclusive, Range range, String owner) {
        return on.call(
                Ops.lockFirst(exclusive, range, 0, on.stateId(), 0, on.session().owner(owner)));
    }

    private Reply test(boolean exclusive, Range range, String owner) {
        return file.call(Ops.lockTest(exclusive, range, session.owner(owner)));
    }

    @Test
    void lock_isSeenByOthersOnly() {
        lock(file, true, new Range(10, 10), "a").ok();
        Reply denied = test(true, new Range(0, 11), "b");
        assertStatus(denied, NfsStatus.DENIED);
        Result.Denied conflict = denied.get(Result.Denied.class);
        assertThat(conflict.offset()).isEqualTo(10);
        assertThat(conflict.length()).isEqualTo(10);
        assertThat(conflict.type()).isEqualTo(2);
        assertThat(conflict.owner().bytes()).isEqualTo(Opaque.of("a"));
        assertThat(conflict.owner().clientId()).isEqualTo(session.clientId);
        test(true, ALL, "a").ok();
        test(true, new Range(0, 10), "b").ok();
        test(true, new Range(20, -1), "b").ok();
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void readLocks_areShared(boolean first, boolean second) {
        lock(file, first, ALL, "a").ok();
        Reply reply = lock(file, second, ALL, "b");
        assertStatus(reply, first || second ? NfsStatus.DENIED : NfsStatus.OK);
        assertStatus(test(second, ALL, "c"), first || second ? NfsStatus.DENIED : NfsStatus.OK);
    }

    @Test
    void lock_betweenClients_conflicts() throws Exception {
        Session other = newClient().newSession();
        Opened theirs = open(
                other,
                Open.by(other.owner("o"))
                        .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                        .name("locked"));
        StateId lock = lock(file, true, new Range(0, 100), "a").stateId();
        assertStatus(lock(theirs, false, new Range(99, 1), "a"), NfsStatus.DENIED);
        file.call(Ops.unlock(new Range(0, 100), lock, 0)).ok();
        lock(theirs, false, new Range(99, 1), "a").ok();
    }

    @Test
    void moreLocks_moveTheSameState() {
        StateId first = lock(file, true, new Range(0, 10), "a").stateId();
        assertThat(first.seqid()).isEqualTo(1);
        StateId second =
                file.call(Ops.lockMore(true, new Range(20, 10), first, 0)).stateId();
        assertThat(second.other()).isEqualTo(first.other());
        assertThat(second.seqid()).isEqualTo(2);
        assertStatus(file.call(Ops.lockMore(true, new Range(40, 10), first, 0)), NfsStatus.OLD_STATEID);
        assertStatus(file.call(Ops.lockMore(true, new Range(40, 10), second.withSeqid(9), 0)), NfsStatus.BAD_STATEID);
        assertStatus(
                file.call(Ops.lockMore(true, new Range(40, 10), second.forged(), 0)),
                NfsStatus.BAD_STATEID,
                NfsStatus.STALE_STATEID);
        StateId third =
                file.call(Ops.unlock(new Range(0, 10), second.withSeqid(0), 0)).stateId();
        assertThat(third.seqid()).isEqualTo(3);
        test(true, new Range(0, 10), "b").ok();
        assertStatus(test(true, new Range(20, 10), "b"), NfsStatus.DENIED);
    }

    /** The lock owner is known by its open, so that "new" again is the same state (18.10.3). */
    @Test
    void newLockOwner_again_isTheSameState() {
        StateId first = lock(file, true, new Range(0, 10), "a").stateId();
        StateId again = lock(file, true, new Range(20, 10), "a").stateId();
        assertThat(again.other()).isEqualTo(first.other());
        assertThat(again.seqid()).isEqualTo(first.seqid() + 1);
    }

    @Test
    void zeroLength_isInvalid() {
        assertStatus(lock(file, true, new Range(5, 0), "a"), NfsStatus.INVAL);
        assertStatus(test(true, new Range(5, 0), "a"), NfsStatus.INVAL);
        StateId lock = lock(file, true, ALL, "a").stateId();
        assertStatus(file.call(Ops.unlock(new Range(5, 0), lock, 0)), NfsStatus.INVAL);
    }

    @ParameterizedTest
    @CsvSource({"-1,2", "100,-100", "-10,20", "1,-2"})
    void rangeBeyondTheEnd_isInvalid(long offset, long length) {
        Range range = new Range(offset, length);
        boolean wraps = length != -1 && Long.compareUnsigned(-1L - offset, length) < 0;
        if (wraps) {
            assertStatus(lock(file, true, range, "a"), NfsStatus.INVAL);
            assertStatus(test(true, range, "a"), NfsStatus.INVAL);
        } else {
            assertStatus(lock(file, true, range, "a"), NfsStatus.OK, NfsStatus.BAD_RANGE);
        }
    }

    @Test
    void lastByte_canBeLocked() {
        assertStatus(lock(file, true, new Range(-1, 1), "a"), NfsStatus.OK, NfsStatus.BAD_RANGE, NfsStatus.INVAL);
        assertStatus(lock(file, true, new Range(Long.MAX_VALUE, 1), "b"), NfsStatus.OK, NfsStatus.BAD_RANGE);
        lock(file, true, new Range(Long.MAX_VALUE - 10, 5), "c").ok();
    }

    @Test
    void unlockInTheMiddle_splits() {
        StateId lock = lock(file, true, new Range(0, 100), "a").stateId();
        file.call(Ops.unlock(new Range(40, 20), lock, 0)).ok();
        test(true, new Range(40, 20), "b").ok();
        assertStatus(test(true, new Range(39, 1), "b"), NfsStatus.DENIED);
        assertStatus(test(true, new Range(60, 1), "b"), NfsStatus.DENIED);
        lock(file, true, new Range(45, 5), "b").ok();
    }

    @Test
    void lockAcross_mergesAndChangesType() {
        StateId lock = lock(file, false, new Range(0, 100), "a").stateId();
        lock(file, false, new Range(50, 10), "b").ok();
        assertStatus(file.call(Ops.lockMore(true, new Range(45, 10), lock, 0)), NfsStatus.DENIED);
        StateId next = file.call(Ops.lockMore(true, new Range(0, 50), lock, 0)).stateId();
        assertStatus(test(false, new Range(49, 1), "c"), NfsStatus.DENIED);
        test(false, new Range(50, 50), "c").ok();
        file.call(Ops.lockMore(false, new Range(0, 50), next, 0)).ok();
        test(false, ALL, "c").ok();
    }

    @Test
    void unlockOfNothing_succeeds() {
        StateId lock = lock(file, true, new Range(0, 10), "a").stateId();
        file.call(Ops.unlock(new Range(500, 10), lock, 0)).ok();
        assertStatus(file.call(Ops.unlock(ALL, lock.forged(), 0)), NfsStatus.BAD_STATEID, NfsStatus.STALE_STATEID);
        assertStatus(file.call(Ops.unlock(ALL, file.stateId(), 0)), NfsStatus.BAD_STATEID);
    }

    @Test
    void writeLock_needsOpenForWriting() {
        file.close();
        Opened read = open(Open.by(session.owner("o"))
                .access(Open.READ | Open.WANT_NO_DELEGATION)
                .name("locked"));
        assertStatus(lock(read, true, ALL, "a"), NfsStatus.OPENMODE);
        lock(read, false, ALL, "a").ok();
    }

    @Test
    void readLock_needsOpenForReading() {
        file.close();
        Opened write = open(Open.by(session.owner("o"))
                .access(Open.WRITE | Open.WANT_NO_DELEGATION)
                .name("locked"));
        assertStatus(lock(write, false, ALL, "a"), NfsStatus.OPENMODE, NfsStatus.OK);
    }

    @Test
    void lock_withBadOpenState_isRefused() {
        Ops.Owner owner = session.owner("a");
        assertStatus(
                file.call(Ops.lockFirst(true, ALL, 0, file.stateId().forged(), 0, owner)),
                NfsStatus.BAD_STATEID,
                NfsStatus.STALE_STATEID);
        assertStatus(file.call(Ops.lockFirst(true, ALL, 0, StateId.ANONYMOUS, 0, owner)), NfsStatus.BAD_STATEID);
        Opaque other = fileOf("other", "x");
        assertStatus(at(other, Ops.lockFirst(true, ALL, 0, file.stateId(), 0, owner)), NfsStatus.BAD_STATEID);
        StateId lock = lock(file, true, ALL, "a").stateId();
        assertStatus(file.call(Ops.lockFirst(true, ALL, 0, lock, 0, session.owner("b"))), NfsStatus.BAD_STATEID);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 99})
    void unknownType_isUndecodable(int type) {
        XdrWriter out = new XdrWriter().u32(type).u64(0).u64(10);
        session.owner("a").write(out);
        assertUndecodable(
                session.callMalformed(9, List.of(Ops.putFh(file.handle()), Op.of(OpCode.LOCKT, out))), NfsStatus.INVAL);
    }

    @Test
    void blockingTypes_areDeniedLikeOthers() {
        lock(file, true, ALL, "a").ok();
        // WRITEW_LT: the client will ask again.
        XdrWriter out = new XdrWriter()
                .u32(4)
                .bool(false)
                .u64(0)
                .u64(10)
                .bool(true)
                .u32(0)
                .stateId(file.stateId())
                .u32(0);
        session.owner("b").write(out);
        assertStatus(file.call(Op.of(OpCode.LOCK, out)), NfsStatus.DENIED);
    }

    @Test
    void close_withLocks_releasesThemOrIsRefused() {
        StateId lock = lock(file, true, ALL, "a").stateId();
        Reply close = file.call(Ops.close(file.stateId()));
        if (close.status() == NfsStatus.LOCKS_HELD) {
            file.call(Ops.unlock(ALL, lock, 0)).ok();
            file.close();
        } else {
            close.ok();
            assertStatus(file.call(Ops.read(lock, 0, 1)), NfsStatus.BAD_STATEID);
        }
        test(true, ALL, "b").ok();
    }

    @Test
    void freeStateId_ofLock_onlyWithoutLocks() {
        StateId lock = lock(file, true, new Range(0, 10), "a").stateId();
        assertStatus(session.call(Ops.freeStateId(lock)), NfsStatus.LOCKS_HELD);
        StateId unlocked = file.call(Ops.unlock(new Range(0, 10), lock, 0)).stateId();
        session.call(Ops.freeStateId(unlocked)).ok();
        assertStatus(session.call(Ops.freeStateId(unlocked)), NfsStatus.BAD_STATEID);
        assertThat(session.call(Ops.testStateIds(unlocked))
                        .ok()
                        .get(Result.States.class)
                        .states())
                .containsExactly(NfsStatus.BAD_STATEID);
    }

    @Test
    void lockState_readsAndWrites() {
        StateId lock = lock(file, true, ALL, "a").stateId();
        file.call(Ops.write(lock, 0, Ops.Stable.FILE_SYNC, utf8("x"))).ok();
        assertThat(file.call(Ops.read(lock, 0, 1)).data().data()).isEqualTo(Opaque.of("x"));
    }

    @Test
    void lockTest_onlyLooks() {
        for (int i = 0; i < 3; i++) {
            test(true, ALL, "a" + i).ok();
        }
        lock(file, true, ALL, "b").ok();
    }

    @Test
    void currentStateId_isTheLock() {
        Reply reply = file.call(
                Ops.lockFirst(true, ALL, 0, file.stateId(), 0, session.owner("a")),
                Ops.unlock(ALL, StateId.CURRENT, 0));
        reply.ok();
        test(true, ALL, "b").ok();
    }

    @Test
    void destroyedClient_losesItsLocks() throws Exception {
        Client41 otherClient = newClient();
        Session other = otherClient.newSession();
        Opened theirs = open(
                other,
                Open.by(other.owner("o"))
                        .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                        .name("locked"));
        lock(theirs, true, ALL, "a").ok();
        assertStatus(test(true, ALL, "b"), NfsStatus.DENIED);
        // The client starts anew: confirming its new record ends the old one and its state.
        Client41 reborn = closing(otherClient.again(target.port(), Client41.newVerifier()));
        reborn.newSession();
        test(true, ALL, "b").ok();
    }
}
