package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a server calls its clients (RFC 8881, 2.10.3.1, 18.33, 20), and what else than a recall it calls them for. */
class CallbackTest extends NfsSuite {
    private static final Ops.Range ALL = new Ops.Range(0, -1);

    /** {@code OPEN4_RESULT_MAY_NOTIFY_LOCK}. */
    private static final int MAY_NOTIFY_LOCK = 0x20;

    private Session other;

    @BeforeEach
    void secondClient() throws Exception {
        other = newClient().newSession();
    }

    private Opened delegated(Session who) {
        Reply reply = at(
                who,
                directory,
                Open.by(who.owner("o"))
                        .access(Open.READ | Open.WANT_READ_DELEGATION)
                        .name("f")
                        .op(),
                Ops.getFh());
        assumeTrue(reply.opened().delegation().type() == 1, "no delegation was granted");
        return new Opened(who, reply.handle(), reply.opened().stateId(), reply.opened());
    }

    /** Somebody else opens the file for writing, which has to wait. */
    private void conflict() {
        Op write = Open.by(other.owner("w"))
                .access(Open.WRITE | Open.WANT_NO_DELEGATION)
                .name("f")
                .op();
        assertStatus(at(other, directory, write), NfsStatus.DELAY, NfsStatus.OK);
    }

    private static Session sessionCalledAs(Client41 who, RpcCredential credential) {
        Result.Exchanged exchanged = who.exchangeId();
        Op create = SessionOps.createSession(
                exchanged.clientId(),
                exchanged.sequence(),
                SessionOps.BACK_CHANNEL,
                SessionOps.Channel.FORE,
                SessionOps.Channel.BACK,
                credential);
        Session made =
                new Session(who, exchanged.clientId(), who.call(create).ok().get(Result.SessionMade.class));
        made.call(SessionOps.reclaimComplete(false));
        return made;
    }

    @Test
    void callbacks_areMadeAsTheClientWants() throws Exception {
        fileOf("f", "x");
        Client41 particular = newClient();
        Opened file = delegated(sessionCalledAs(particular, RpcCredential.sys(17, 19)));
        conflict();
        StateId recalled = particular.backChannel.awaitRecall().stateId();
        assertThat(particular.backChannel.caller()).isEqualTo(RpcCredential.sys(17, 19));
        file.call(Ops.delegReturn(recalled)).ok();
    }

    @Test
    void callbacks_afterBackChannelControl_areMadeOtherwise() throws Exception {
        fileOf("f", "x");
        Client41 particular = newClient();
        Session its = sessionCalledAs(particular, RpcCredential.sys(17, 19));
        its.call(SessionOps.backChannelCtl(SessionOps.CB_PROGRAM)).ok();
        Opened file = delegated(its);
        conflict();
        StateId recalled = particular.backChannel.awaitRecall().stateId();
        assertThat(particular.backChannel.caller()).isEqualTo(RpcCredential.NONE);
        file.call(Ops.delegReturn(recalled)).ok();
    }

    /** What was asked over a session that is gone is asked again over the next one. */
    @Test
    void recall_notAnswered_isSentOverTheNextSession() throws Exception {
        fileOf("f", "x");
        Opened file = delegated(session);
        client.backChannel.mute(true);
        conflict();
        StateId recalled = client.backChannel.awaitRecall().stateId();
        client.backChannel.mute(false);
        client.call(SessionOps.destroySession(session.id)).ok();
        Session next = client.newSession();
        assertThat(client.backChannel.awaitRecall().stateId()).isEqualTo(recalled);
        at(next, file.handle(), Ops.delegReturn(recalled)).ok();
    }

    /** 20.11: who would wait for a lock hears when it is his turn, and nobody takes it from him meanwhile. */
    @Test
    void waitingOwner_hearsOfItsLock() throws Exception {
        Opened held = newFile("f");
        assumeTrue((held.result().flags() & MAY_NOTIFY_LOCK) != 0, "the server does not notify of locks");
        StateId lock = held.call(Ops.lockFirst(true, ALL, 0, held.stateId(), 0, session.owner("holder")))
                .stateId();
        Opened waits = open(other, openBoth(other));
        assertStatus(waits.call(Ops.lockWaiting(ALL, waits.stateId(), other.owner("waiter"))), NfsStatus.DENIED);
        held.call(Ops.unlock(ALL, lock, 0)).ok();
        assertThat(other.client.backChannel.poll(RpcConnection.SECONDS_MAX))
                .isEqualTo(new BackChannel.NotifyLock(held.handle()));
        Session third = newClient().newSession();
        Opened late = open(third, openBoth(third));
        assertStatus(late.call(Ops.lockFirst(true, ALL, 0, late.stateId(), 0, third.owner("late"))), NfsStatus.DENIED);
        waits.call(Ops.lockFirst(true, ALL, 0, waits.stateId(), 0, other.owner("waiter")))
                .ok();
    }

    /** Who comes for what was kept for him does not lose it to the next in the line. */
    @Test
    void waitingOwners_getTheLockOneAfterTheOther() throws Exception {
        Opened held = newFile("f");
        assumeTrue((held.result().flags() & MAY_NOTIFY_LOCK) != 0, "the server does not notify of locks");
        Opened holder = held;
        StateId lock = held.call(Ops.lockFirst(true, ALL, 0, held.stateId(), 0, session.owner("holder")))
                .stateId();
        List<Session> line =
                List.of(other, newClient().newSession(), newClient().newSession());
        List<Opened> opens = new ArrayList<>();
        for (Session next : line) {
            Opened waits = open(next, openBoth(next));
            opens.add(waits);
            assertStatus(waits.call(Ops.lockWaiting(ALL, waits.stateId(), next.owner("waiter"))), NfsStatus.DENIED);
        }
        for (int i = 0; i < line.size(); i++) {
            holder.call(Ops.unlock(ALL, lock, 0)).ok();
            assertThat(line.get(i).client.backChannel.poll(RpcConnection.SECONDS_MAX))
                    .isEqualTo(new BackChannel.NotifyLock(held.handle()));
            holder = opens.get(i);
            lock = holder.call(
                            Ops.lockWaiting(ALL, holder.stateId(), line.get(i).owner("waiter")))
                    .stateId();
        }
    }

    /** Only who says that he would wait is told. */
    @Test
    void refusedOwner_whoDoesNotWait_hearsNothing() throws Exception {
        Opened held = newFile("f");
        StateId lock = held.call(Ops.lockFirst(true, ALL, 0, held.stateId(), 0, session.owner("holder")))
                .stateId();
        Opened tries = open(other, openBoth(other));
        assertStatus(
                tries.call(Ops.lockFirst(true, ALL, 0, tries.stateId(), 0, other.owner("tries"))), NfsStatus.DENIED);
        held.call(Ops.unlock(ALL, lock, 0)).ok();
        held.call(Ops.lockFirst(true, ALL, 0, held.stateId(), 0, session.owner("again")))
                .ok();
        assertThat(other.client.backChannel.poll(0)).isNull();
    }

    private static Open openBoth(Session who) {
        return Open.by(who.owner("o"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .name("f");
    }

    @Test
    void wantDelegation_ofAFile_isGrantedOnce() {
        Opaque file = fileOf("f", "x");
        Reply first = at(file, Ops.wantDelegation(Open.WANT_READ_DELEGATION));
        assumeTrue(first.status() != NfsStatus.NOTSUPP, "the server has no WANT_DELEGATION");
        Result.Delegation granted = first.ok().get(Result.Delegation.class);
        assertThat(granted.type()).isEqualTo(1);
        assertThat(at(file, Ops.wantDelegation(Open.WANT_READ_DELEGATION))
                        .ok()
                        .get(Result.Delegation.class)
                        .type())
                .isEqualTo(3);
        assertThat(at(file, Ops.read(granted.stateId(), 0, 1)).data().data()).isEqualTo(Opaque.of("x"));
        at(file, Ops.delegReturn(granted.stateId())).ok();
    }
}
