package dev.ring3.it.nfs;

import static dev.ring3.it.nfs.SessionOps.BACK_CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.nfs.SessionOps.Channel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CREATE_SESSION, DESTROY_SESSION, DESTROY_CLIENTID, BIND_CONN_TO_SESSION (RFC 8881, 18.36, 18.37, 18.50, 18.34). */
class SessionTest extends NfsSuite {
    private static final int PATH_DOWN = 0x1;
    private static final int PATH_DOWN_OF_SESSION = 0x200;

    private Client41 fresh() throws Exception {
        return newClient();
    }

    private static Op create(Result.Exchanged exchanged, int sequence) {
        return SessionOps.createSession(exchanged.clientId(), sequence, BACK_CHANNEL, Channel.FORE, Channel.BACK);
    }

    @Test
    void session_ofNewClient_hasItsSequenceAndIsUsable() throws Exception {
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        Result.SessionMade made =
                fresh.call(create(exchanged, exchanged.sequence())).ok().get(Result.SessionMade.class);
        assertThat(made.sequence()).isEqualTo(exchanged.sequence());
        assertThat(made.flags() & BACK_CHANNEL).isEqualTo(BACK_CHANNEL);
        Session usable = new Session(fresh, exchanged.clientId(), made);
        usable.call(Ops.putRootFh()).ok();
        assertThat(fresh.exchangeId().flags() & SessionOps.CONFIRMED).isEqualTo(SessionOps.CONFIRMED);
    }

    @Test
    void create_forUnknownClient_isStale() {
        Op op = SessionOps.createSession(0x1234_5678_9abc_def0L, 1, 0, Channel.FORE, Channel.BACK);
        assertStatus(client.call(op), NfsStatus.STALE_CLIENTID);
    }

    /** The same request again is a retry, whose answer is the cached one (18.36.4, phase 2). */
    @Test
    void create_again_isReplayed() throws Exception {
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        Op op = create(exchanged, exchanged.sequence());
        Reply first = fresh.call(op).ok();
        assertThat(fresh.call(op)).isEqualTo(first);
        Reply next = fresh.call(create(exchanged, exchanged.sequence() + 1)).ok();
        assertThat(next.get(Result.SessionMade.class).sessionId())
                .isNotEqualTo(first.get(Result.SessionMade.class).sessionId());
        assertThat(fresh.call(create(exchanged, exchanged.sequence() + 1))).isEqualTo(next);
    }

    @Test
    void create_failed_isReplayedToo() throws Exception {
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        Op tooSmall = SessionOps.createSession(
                exchanged.clientId(), exchanged.sequence(), 0, new Channel(20, 20, 20, 2, 1), Channel.BACK);
        Reply first = fresh.call(tooSmall);
        assertStatus(first, NfsStatus.TOOSMALL);
        assertStatus(fresh.call(tooSmall), NfsStatus.TOOSMALL);
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, 2, 3, 1000})
    void create_withOtherSequence_isMisordered(int ahead) throws Exception {
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        assertStatus(fresh.call(create(exchanged, exchanged.sequence() + ahead)), NfsStatus.SEQ_MISORDERED);
        fresh.call(create(exchanged, exchanged.sequence())).ok();
    }

    @Test
    void create_beforeTheFirst_isMisordered() throws Exception {
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        assertStatus(fresh.call(create(exchanged, exchanged.sequence() - 1)), NfsStatus.SEQ_MISORDERED);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 0x100, 0x80000000})
    void create_withUnknownFlags_isInvalid(int flags) throws Exception {
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        Op op = SessionOps.createSession(exchanged.clientId(), exchanged.sequence(), flags, Channel.FORE, Channel.BACK);
        assertStatus(fresh.call(op), NfsStatus.INVAL);
    }

    @Test
    void create_withTinyRequests_isTooSmall() throws Exception {
        assertTooSmall(new Channel(10, 8192, 4096, 16, 4));
    }

    @Test
    void create_withTinyResponses_isTooSmall() throws Exception {
        assertTooSmall(new Channel(8192, 10, 4096, 16, 4));
    }

    /** Over which not even CB_SEQUENCE would go, or nothing after it. */
    @Test
    void create_withTinyCallbacks_isTooSmall() throws Exception {
        assertTooSmall(Channel.FORE, new Channel(10, 4096, 4096, 8, 4));
        assertTooSmall(Channel.FORE, new Channel(4096, 10, 4096, 8, 4));
        assertTooSmall(Channel.FORE, new Channel(4096, 4096, 4096, 1, 4));
    }

    private void assertTooSmall(Channel fore) throws Exception {
        assertTooSmall(fore, Channel.BACK);
    }

    private void assertTooSmall(Channel fore, Channel back) throws Exception {
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        Op op = SessionOps.createSession(exchanged.clientId(), exchanged.sequence(), 0, fore, back);
        assertStatus(fresh.call(op), NfsStatus.TOOSMALL);
    }

    /** What is to be kept has to fit what the session keeps; a SEQUENCE that fails leaves its slot as it was (18.46.3). */
    @Test
    void sequence_thatCannotBeKept_isTooBig() throws Exception {
        Session small = fresh().newSession(new Channel(8192, 8192, 10, 16, 4));
        assertStatus(small.callWith(SessionOps.sequence(small.id, 1, 0, 0, true)), NfsStatus.REP_TOO_BIG_TO_CACHE);
        small.callWith(SessionOps.sequence(small.id, 1, 0, 0, false)).ok();
    }

    /** Which client it is comes first, whatever else is wrong (18.36.4, phase 1); a session that cannot be changes nothing. */
    @Test
    void create_thatCannotBe_saysSoInOrder() throws Exception {
        Channel tiny = new Channel(20, 20, 20, 2, 1);
        assertStatus(
                client.call(SessionOps.createSession(0x77L, 1, 0x100, tiny, Channel.BACK)), NfsStatus.STALE_CLIENTID);
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        long id = exchanged.clientId();
        int sequence = exchanged.sequence();
        assertStatus(
                fresh.call(SessionOps.createSession(id, sequence + 5, 0x100, tiny, Channel.BACK)),
                NfsStatus.SEQ_MISORDERED);
        assertStatus(
                fresh.call(SessionOps.createSession(id, sequence, 0x100, Channel.FORE, Channel.BACK)), NfsStatus.INVAL);
        assertThat(fresh.exchangeId().flags() & SessionOps.CONFIRMED).isZero();
    }

    /** How many callbacks, and of how many operations, is the client's to say (18.36.3). */
    @Test
    void create_backChannel_keepsTheNumbers() throws Exception {
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        Channel asked = new Channel(8192, 8192, 8192, 1000, 500);
        Op op = SessionOps.createSession(exchanged.clientId(), exchanged.sequence(), BACK_CHANNEL, Channel.FORE, asked);
        Channel back = fresh.call(op).ok().get(Result.SessionMade.class).back();
        assertThat(back.operationsMax()).isEqualTo(1000);
        assertThat(back.requestsMax()).isEqualTo(500);
        assertThat(back.requestMax()).isLessThanOrEqualTo(8192);
    }

    /** What a client asks for is a maximum: the server may lower it, but for the operations never raise it (18.36.3). */
    @Test
    void create_channelLimits_areNeverRaised() throws Exception {
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        Channel asked = new Channel(16384, 16384, 2048, 8, 3);
        Op op = SessionOps.createSession(exchanged.clientId(), exchanged.sequence(), BACK_CHANNEL, asked, Channel.BACK);
        Channel fore = fresh.call(op).ok().get(Result.SessionMade.class).fore();
        assertThat(fore.requestMax()).isLessThanOrEqualTo(asked.requestMax());
        assertThat(fore.responseMax()).isLessThanOrEqualTo(asked.responseMax());
        assertThat(fore.cachedMax()).isLessThanOrEqualTo(asked.cachedMax());
        assertThat(fore.operationsMax()).isLessThanOrEqualTo(asked.operationsMax());
        assertThat(fore.requestsMax()).isBetween(1, asked.requestsMax());
    }

    @Test
    void create_withHugeLimits_isLowered() throws Exception {
        Client41 fresh = fresh();
        Channel huge = new Channel(-1, -1, -1, -1, -1);
        Result.Exchanged exchanged = fresh.exchangeId();
        Op op = SessionOps.createSession(exchanged.clientId(), exchanged.sequence(), 0, huge, huge);
        Channel fore = fresh.call(op).ok().get(Result.SessionMade.class).fore();
        assertThat(fore.requestsMax()).isNotZero();
        assertThat(fore.requestMax()).isNotZero();
        assertThat(fore.responseMax()).isNotZero();
        assertThat(fore.operationsMax()).isNotZero();
    }

    /** A client that is confirmed by another principal than it was made by (18.36.4, phase 1). */
    @Test
    void create_byOtherPrincipal_isInUse() throws Exception {
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        Reply reply = fresh.callAs(RpcCredential.sys(4321, 4321), create(exchanged, exchanged.sequence()));
        assertStatus(reply, NfsStatus.CLID_INUSE);
    }

    @Test
    void create_withOtherOperation_isNotTheOnlyOne() throws Exception {
        Client41 fresh = fresh();
        Result.Exchanged exchanged = fresh.exchangeId();
        Reply reply = fresh.call(create(exchanged, exchanged.sequence()), Ops.putRootFh());
        assertStatus(reply, NfsStatus.NOT_ONLY_OP);
    }

    @Test
    void create_insideSession_isAccepted() throws Exception {
        Result.Exchanged exchanged = fresh().exchangeId();
        session.call(create(exchanged, exchanged.sequence())).ok();
    }

    @Test
    void twoSessions_ofOneClient_areIndependent() {
        Result.Exchanged exchanged = client.exchangeId();
        Session second = client.newSession(exchanged.clientId(), exchanged.sequence(), Channel.FORE);
        assertThat(second.id).isNotEqualTo(session.id);
        second.call(Ops.putRootFh()).ok();
        client.call(SessionOps.destroySession(second.id)).ok();
        session.call(Ops.putRootFh()).ok();
    }

    @Test
    void destroy_endsTheSession() {
        client.call(SessionOps.destroySession(session.id)).ok();
        assertStatus(session.call(Ops.putRootFh()), NfsStatus.BADSESSION);
        assertStatus(client.call(SessionOps.destroySession(session.id)), NfsStatus.BADSESSION);
    }

    @Test
    void destroy_unknownSession_isBad() {
        assertStatus(client.call(SessionOps.destroySession(session.id.flipped(15))), NfsStatus.BADSESSION);
    }

    /** Alone, but not as the last after its own SEQUENCE (18.37.3). */
    @Test
    void destroy_inItsSession_asLastOperation_isAccepted() {
        session.call(Ops.putRootFh(), SessionOps.destroySession(session.id)).ok();
        assertStatus(session.call(), NfsStatus.BADSESSION);
    }

    @Test
    void destroy_inItsSession_notLast_isRefused() {
        Reply reply = session.call(SessionOps.destroySession(session.id), Ops.putRootFh());
        assertStatus(reply, NfsStatus.NOT_ONLY_OP);
        session.call().ok();
    }

    @Test
    void destroy_outsideOfSession_withOthers_isNotTheOnlyOne() {
        Reply reply = client.call(SessionOps.destroySession(session.id), Ops.putRootFh());
        assertStatus(reply, NfsStatus.NOT_ONLY_OP);
    }

    @Test
    void destroy_overUnboundConnection_isRefused() throws Exception {
        Client41 other = closing(client.again(target.port(), client.verifier));
        assertStatus(other.call(SessionOps.destroySession(session.id)), NfsStatus.CONN_NOT_BOUND_TO_SESSION);
        other.call(SessionOps.sequence(session.id, session.sequence(1) + 1, 1, 1, false))
                .ok();
        other.call(SessionOps.destroySession(session.id)).ok();
    }

    @Test
    void destroyClientId_withSession_isBusy() {
        assertStatus(client.call(SessionOps.destroyClientId(session.clientId)), NfsStatus.CLIENTID_BUSY);
        session.call().ok();
    }

    @Test
    void destroyClientId_withoutSession_ends() {
        client.call(SessionOps.destroySession(session.id)).ok();
        client.call(SessionOps.destroyClientId(session.clientId)).ok();
        assertStatus(client.call(SessionOps.destroyClientId(session.clientId)), NfsStatus.STALE_CLIENTID);
        assertThat(client.exchangeId().flags() & SessionOps.CONFIRMED).isZero();
    }

    @Test
    void destroyClientId_inOwnSession_isBusy() {
        assertStatus(session.call(SessionOps.destroyClientId(session.clientId)), NfsStatus.CLIENTID_BUSY);
    }

    @Test
    void destroyClientId_ofAnother_inSession_isAccepted() throws Exception {
        Result.Exchanged other = fresh().exchangeId();
        session.call(SessionOps.destroyClientId(other.clientId())).ok();
    }

    @Test
    void destroyClientId_unknown_isStale() {
        assertStatus(client.call(SessionOps.destroyClientId(0x0bad_0bad_0bad_0badL)), NfsStatus.STALE_CLIENTID);
    }

    @Test
    void destroyClientId_unconfirmed_isAccepted() throws Exception {
        Client41 fresh = fresh();
        fresh.call(SessionOps.destroyClientId(fresh.exchangeId().clientId())).ok();
    }

    @Test
    void destroyClientId_withOthers_isNotTheOnlyOne() {
        Reply reply = client.call(SessionOps.destroyClientId(session.clientId), Ops.putRootFh());
        assertStatus(reply, NfsStatus.NOT_ONLY_OP);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void bind_secondConnection_carriesTheSession(int direction) throws Exception {
        Client41 second = closing(client.again(target.port(), client.verifier));
        Result.Bound bound = second.call(SessionOps.bindConnection(session.id, direction))
                .ok()
                .get(Result.Bound.class);
        assertThat(bound.sessionId()).isEqualTo(session.id);
        assertThat(bound.direction()).isIn(1, 3);
        byte[] call = session.encode(0, true, List.of(Ops.putRootFh()));
        Compound.read(second.minorVersion, second.connection.compound(second.credential, call))
                .ok();
    }

    @Test
    void bind_unknownSession_isBad() throws Exception {
        Client41 second = closing(client.again(target.port(), client.verifier));
        assertStatus(second.call(SessionOps.bindConnection(session.id.flipped(3), 1)), NfsStatus.BADSESSION);
    }

    @Test
    void bind_withSequence_isNotTheOnlyOne() {
        assertStatus(session.call(SessionOps.bindConnection(session.id, 1)), NfsStatus.NOT_ONLY_OP);
    }

    @Test
    void bind_unknownDirection_isUndecodable() {
        assertUndecodable(client.callRaw(SessionOps.bindConnection(session.id, 9)), NfsStatus.INVAL);
    }

    @Test
    void backChannelCtl_isAccepted() {
        session.call(SessionOps.backChannelCtl(0x40000001)).ok();
    }

    @Test
    void setSsv_withoutProtection_isRefused() {
        Op setSsv = Op.of(OpCode.SET_SSV, new XdrWriter().text("ssv").text("digest"));
        assertStatus(session.call(setSsv), NfsStatus.INVAL, NfsStatus.NOTSUPP);
    }

    private static int flags(Session session) {
        return session.call().ok().get(Result.Sequenced.class).flags();
    }

    /** Until it says so: that a connection is gone a server hears in its own time. */
    private static void awaitFlags(Session session, int expected) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(RpcConnection.SECONDS_MAX);
        while (flags(session) != expected && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(flags(session)).isEqualTo(expected);
    }

    /** SEQ4_STATUS_CB_PATH_DOWN is of the client, SEQ4_STATUS_CB_PATH_DOWN_SESSION of one session (18.46.3). */
    @Test
    void lostBackChannel_isToldUntilThereIsAnother() throws Exception {
        Client41 first = fresh();
        Session called = first.newSession();
        Client41 second = closing(first.again(target.port(), first.verifier));
        Result.Exchanged known = second.exchangeId();
        Op plain = SessionOps.createSession(known.clientId(), known.sequence(), 0, Channel.FORE, Channel.BACK);
        Session deaf =
                new Session(second, known.clientId(), second.call(plain).ok().get(Result.SessionMade.class));
        assertThat(flags(deaf)).isZero();
        first.connection.close();
        awaitFlags(deaf, PATH_DOWN);
        Session orphan = new Session(second, known.clientId(), called.made);
        Op orphans = SessionOps.sequence(orphan.id, 1, 7, 7, false);
        assertThat(orphan.callWith(orphans).ok().get(Result.Sequenced.class).flags())
                .isEqualTo(PATH_DOWN | PATH_DOWN_OF_SESSION);
        second.newSession(known.clientId(), known.sequence() + 1, Channel.FORE);
        assertThat(flags(deaf)).isZero();
        Op next = SessionOps.sequence(orphan.id, 2, 7, 7, false);
        assertThat(orphan.callWith(next).ok().get(Result.Sequenced.class).flags())
                .isEqualTo(PATH_DOWN_OF_SESSION);
    }
}
