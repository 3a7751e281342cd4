package dev.ring3.it.nfs;

import static dev.ring3.it.nfs.SessionOps.CONFIRMED;
import static dev.ring3.it.nfs.SessionOps.UPD_CONFIRMED;
import static dev.ring3.it.nfs.SessionOps.USE_NON_PNFS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** EXCHANGE_ID (RFC 8881, 18.35): the nine cases of 18.35.4 and what surrounds them. */
class ExchangeIdTest extends NfsSuite {
    private static final RpcCredential OTHER = RpcCredential.sys(4321, 4321);
    private final Opaque otherVerifier = Client41.newVerifier();

    private Op exchange(Opaque verifier, String owner, int flags) {
        return SessionOps.exchangeId(verifier, owner, flags);
    }

    private Result.Exchanged exchanged(Op op) {
        return client.call(op).ok().get(Result.Exchanged.class);
    }

    @Test
    void newOwner_isUnconfirmed() {
        Client41 fresh = client;
        String owner = Client41.newOwner();
        Result.Exchanged result = exchanged(exchange(fresh.verifier, owner, 0));
        assertThat(result.flags() & CONFIRMED).isZero();
        assertThat(result.flags() & UPD_CONFIRMED).isZero();
        assertThat(result.protection()).isZero();
        assertThat(result.serverOwner().length()).isGreaterThan(12);
    }

    @Test
    void role_isStatedInTheAnswer() {
        Result.Exchanged result = exchanged(exchange(client.verifier, Client41.newOwner(), 0));
        assertThat(result.flags() & 0x70000)
                .as("EXCHGID4_FLAG_MASK_PNFS is never empty (18.35.4)")
                .isNotZero();
    }

    /** Case 2, no update: the same owner, verifier and principal. */
    @Test
    void confirmedOwner_again_isTheSameClient() {
        Result.Exchanged again = exchanged(exchange(client.verifier, client.owner, USE_NON_PNFS));
        assertThat(again.clientId()).isEqualTo(session.clientId);
        assertThat(again.flags() & CONFIRMED).isEqualTo(CONFIRMED);
        session.call().ok();
    }

    /** Case 3: another principal, and no state is left: the old client goes. */
    @Test
    void confirmedOwnerOfOtherPrincipal_withoutState_isReplaced() {
        Op exchange = exchange(client.verifier, client.owner, USE_NON_PNFS);
        client.call(SessionOps.destroySession(session.id)).ok();
        Reply reply = client.callAs(OTHER, exchange);
        assertStatus(reply, NfsStatus.OK);
        assertThat(reply.get(Result.Exchanged.class).clientId()).isNotEqualTo(session.clientId);
    }

    /** Case 3 with state: another principal may not take it. */
    @Test
    void confirmedOwnerOfOtherPrincipal_withOpenFiles_isInUse() {
        newFile("held");
        Op exchange = exchange(client.verifier, client.owner, USE_NON_PNFS);
        assertStatus(client.callAs(OTHER, exchange), NfsStatus.CLID_INUSE);
        session.call().ok();
    }

    /** Case 4: asked twice before it is confirmed. */
    @Test
    void unconfirmedOwner_again_replacesTheRecord() {
        String owner = Client41.newOwner();
        Result.Exchanged first = exchanged(exchange(client.verifier, owner, USE_NON_PNFS));
        Result.Exchanged second = exchanged(exchange(client.verifier, owner, USE_NON_PNFS));
        assertThat(second.flags() & CONFIRMED).isZero();
        assertThat(second.clientId()).isNotEqualTo(first.clientId());
        Op create = createSession(first);
        assertStatus(client.call(create), NfsStatus.STALE_CLIENTID);
        client.call(createSession(second)).ok();
    }

    /** Case 5: the client restarted. Its old state lives until the new id is confirmed. */
    @Test
    void restartedClient_keepsOldSessionUntilConfirmed() {
        Result.Exchanged restarted = exchanged(exchange(otherVerifier, client.owner, USE_NON_PNFS));
        assertThat(restarted.clientId()).isNotEqualTo(session.clientId);
        assertThat(restarted.flags() & CONFIRMED).isZero();
        session.call().ok();
        client.call(createSession(restarted)).ok();
        assertStatus(session.call(), NfsStatus.BADSESSION, NfsStatus.DEADSESSION);
    }

    @Test
    void restartedClient_confirmed_losesOpenFilesOfItsPast() {
        Opened file = newFile("held");
        Result.Exchanged restarted = exchanged(exchange(otherVerifier, client.owner, USE_NON_PNFS));
        Session next = client.newSession(restarted.clientId(), restarted.sequence(), SessionOps.Channel.FORE);
        next.call(SessionOps.reclaimComplete(false)).ok();
        assertStatus(
                at(next, file.handle(), Ops.read(file.stateId(), 0, 1)),
                NfsStatus.BAD_STATEID,
                NfsStatus.STALE_STATEID,
                NfsStatus.EXPIRED);
        Open exclusive =
                Open.by(next.owner("new")).access(Open.BOTH).deny(Open.BOTH).name("held");
        at(next, directory, exclusive.op()).ok();
    }

    /** Case 5 again and again: only the last unconfirmed record is good. */
    @Test
    void restartedTwice_unconfirmed_onlyTheLastCounts() {
        Result.Exchanged first = exchanged(exchange(otherVerifier, client.owner, USE_NON_PNFS));
        Result.Exchanged second = exchanged(exchange(Client41.newVerifier(), client.owner, USE_NON_PNFS));
        assertStatus(client.call(createSession(first)), NfsStatus.STALE_CLIENTID);
        session.call().ok();
        client.call(createSession(second)).ok();
    }

    /** Case 6: an update. */
    @Test
    void update_ofConfirmedOwner_keepsClient() {
        Result.Exchanged updated = exchanged(exchange(client.verifier, client.owner, UPD_CONFIRMED | USE_NON_PNFS));
        assertThat(updated.clientId()).isEqualTo(session.clientId);
        assertThat(updated.flags() & CONFIRMED).isEqualTo(CONFIRMED);
    }

    /** Case 7. */
    @Test
    void update_ofUnknownOwner_isNoEntry() {
        assertStatus(client.call(exchange(client.verifier, Client41.newOwner(), UPD_CONFIRMED)), NfsStatus.NOENT);
    }

    @Test
    void update_ofUnconfirmedOwner_isNoEntry() {
        String owner = Client41.newOwner();
        exchanged(exchange(client.verifier, owner, 0));
        assertStatus(client.call(exchange(client.verifier, owner, UPD_CONFIRMED)), NfsStatus.NOENT);
    }

    /** Case 8. */
    @Test
    void update_withOtherVerifier_isNotSame() {
        assertStatus(client.call(exchange(otherVerifier, client.owner, UPD_CONFIRMED)), NfsStatus.NOT_SAME);
    }

    /** Case 9. */
    @Test
    void update_byOtherPrincipal_isNotPermitted() {
        assertStatus(client.callAs(OTHER, exchange(client.verifier, client.owner, UPD_CONFIRMED)), NfsStatus.PERM);
        // Case 8 is of any principal.
        Op both = exchange(Client41.newVerifier(), client.owner, UPD_CONFIRMED);
        assertStatus(client.callAs(OTHER, both), NfsStatus.NOT_SAME);
    }

    @ParameterizedTest
    @ValueSource(ints = {CONFIRMED, 8, 0x200, 0x100000, 0x20000000})
    void unknownFlags_areInvalid(int flag) {
        assertStatus(client.call(exchange(client.verifier, Client41.newOwner(), flag)), NfsStatus.INVAL);
    }

    @Test
    void tooLongOwner_isBadXdr() {
        Op op = exchange(client.verifier, "o".repeat(1025), 0);
        assertUndecodable(client.callRaw(op), NfsStatus.INVAL);
    }

    @Test
    void longestOwner_isAccepted() {
        exchanged(exchange(client.verifier, "o".repeat(1024), 0));
    }

    @Test
    void twoImplementationIds_areBadXdr() {
        XdrWriter out = new XdrWriter()
                .fixed(client.verifier)
                .text(Client41.newOwner())
                .u32(0)
                .u32(0)
                .u32(2);
        for (int i = 0; i < 2; i++) {
            out.text("domain").text("name").u64(0).u32(0);
        }
        Op op = Op.of(OpCode.EXCHANGE_ID, out);
        assertUndecodable(client.callRaw(op));
    }

    @Test
    void implementationId_isAccepted() {
        XdrWriter out = new XdrWriter()
                .fixed(client.verifier)
                .text(Client41.newOwner())
                .u32(0)
                .u32(0)
                .u32(1);
        client.call(Op.of(
                        OpCode.EXCHANGE_ID,
                        out.text("domain").text("name").u64(0).u32(0)))
                .ok();
    }

    @Test
    void unknownProtection_isBadXdr() {
        XdrWriter protection = new XdrWriter().u32(9);
        Op op = SessionOps.exchangeId(client.verifier, Client41.newOwner(), 0, protection);
        assertUndecodable(client.callRaw(op));
    }

    /** State protection by machine credentials wants RPCSEC_GSS (2.10.8.3), which AUTH_SYS is not. */
    @Test
    void machineCredentials_withAuthSys_areInvalid() {
        XdrWriter protection = new XdrWriter().u32(1).bitmap(OpCode.EXCHANGE_ID).bitmap();
        Op op = SessionOps.exchangeId(client.verifier, Client41.newOwner(), 0, protection);
        assertStatus(client.call(op), NfsStatus.INVAL);
    }

    @Test
    void withOtherOperationAfterIt_isNotTheOnlyOne() {
        Op op = exchange(client.verifier, Client41.newOwner(), 0);
        assertStatus(client.call(op, Ops.putRootFh()), NfsStatus.NOT_ONLY_OP);
    }

    @Test
    void insideSession_isAccepted() {
        session.call(exchange(client.verifier, client.owner, 0)).ok();
    }

    @Test
    void serverOwnerAndScope_areTheSameForEveryClient() throws Exception {
        Result.Exchanged mine = exchanged(exchange(client.verifier, client.owner, 0));
        Result.Exchanged other = newClient().exchangeId();
        assertThat(other.serverOwner()).isEqualTo(mine.serverOwner());
        assertThat(other.scope()).isEqualTo(mine.scope());
        assertThat(other.clientId()).isNotEqualTo(mine.clientId());
    }

    private static Op createSession(Result.Exchanged exchanged) {
        return SessionOps.createSession(
                exchanged.clientId(), exchanged.sequence(), 0, SessionOps.Channel.FORE, SessionOps.Channel.BACK);
    }
}
