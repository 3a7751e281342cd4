package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Delegations and their recall over the back channel (RFC 8881, 10.2, 10.4, 20.1, 20.2). */
class DelegationTest extends NfsSuite {
    private Session other;

    @Override
    int leaseSeconds() {
        return 4;
    }

    @BeforeEach
    void secondClient() throws Exception {
        other = newClient().newSession();
    }

    private Open wanting(Session who, int access) {
        int want = access == Open.READ ? Open.WANT_READ_DELEGATION : Open.WANT_WRITE_DELEGATION;
        return Open.by(who.owner("o")).access(access | want).name("f");
    }

    /** An open with a delegation; a server never has to give one, so that others than ours may have none. */
    private Opened delegated(int access) {
        Opened file = open(wanting(session, access));
        int type = file.result().delegation().type();
        assumeTrue(access == Open.READ || type == 2, "no write delegation was granted");
        assumeTrue(target.grantsReadDelegations() || type == 1, "no delegation was granted");
        assertThat(type).isEqualTo(access == Open.READ ? 1 : 2);
        return file;
    }

    private CompletableFuture<Reply> otherOpens(int access) {
        Op open = Open.by(other.owner("o"))
                .access(access | Open.WANT_NO_DELEGATION)
                .name("f")
                .op();
        return CompletableFuture.supplyAsync(() -> untilNotDelayed(other, open));
    }

    private Reply untilNotDelayed(Session who, Op op) {
        while (true) {
            Reply reply = at(who, directory, op);
            if (reply.status() != NfsStatus.DELAY) {
                return reply;
            }
        }
    }

    private static Reply join(CompletableFuture<Reply> reply) throws Exception {
        return reply.get(RpcConnection.SECONDS_MAX, TimeUnit.SECONDS);
    }

    @Test
    void readDelegation_isSharedByReaders() throws Exception {
        fileOf("f", "x");
        Opened file = delegated(Open.READ);
        assertThat(file.result().delegation().type()).isEqualTo(1);
        join(otherOpens(Open.READ)).ok();
        file.call(Ops.delegReturn(file.result().delegation().stateId())).ok();
    }

    @Test
    void notWanted_isNotGranted() {
        Opened file = newFile("f");
        assertThat(file.result().delegation().type()).isIn(0, 3);
    }

    @Test
    void readDelegation_isRecalledForAWriter() throws Exception {
        fileOf("f", "x");
        Opened file = delegated(Open.READ);
        StateId delegation = file.result().delegation().stateId();
        CompletableFuture<Reply> writer = otherOpens(Open.WRITE);
        BackChannel.Recall recall = client.backChannel.awaitRecall();
        assertThat(recall.stateId().other()).isEqualTo(delegation.other());
        assertThat(recall.handle()).isEqualTo(file.handle());
        file.call(Ops.delegReturn(delegation)).ok();
        join(writer).ok();
        assertStatus(file.call(Ops.delegReturn(delegation)), NfsStatus.BAD_STATEID);
    }

    @Test
    void writeDelegation_isRecalledForAReader() throws Exception {
        fileOf("f", "x");
        Opened file = delegated(Open.BOTH);
        StateId delegation = file.result().delegation().stateId();
        CompletableFuture<Reply> reader = otherOpens(Open.READ);
        assertThat(client.backChannel.awaitRecall().stateId().other()).isEqualTo(delegation.other());
        file.call(Ops.write(delegation, 0, Ops.Stable.FILE_SYNC, utf8("new"))).ok();
        file.call(Ops.delegReturn(delegation)).ok();
        Reply opened = join(reader).ok();
        assertThat(at(other, file.handle(), Ops.read(opened.opened().stateId(), 0, 3))
                        .data()
                        .data())
                .isEqualTo(Opaque.of("new"));
    }

    /** 10.4.4: what else ends a delegation. */
    @Test
    void delegation_isRecalledForOtherChanges() throws Exception {
        Op[] changes = {
            Ops.link("h"),
            Ops.remove("f"),
            Ops.rename("f", "g"),
            Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofMode(0600)),
            Ops.setXattr(Ops.SetXattr.EITHER, "name", utf8("v"))
        };
        for (Op change : changes) {
            Opaque handle = fileOf("f", "x");
            Opened file = delegated(Open.READ);
            CompletableFuture<Reply> changing = CompletableFuture.supplyAsync(() -> {
                while (true) {
                    boolean ofFile = change.code() == OpCode.SETATTR || change.code() == OpCode.SETXATTR;
                    Opaque saved = change.code() == OpCode.LINK ? handle : directory;
                    Op[] ops = ofFile
                            ? new Op[] {Ops.putFh(handle), change}
                            : new Op[] {Ops.putFh(saved), Ops.saveFh(), Ops.putFh(directory), change};
                    Reply reply = other.call(ops);
                    if (reply.status() != NfsStatus.DELAY) {
                        return reply;
                    }
                }
            });
            client.backChannel.awaitRecall();
            file.call(Ops.delegReturn(file.result().delegation().stateId())).ok();
            join(changing).ok();
            file.close();
        }
    }

    /** The holder itself needs no recall. */
    @Test
    void ownChanges_recallNothing() throws Exception {
        fileOf("f", "x");
        Opened file = delegated(Open.BOTH);
        StateId delegation = file.result().delegation().stateId();
        Open second = Open.by(session.owner("second")).access(Open.BOTH).name("f");
        Reply reply = untilNotDelayed(session, second.op());
        assertStatus(reply, NfsStatus.OK);
        file.call(Ops.setAttr(delegation, AttrValues.ofSize(10))).ok();
        assertThat(client.backChannel.poll(0)).isNull();
        file.call(Ops.delegReturn(delegation)).ok();
    }

    @Test
    void delegationState_readsAndIsTested() {
        fileOf("f", "x");
        Opened file = delegated(Open.READ);
        StateId delegation = file.result().delegation().stateId();
        assertThat(file.call(Ops.read(delegation, 0, 1)).data().data()).isEqualTo(Opaque.of("x"));
        assertThat(session.call(Ops.testStateIds(delegation))
                        .ok()
                        .get(Result.States.class)
                        .states())
                .containsExactly(NfsStatus.OK);
        if (file.result().delegation().type() == 1) {
            assertStatus(file.call(Ops.write(delegation, 0, Ops.Stable.FILE_SYNC, utf8("y"))), NfsStatus.OPENMODE);
        }
        file.call(Ops.delegReturn(delegation)).ok();
        assertThat(session.call(Ops.testStateIds(delegation))
                        .ok()
                        .get(Result.States.class)
                        .states())
                .containsExactly(NfsStatus.BAD_STATEID);
    }

    @Test
    void openUnderDelegation_isGranted() {
        fileOf("f", "x");
        Opened file = delegated(Open.READ);
        StateId delegation = file.result().delegation().stateId();
        Open byName = Open.by(session.owner("p")).access(Open.READ).delegateCurrent(delegation, "f");
        here(byName.op()).ok();
        Open byHandle = Open.by(session.owner("q")).access(Open.READ).delegateCurrentFile(delegation);
        file.call(byHandle.op()).ok();
        assertStatus(
                here(Open.by(session.owner("r"))
                        .delegateCurrent(delegation.forged(), "f")
                        .op()),
                NfsStatus.BAD_STATEID,
                NfsStatus.STALE_STATEID);
        fileOf("other", "x");
        Open ofAnother = Open.by(session.owner("s")).access(Open.READ).delegateCurrent(delegation, "other");
        assertStatus(here(ofAnother.op()), NfsStatus.BAD_STATEID);
        file.call(Ops.delegReturn(delegation)).ok();
    }

    /** What is asked for counts, not what the file is opened for; of which kind one is held cannot be changed (18.16.3). */
    @Test
    void otherKind_isNotToBeHadWhileOneIsHeld() {
        fileOf("f", "x");
        Opened file = open(Open.by(session.owner("o"))
                .access(Open.READ | Open.WANT_WRITE_DELEGATION)
                .name("f"));
        assumeTrue(file.result().delegation().type() == 2, "no write delegation was granted");
        Reply lower = file.call(Ops.wantDelegation(Open.WANT_READ_DELEGATION)).ok();
        assertThat(lower.get(Result.Delegation.class).why()).isEqualTo(6);
        file.call(Ops.delegReturn(file.result().delegation().stateId())).ok();
        Result.Delegation read =
                file.call(Ops.wantDelegation(Open.WANT_READ_DELEGATION)).ok().get(Result.Delegation.class);
        assertThat(read.type()).isEqualTo(1);
        Reply higher = file.call(Ops.wantDelegation(Open.WANT_WRITE_DELEGATION)).ok();
        assertThat(higher.get(Result.Delegation.class).why()).isEqualTo(5);
        file.call(Ops.delegReturn(read.stateId())).ok();
    }

    /** GETATTR of another while a write delegation is out: the holder is asked, or gives it back (10.4.3). */
    @Test
    void getAttrByOther_seesWhatTheHolderSays() throws Exception {
        fileOf("f", "x");
        Opened file = delegated(Open.BOTH);
        StateId delegation = file.result().delegation().stateId();
        long change = file.call(Ops.getAttr(Attr.CHANGE)).attrs().u64(Attr.CHANGE);
        client.backChannel.holds(change + 1, 4321);
        CompletableFuture<Reply> asked = CompletableFuture.supplyAsync(() -> {
            while (true) {
                Reply reply = at(other, file.handle(), Ops.getAttr(Attr.SIZE, Attr.CHANGE));
                if (reply.status() != NfsStatus.DELAY) {
                    return reply;
                }
            }
        });
        BackChannel.Event event = client.backChannel.poll(RpcConnection.SECONDS_MAX);
        assertThat(event).as("CB_GETATTR or CB_RECALL").isNotNull();
        if (event instanceof BackChannel.GetAttr) {
            Attrs attrs = join(asked).attrs();
            assertThat(attrs.u64(Attr.SIZE)).isEqualTo(4321);
            assertThat(attrs.u64(Attr.CHANGE)).isNotEqualTo(change);
        } else {
            file.call(Ops.delegReturn(delegation)).ok();
            join(asked).ok();
        }
    }

    /** Who does not give it back in time loses it, and the other goes on (10.4.6). */
    @Test
    void holderWhoNeverReturns_losesIt() throws Exception {
        fileOf("f", "x");
        Opened file = delegated(Open.READ);
        StateId delegation = file.result().delegation().stateId();
        CompletableFuture<Reply> writer = otherOpens(Open.WRITE);
        client.backChannel.awaitRecall();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4L * target.leaseSeconds());
        while (!writer.isDone() && System.nanoTime() < end) {
            // Renews the lease of the holder, who is alive and merely stubborn.
            session.call().ok();
            Thread.sleep(200);
        }
        join(writer).ok();
        assertStatus(
                file.call(Ops.read(delegation, 0, 1)),
                NfsStatus.DELEG_REVOKED,
                NfsStatus.EXPIRED,
                NfsStatus.BAD_STATEID);
        Result.Sequenced flags = session.call().ok().get(Result.Sequenced.class);
        if (session.call(Ops.testStateIds(delegation))
                        .ok()
                        .get(Result.States.class)
                        .states()
                        .getFirst()
                == NfsStatus.DELEG_REVOKED) {
            // SEQ4_STATUS_RECALLABLE_STATE_REVOKED until the client frees it (18.46.3).
            assertThat(flags.flags() & 0x40).isNotZero();
            session.call(Ops.freeStateId(delegation)).ok();
            assertThat(session.call().ok().get(Result.Sequenced.class).flags() & 0x40)
                    .isZero();
        }
    }

    @Test
    void clientWithoutBackChannel_getsNone() throws Exception {
        fileOf("f", "x");
        Client41 deaf = newClient();
        Result.Exchanged exchanged = deaf.exchangeId();
        Op create = SessionOps.createSession(
                exchanged.clientId(), exchanged.sequence(), 0, SessionOps.Channel.FORE, SessionOps.Channel.BACK);
        Session silent =
                new Session(deaf, exchanged.clientId(), deaf.call(create).ok().get(Result.SessionMade.class));
        silent.call(SessionOps.reclaimComplete(false)).ok();
        Reply reply = at(silent, directory, wanting(silent, Open.READ).op());
        assertThat(reply.opened().delegation().type()).isIn(0, 3);
        // SEQ4_STATUS_CB_PATH_DOWN is about delegations, of which there is none.
        silent.call().ok();
    }
}
