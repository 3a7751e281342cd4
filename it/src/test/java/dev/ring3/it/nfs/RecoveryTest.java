package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What outlives a restart of the server, and what clients must say after it (RFC 8881, 8.4, 9.6, 18.51; 18.3 for COMMIT). */
class RecoveryTest extends NfsSuite {
    @Override
    int leaseSeconds() {
        return 4;
    }

    /** Each test restarts the server, so none may inherit another's grace period. */
    @BeforeEach
    void endGrace() throws Exception {
        awaitEndOfGrace(session);
    }

    private void awaitEndOfGrace(Session who) throws InterruptedException {
        Op probe = Open.by(who.owner("probe"))
                .access(Open.READ | Open.WANT_NO_DELEGATION)
                .unchecked(AttrValues.none())
                .name("probe")
                .op();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4L * target.leaseSeconds());
        while (at(who, directory, probe).status() == NfsStatus.GRACE) {
            assertThat(System.nanoTime()).as("the grace period ends").isLessThan(end);
            Thread.sleep(200);
        }
    }

    /** The same client after the server's restart: it learns of it by its session, and registers again. */
    private Session reconnect(Client41 who) throws Exception {
        Client41 again = closing(who.again(target.port(), who.verifier));
        Session old = new Session(
                again, 0, new Result.SessionMade(session.id, 0, 0, SessionOps.Channel.FORE, SessionOps.Channel.BACK));
        assertStatus(old.call(), NfsStatus.BADSESSION, NfsStatus.DEADSESSION);
        return again.newSession(SessionOps.Channel.FORE);
    }

    @Test
    void handles_outliveTheServer() throws Exception {
        Opaque file = fileOf("f", "content");
        target.restart();
        Session again = reconnect(client);
        assertThat(at(again, file, Ops.getAttr(Attr.SIZE)).attrs().u64(Attr.SIZE))
                .isEqualTo(7);
        assertThat(at(again, directory, Ops.lookup("f"), Ops.getFh()).handle()).isEqualTo(file);
    }

    @Test
    void opensAndLocks_areReclaimed() throws Exception {
        Opened file = newFile("f");
        file.write(0, "content");
        file.call(Ops.lockFirst(true, new Ops.Range(0, 10), 0, file.stateId(), 0, session.owner("l")))
                .ok();
        target.restart();
        Session again = reconnect(client);
        Opaque handle = file.handle();
        assertStatus(at(again, handle, Ops.read(file.stateId(), 0, 1)), NfsStatus.STALE_STATEID, NfsStatus.BAD_STATEID);
        // Before RECLAIM_COMPLETE nothing new is granted (18.51.3).
        Op fresh = Open.by(again.owner("new")).access(Open.READ).name("f").op();
        assertStatus(at(again, directory, fresh), NfsStatus.GRACE);
        Open reclaim = Open.by(again.owner("owner"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .previous(0);
        StateId opened = at(again, handle, reclaim.op()).opened().stateId();
        at(again, handle, Ops.lockReclaim(true, new Ops.Range(0, 10), opened, again.owner("l")))
                .ok();
        again.call(SessionOps.reclaimComplete(false)).ok();
        assertStatus(at(again, handle, reclaim.op()), NfsStatus.NO_GRACE);
        assertThat(at(again, handle, Ops.read(opened, 0, 7)).data().data()).isEqualTo(Opaque.of("content"));
        awaitEndOfGrace(again);
        Session other = newClient().newSession();
        assertStatus(at(other, handle, Ops.lockTest(true, new Ops.Range(0, 10), other.owner("o"))), NfsStatus.DENIED);
    }

    /** While another's locks may still be reclaimed, nobody gets one that might conflict. */
    @Test
    void inGrace_othersWait() throws Exception {
        Opened file = newFile("f");
        target.restart();
        Session other = newClient().newSession(SessionOps.Channel.FORE);
        other.call(SessionOps.reclaimComplete(false)).ok();
        Op open = Open.by(other.owner("o")).access(Open.BOTH).name("f").op();
        assertStatus(at(other, directory, open), NfsStatus.GRACE);
        at(other, file.handle(), Ops.getAttr(Attr.SIZE)).ok();
        Session again = reconnect(client);
        Open reclaim = Open.by(again.owner("owner"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .previous(0);
        at(again, file.handle(), reclaim.op()).ok();
        again.call(SessionOps.reclaimComplete(false)).ok();
        awaitEndOfGrace(other);
        at(other, directory, open).ok();
    }

    /** A client that had nothing before the restart has nothing to reclaim. */
    @Test
    void reclaim_byClientUnknownBefore_isRefused() throws Exception {
        Opaque file = fileOf("f", "x");
        target.restart();
        Session stranger = newClient().newSession(SessionOps.Channel.FORE);
        Open reclaim = Open.by(stranger.owner("o")).access(Open.READ).previous(0);
        assertStatus(at(stranger, file, reclaim.op()), NfsStatus.NO_GRACE, NfsStatus.RECLAIM_BAD);
    }

    @Test
    void reclaim_withoutRestart_isRefused() {
        Opaque file = fileOf("f", "x");
        Open reclaim = Open.by(session.owner("o")).access(Open.READ).previous(0);
        assertStatus(at(file, reclaim.op()), NfsStatus.NO_GRACE, NfsStatus.RECLAIM_BAD);
        Opened opened = open(Open.by(session.owner("p"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .name("f"));
        assertStatus(
                opened.call(Ops.lockReclaim(true, new Ops.Range(0, 1), opened.stateId(), session.owner("l"))),
                NfsStatus.NO_GRACE,
                NfsStatus.RECLAIM_BAD);
    }

    @Test
    void reclaimComplete_isSaidOnce() throws Exception {
        Session fresh = newClient().newSession(SessionOps.Channel.FORE);
        fresh.call(SessionOps.reclaimComplete(false)).ok();
        assertStatus(fresh.call(SessionOps.reclaimComplete(false)), NfsStatus.COMPLETE_ALREADY);
        assertStatus(
                fresh.call(Ops.putRootFh(), SessionOps.reclaimComplete(true)),
                NfsStatus.OK,
                NfsStatus.COMPLETE_ALREADY);
    }

    /** 15.1: GRACE is no answer to CREATE, which conflicts with nothing that a client could claim. */
    @Test
    void directory_isMadeInGrace() throws Exception {
        newFile("f");
        target.restart();
        Session again = reconnect(client);
        at(again, directory, Ops.mkdir("d")).ok();
        assertStatus(at(again, directory, Ops.remove("f")), NfsStatus.GRACE);
    }

    /** Who begins late, and goes on claiming one thing after the other, is waited for. */
    @Test
    void claimsThatBeganLate_areWaitedFor() throws Exception {
        Open open = Open.by(session.owner("owner"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .unchecked(AttrValues.ofMode(0644));
        List<Opaque> files = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            files.add(open(open.name("f" + i)).handle());
        }
        long restarted = System.nanoTime();
        target.restart();
        Session again = reconnect(client);
        Open reclaim = Open.by(again.owner("owner"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .previous(0);
        long before = TimeUnit.SECONDS.toMillis(target.leaseSeconds()) - 1000;
        Thread.sleep(Math.max(0, before - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - restarted)));
        for (Opaque file : files) {
            at(again, file, reclaim.op()).ok();
            Thread.sleep(600);
        }
        again.call(SessionOps.reclaimComplete(false)).ok();
    }

    /** A delegation that is claimed is had, though the client may have to give it back at once (10.2.1). */
    @Test
    void readDelegation_isReclaimed() throws Exception {
        Opaque file = fileOf("f", "x");
        Open wanting = Open.by(session.owner("o"))
                .access(Open.READ | Open.WANT_READ_DELEGATION)
                .name("f");
        assumeTrue(open(wanting).result().delegation().type() == 1, "no delegation was granted");
        target.restart();
        Session again = reconnect(client);
        Open reclaim = Open.by(again.owner("o")).access(Open.READ).previous(1);
        Result.Delegation delegation = at(again, file, reclaim.op()).opened().delegation();
        assertThat(delegation.type()).isEqualTo(1);
        // What it allows is opened while others still wait; what it does not is not (18.16.3).
        Open under = Open.by(again.owner("p")).delegateCurrentFile(delegation.stateId());
        assertStatus(at(again, file, under.access(Open.WRITE).op()), NfsStatus.GRACE);
        at(again, file, under.access(Open.READ).op()).ok();
        again.call(SessionOps.reclaimComplete(false)).ok();
        at(again, file, Ops.delegReturn(delegation.stateId())).ok();
    }

    @Test
    void reclaimComplete_ofOneFileSystem_needsAHandle() {
        assertStatus(session.call(SessionOps.reclaimComplete(true)), NfsStatus.NOFILEHANDLE);
    }

    @Test
    void open_beforeReclaimComplete_waits() throws Exception {
        fileOf("f", "x");
        Session fresh = newClient().newSession(SessionOps.Channel.FORE);
        Op open = Open.by(fresh.owner("o")).access(Open.READ).name("f").op();
        assertStatus(at(fresh, directory, open), NfsStatus.GRACE);
        fresh.call(SessionOps.reclaimComplete(false)).ok();
        at(fresh, directory, open).ok();
    }

    /** The verifier tells a client whether what it wrote unstably may be lost; content is there if it did not change. */
    @Test
    void commitVerifier_afterRestart_changesUnlessNothingWasLost() throws Exception {
        Opened file = newFile("f");
        Opaque before = file.call(Ops.write(file.stateId(), 0, Ops.Stable.UNSTABLE, utf8("content")))
                .ok()
                .get(Result.Written.class)
                .verifier();
        target.restart();
        Session again = reconnect(client);
        Opaque after = at(again, file.handle(), Ops.commit(0, 0))
                .ok()
                .get(Result.Verifier.class)
                .verifier();
        if (after.equals(before)) {
            assertThat(at(again, file.handle(), Ops.read(StateId.BYPASS, 0, 7))
                            .data()
                            .data())
                    .isEqualTo(Opaque.of("content"));
        }
    }

    /** Whoever says nothing for longer than the lease may lose all: at the latest when another wants it (8.3, 8.4.3). */
    @Test
    void silentClient_losesItsStateToOthers() throws Exception {
        Session silent = newClient().newSession();
        Open deny = Open.by(silent.owner("o"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .deny(Open.BOTH)
                .unchecked(AttrValues.none())
                .name("f");
        at(silent, directory, deny.op()).ok();
        Op wanted = Open.by(session.owner("o"))
                .access(Open.READ | Open.WANT_NO_DELEGATION)
                .name("f")
                .op();
        assertStatus(here(wanted), NfsStatus.SHARE_DENIED);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4L * target.leaseSeconds());
        while (here(wanted).status() != NfsStatus.OK) {
            assertThat(System.nanoTime()).as("the lease ends").isLessThan(end);
            Thread.sleep(200);
        }
        Reply late = silent.call();
        if (late.status() == NfsStatus.OK) {
            // SEQ4_STATUS_EXPIRED_ALL_STATE_REVOKED or _SOME_.
            assertThat(late.get(Result.Sequenced.class).flags() & 0x18).isNotZero();
        } else {
            assertStatus(late, NfsStatus.BADSESSION, NfsStatus.DEADSESSION);
        }
    }
}
