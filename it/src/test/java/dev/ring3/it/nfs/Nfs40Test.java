package dev.ring3.it.nfs;

import static dev.ring3.it.nfs.Open.BOTH;
import static dev.ring3.it.nfs.Open.READ;
import static dev.ring3.it.nfs.Open.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.it.nfs.Ops.Range;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** NFSv4.0 (RFC 7530): what differs from 4.1, which is how clients and their requests are known. */
class Nfs40Test extends NfsSuite {
    private static final Range ALL = new Range(0, -1);
    private Client40 zero;
    private Client40.OpenOwner owner;

    @BeforeEach
    void registerClient() throws Exception {
        zero = closing(Client40.open(target.port()));
        owner = zero.owner("owner");
    }

    private Reply call(Opaque handle, Op op) {
        return zero.call(Ops.putFh(handle), op);
    }

    private Open creating(String name) {
        return owner.by().access(BOTH).unchecked(AttrValues.ofMode(0644)).name(name);
    }

    private Client40 registering(String id, Opaque verifier) throws IOException {
        return closing(Client40.unregistered(target.port(), id, verifier));
    }

    private static Op setClientId(Client40 who) {
        return SessionOps.setClientId(who.verifier, who.id, "tcp", "0.0.0.0.0.0");
    }

    @Test
    void sameClient_again_keepsItsId() {
        Result.ClientId again = zero.call(setClientId(zero)).ok().get(Result.ClientId.class);
        assertThat(again.clientId()).isEqualTo(zero.clientId());
        zero.call(SessionOps.setClientIdConfirm(again.clientId(), again.verifier()))
                .ok();
        zero.call(SessionOps.renew(zero.clientId())).ok();
    }

    /** An OPEN that fails for its attributes has had its turn (RFC 7530, 9.1.7), so that the next number is right. */
    @Test
    void open_withWrongAttributes_takesItsNumber() {
        AttrValues wrong = AttrValues.none().put(Attr.LEASE_TIME, new XdrWriter().u32(1));
        Open open = owner.by().seqid(owner.next()).access(BOTH).unchecked(wrong).name("f");
        assertStatus(call(directory, open.op()), NfsStatus.INVAL);
        StateId opened = owner.open(directory, creating("f"));
        call(child("f"), Ops.close(owner.next(), opened)).ok();
    }

    /** A range that ends beyond all offsets: 4.0 has a status for it, later versions have none. */
    @Test
    void commit_ofNoRange_isInvalid() {
        Opaque file = fileOf("f", "x");
        call(file, Ops.commit(0, 1)).ok();
        assertStatus(call(file, Ops.commit(-1, 2)), NfsStatus.INVAL);
    }

    @Test
    void restartedClient_losesItsOpens() throws Exception {
        StateId open = owner.open(directory, creating("f").deny(WRITE));
        Opaque file = child("f");
        Client40 reborn = registering(zero.id, Client41.newVerifier());
        Result.ClientId made = reborn.call(setClientId(reborn)).ok().get(Result.ClientId.class);
        assertThat(made.clientId()).isNotEqualTo(zero.clientId());
        call(file, Ops.read(open, 0, 1)).ok();
        reborn.call(SessionOps.setClientIdConfirm(made.clientId(), made.verifier()))
                .ok();
        assertStatus(
                call(file, Ops.read(open, 0, 1)), NfsStatus.BAD_STATEID, NfsStatus.STALE_STATEID, NfsStatus.EXPIRED);
        assertStatus(zero.call(SessionOps.renew(zero.clientId())), NfsStatus.STALE_CLIENTID, NfsStatus.EXPIRED);
        open(Open.by(session.owner("o")).access(WRITE | Open.WANT_NO_DELEGATION).name("f"));
    }

    @Test
    void otherPrincipal_withStateHeld_isInUse() throws Exception {
        owner.open(directory, creating("f"));
        Reply reply = Compound.of(0, SessionOps.setClientId(Client41.newVerifier(), zero.id, "tcp", "0.0.0.0.0.0"))
                .over(zero.connection, RpcCredential.sys(4321, 4321));
        assertStatus(reply, NfsStatus.CLID_INUSE);
    }

    @Test
    void confirm_withOtherVerifier_isStale() throws Exception {
        Client40 fresh = registering(Client41.newOwner(), Client41.newVerifier());
        Result.ClientId made = fresh.call(setClientId(fresh)).ok().get(Result.ClientId.class);
        assertStatus(
                fresh.call(SessionOps.setClientIdConfirm(
                        made.clientId(), made.verifier().flipped(0))),
                NfsStatus.STALE_CLIENTID);
        assertStatus(
                fresh.call(SessionOps.setClientIdConfirm(made.clientId() + 77, made.verifier())),
                NfsStatus.STALE_CLIENTID);
        Op confirm = SessionOps.setClientIdConfirm(made.clientId(), made.verifier());
        fresh.call(confirm).ok();
        fresh.call(confirm).ok();
    }

    @Test
    void renew_ofUnknownClient_isStale() {
        assertStatus(zero.call(SessionOps.renew(0)), NfsStatus.STALE_CLIENTID);
        assertStatus(zero.call(SessionOps.renew(0x1234)), NfsStatus.STALE_CLIENTID);
    }

    /** One that the server gave, and knows no more (RFC 7530, 13.1.5.4). */
    @Test
    void renew_ofClientThatIsGone_isExpired() throws Exception {
        long before = zero.clientId();
        Client40 reborn = registering(zero.id, Client41.newVerifier());
        reborn.register("tcp", "0.0.0.0.0.0");
        assertStatus(zero.call(SessionOps.renew(before)), NfsStatus.EXPIRED);
    }

    /** A confirmation that comes again, when another was asked for meanwhile, undoes nothing. */
    @Test
    void confirm_ofTheOneBefore_isAcceptedToo() {
        Result.ClientId first = zero.call(setClientId(zero)).ok().get(Result.ClientId.class);
        Op confirmFirst = SessionOps.setClientIdConfirm(first.clientId(), first.verifier());
        zero.call(confirmFirst).ok();
        Result.ClientId second = zero.call(setClientId(zero)).ok().get(Result.ClientId.class);
        assertThat(second.verifier()).isNotEqualTo(first.verifier());
        zero.call(confirmFirst).ok();
        zero.call(SessionOps.setClientIdConfirm(second.clientId(), second.verifier()))
                .ok();
        zero.call(SessionOps.renew(second.clientId())).ok();
    }

    @Test
    void openConfirm_ofConfirmedOwner_isRefused() {
        StateId open = owner.open(directory, creating("f"));
        assertStatus(call(child("f"), Ops.openConfirm(open, owner.last() + 1)), NfsStatus.BAD_STATEID);
    }

    @Test
    void open_byUnknownClient_isStale() {
        Op open = Open.by(Ops.Owner.of(0x1234, "o")).seqid(1).name("f").op();
        assertStatus(call(directory, open), NfsStatus.STALE_CLIENTID);
    }

    @Test
    void open_writeReadClose() {
        StateId open = owner.open(directory, creating("f"));
        Opaque file = child("f");
        call(file, Ops.write(open, 0, Ops.Stable.FILE_SYNC, utf8("content"))).ok();
        assertThat(call(file, Ops.read(open, 0, 20)).data()).isEqualTo(new Result.Data(true, Opaque.of("content")));
        StateId closed = call(file, Ops.close(owner.next(), open)).stateId();
        assertStatus(call(file, Ops.read(open, 0, 1)), NfsStatus.BAD_STATEID, NfsStatus.OLD_STATEID, NfsStatus.EXPIRED);
        assertStatus(call(file, Ops.read(closed, 0, 1)), NfsStatus.BAD_STATEID, NfsStatus.OLD_STATEID);
    }

    /** Requests of an owner are numbered: the last one is answered again, any other is refused (9.1.7). */
    @Test
    void ownersNumbers_areKept() {
        owner.open(directory, creating("f"));
        Op again = creating("g").seqid(owner.next()).op();
        Reply first = call(directory, again).ok();
        assertThat(call(directory, again)).isEqualTo(first);
        for (int off : new int[] {2, 3, 100, -1}) {
            assertStatus(call(directory, creating("h").seqid(owner.last() + off).op()), NfsStatus.BAD_SEQID);
        }
        assertStatus(here(Ops.lookup("h")), NfsStatus.NOENT);
    }

    @Test
    void replayedClose_isAnsweredAgain() {
        StateId open = owner.open(directory, creating("f"));
        Opaque file = child("f");
        Op close = Ops.close(owner.next(), open);
        Reply first = call(file, close).ok();
        assertThat(call(file, close)).isEqualTo(first);
    }

    @Test
    void replayedFailure_isAnsweredAgain() {
        owner.open(directory, creating("f"));
        Op open = owner.by().seqid(owner.next()).name("absent").op();
        assertStatus(call(directory, open), NfsStatus.NOENT);
        here(Ops.mkdir("absent")).ok();
        assertStatus(call(directory, open), NfsStatus.NOENT);
    }

    @Test
    void unconfirmedOpen_cannotBeUsed() {
        Reply reply = zero.call(
                Ops.putFh(directory), creating("f").seqid(owner.next()).op(), Ops.getFh());
        Result.Opened opened = reply.opened();
        if ((opened.flags() & 2) != 0) {
            assertStatus(call(reply.handle(), Ops.read(opened.stateId(), 0, 1)), NfsStatus.BAD_STATEID);
            StateId confirmed = call(reply.handle(), Ops.openConfirm(opened.stateId(), owner.next()))
                    .stateId();
            call(reply.handle(), Ops.read(confirmed, 0, 1)).ok();
        }
    }

    @Test
    void downgrade_andUpgrade() {
        StateId read = owner.open(
                directory,
                owner.by().access(READ).unchecked(AttrValues.ofMode(0644)).name("f"));
        StateId both = owner.open(directory, owner.by().access(BOTH).name("f"));
        Opaque file = child("f");
        assertThat(both.other()).isEqualTo(read.other());
        StateId down =
                call(file, Ops.openDowngrade(both, owner.next(), READ, 0)).stateId();
        assertStatus(call(file, Ops.write(down, 0, Ops.Stable.FILE_SYNC, utf8("x"))), NfsStatus.OPENMODE);
        assertStatus(call(file, Ops.openDowngrade(down, owner.next(), BOTH, 0)), NfsStatus.INVAL);
        call(file, Ops.close(owner.next(), down)).ok();
    }

    @Test
    void locks_conflictAcrossVersions() {
        StateId open = owner.open(directory, creating("f"));
        Opaque file = child("f");
        Ops.Owner lockOwner = Ops.Owner.of(zero.clientId(), "l");
        StateId lock = call(file, Ops.lockFirst(true, new Range(0, 10), owner.next(), open, 1, lockOwner))
                .stateId();
        assertStatus(at(file, Ops.lockTest(true, ALL, session.owner("o"))), NfsStatus.DENIED);
        Opened ofOne = open(Open.by(session.owner("o"))
                .access(BOTH | Open.WANT_NO_DELEGATION)
                .name("f"));
        ofOne.call(Ops.lockFirst(true, new Range(100, 10), 0, ofOne.stateId(), 0, session.owner("l")))
                .ok();
        assertStatus(call(file, Ops.lockMore(true, new Range(90, 20), lock, 2)), NfsStatus.DENIED);
        StateId unlocked = call(file, Ops.unlock(ALL, lock, 3)).stateId();
        assertThat(unlocked.other()).isEqualTo(lock.other());
        at(file, Ops.lockTest(true, new Range(0, 10), session.owner("o2"))).ok();
    }

    @Test
    void lockOwnersNumbers_areKept() {
        StateId open = owner.open(directory, creating("f"));
        Opaque file = child("f");
        Ops.Owner lockOwner = Ops.Owner.of(zero.clientId(), "l");
        Op first = Ops.lockFirst(true, new Range(0, 10), owner.next(), open, 7, lockOwner);
        Reply reply = call(file, first).ok();
        StateId lock = reply.stateId();
        assertThat(call(file, first)).isEqualTo(reply);
        assertStatus(call(file, Ops.lockMore(true, new Range(20, 10), lock, 10)), NfsStatus.BAD_SEQID);
        Op second = Ops.lockMore(true, new Range(20, 10), lock, 8);
        Reply moved = call(file, second).ok();
        assertThat(call(file, second)).isEqualTo(moved);
        assertStatus(call(file, Ops.unlock(ALL, lock, 9)), NfsStatus.OLD_STATEID);
    }

    @Test
    void releaseLockOwner_needsUnlockedRanges() {
        StateId open = owner.open(directory, creating("f"));
        Opaque file = child("f");
        Ops.Owner lockOwner = Ops.Owner.of(zero.clientId(), "l");
        StateId lock = call(file, Ops.lockFirst(true, ALL, owner.next(), open, 1, lockOwner))
                .stateId();
        assertStatus(zero.call(SessionOps.releaseLockOwner(lockOwner)), NfsStatus.LOCKS_HELD);
        call(file, Ops.unlock(ALL, lock, 2)).ok();
        zero.call(SessionOps.releaseLockOwner(lockOwner)).ok();
        zero.call(SessionOps.releaseLockOwner(Ops.Owner.of(zero.clientId(), "never seen")))
                .ok();
    }

    /** The same call over the wire, under a number of our own. */
    private static Reply send(Client40 who, int xid, Op... ops) {
        byte[] message = RpcConnection.message(
                xid,
                RpcConnection.NFS_PROGRAM,
                4,
                1,
                who.credential,
                Compound.of(0, ops).encode());
        return Compound.read(0, RpcConnection.await(who.connection.send(xid, message)));
    }

    /** RFC 7530, 3.1.1: a client sends again what was not answered when its connection broke. */
    @Test
    void callAgain_afterItsConnectionBroke_isAnsweredAgain() throws Exception {
        fileOf("gone", "x");
        Op[] remove = {Ops.putFh(directory), Ops.remove("gone")};
        Op[] make = {Ops.putFh(directory), Ops.mkdir("made")};
        Client40 broken = registering(Client41.newOwner(), Client41.newVerifier());
        Reply removed = send(broken, 17, remove).ok();
        Reply made = send(broken, 18, make).ok();
        broken.close();
        Client40 next = registering(Client41.newOwner(), Client41.newVerifier());
        assertThat(send(next, 17, remove)).isEqualTo(removed);
        assertThat(send(next, 18, make)).isEqualTo(made);
        assertStatus(send(next, 19, remove), NfsStatus.NOENT);
        assertStatus(send(next, 20, make), NfsStatus.EXIST);
    }

    @Test
    void operationsOfLaterVersions_areIllegal() {
        for (Op op :
                new Op[] {SessionOps.reclaimComplete(false), Ops.getXattr("a"), Ops.freeStateId(StateId.ANONYMOUS)}) {
            Reply reply = zero.call(Ops.putRootFh(), op);
            assertStatus(reply, NfsStatus.OP_ILLEGAL);
            assertThat(reply.last().code()).isEqualTo(OpCode.ILLEGAL);
        }
    }

    @Test
    void restoreWithoutSaved_isRestoreFh() {
        assertStatus(zero.call(Ops.putRootFh(), Ops.restoreFh()), NfsStatus.RESTOREFH);
    }

    @Test
    void openUnknownStates_areStaleOrBad() {
        StateId open = owner.open(directory, creating("f"));
        Opaque file = child("f");
        assertStatus(call(file, Ops.read(open.forged(), 0, 1)), NfsStatus.BAD_STATEID, NfsStatus.STALE_STATEID);
        assertStatus(call(file, Ops.read(open.withSeqid(open.seqid() + 5), 0, 1)), NfsStatus.BAD_STATEID);
    }

    /** Delegations go with a callback program that answers: the server calls back over a connection of its own. */
    @Test
    void delegation_isRecalledOverTheServersConnection() throws Exception {
        fileOf("f", "x");
        BackChannel backChannel = new BackChannel();
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> acceptAll(listener, backChannel));
            Client40 called = registering(Client41.newOwner(), Client41.newVerifier());
            int port = listener.getLocalPort();
            called.register("tcp", "127.0.0.1." + port / 256 + "." + port % 256);
            Client40.OpenOwner its = called.owner("o");
            its.open(directory, its.by().access(READ).name("f"));
            Reply second = zero.call();
            for (int i = 0; i < 100; i++) {
                // The first opens may come before the server has tried the path back.
                second = called.call(
                        Ops.putFh(directory),
                        its.by().access(READ).name("f").seqid(its.next()).op(),
                        Ops.getFh());
                if (second.opened().delegation().type() == 1
                        || second.opened().delegation().type() == 2) {
                    break;
                }
                Thread.sleep(50);
            }
            Result.Delegation delegation = second.opened().delegation();
            assumeTrue(delegation.type() != 0, "no delegation was granted to a client of 4.0");
            Opaque file = second.handle();
            CompletableFuture<Reply> writer = CompletableFuture.supplyAsync(() -> {
                Op write = Open.by(session.owner("w"))
                        .access(WRITE | Open.WANT_NO_DELEGATION)
                        .name("f")
                        .op();
                Reply reply = here(write);
                while (reply.status() == NfsStatus.DELAY) {
                    reply = here(write);
                }
                return reply;
            });
            assertThat(backChannel.awaitRecall().stateId().other())
                    .isEqualTo(delegation.stateId().other());
            called.call(Ops.putFh(file), Ops.delegReturn(delegation.stateId())).ok();
            writer.get(RpcConnection.SECONDS_MAX, TimeUnit.SECONDS).ok();
        }
    }

    private static void acceptAll(ServerSocket listener, BackChannel backChannel) {
        try {
            while (true) {
                Socket socket = listener.accept();
                new RpcConnection(socket).responder(backChannel);
            }
        } catch (IOException e) {
            // The test is over.
        }
    }
}
