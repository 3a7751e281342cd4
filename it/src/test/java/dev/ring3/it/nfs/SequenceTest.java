package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.nfs.SessionOps.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SEQUENCE and the reply cache behind it (RFC 8881, 18.46 and 2.10.6): each request is executed once, whatever the network does. */
class SequenceTest extends NfsSuite {
    @Test
    void alone_succeedsAndEchoes() {
        Result.Sequenced result = session.callWith(SessionOps.sequence(session.id, session.sequence(0) + 1, 0, 0, true))
                .ok()
                .get(Result.Sequenced.class);
        assertThat(result.sessionId()).isEqualTo(session.id);
        assertThat(result.slot()).isZero();
        assertThat(result.sequence()).isEqualTo(session.sequence(0) + 1);
        assertThat(result.highestSlot()).isLessThan(session.made.fore().requestsMax());
        assertThat(result.flags()).as("nothing is wrong with this client").isZero();
    }

    @Test
    void notFirst_isMisplaced() {
        Op sequence = SessionOps.sequence(session.id, session.sequence(0) + 1, 0, 0, true);
        assertStatus(session.call(sequence), NfsStatus.SEQUENCE_POS);
        assertStatus(session.call(Ops.putRootFh(), sequence), NfsStatus.SEQUENCE_POS);
    }

    @Test
    void missing_isNotInSession() {
        assertStatus(client.call(Ops.putRootFh()), NfsStatus.OP_NOT_IN_SESSION);
        assertStatus(client.call(Ops.getAttr(Attr.TYPE)), NfsStatus.OP_NOT_IN_SESSION);
        assertStatus(client.call(SessionOps.reclaimComplete(false)), NfsStatus.OP_NOT_IN_SESSION);
    }

    @Test
    void missing_beforeSessionOperation_isNotTheOnlyOne() {
        Reply reply = client.call(Ops.putRootFh(), SessionOps.destroySession(session.id));
        assertStatus(reply, NfsStatus.OP_NOT_IN_SESSION);
    }

    @Test
    void unknownSession_isBad() {
        assertStatus(session.callWith(SessionOps.sequence(session.id.flipped(0), 1, 0, 0, true)), NfsStatus.BADSESSION);
    }

    @Test
    void slotBeyondTheTable_isBad() {
        int slots = session.made.fore().requestsMax();
        for (int slot : new int[] {slots, slots + 1, 1000, Integer.MAX_VALUE, -1}) {
            assertStatus(session.callWith(SessionOps.sequence(session.id, 1, slot, slot, true)), NfsStatus.BADSLOT);
        }
    }

    @Test
    void highestSlotBelowSlot_isBad() {
        Op sequence = SessionOps.sequence(session.id, 1, 3, 2, true);
        assertStatus(session.callWith(sequence), NfsStatus.BAD_HIGH_SLOT, NfsStatus.OK);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 1 << 30, -1, -2})
    void otherNumber_isMisordered(int ahead) {
        Op sequence = SessionOps.sequence(session.id, session.sequence(0) + ahead, 0, 0, true);
        assertStatus(session.callWith(sequence), NfsStatus.SEQ_MISORDERED);
        session.call(Ops.putRootFh()).ok();
    }

    @Test
    void firstNumberOfSlot_isOne() {
        assertStatus(session.callWith(SessionOps.sequence(session.id, 2, 5, 5, true)), NfsStatus.SEQ_MISORDERED);
        session.callWith(SessionOps.sequence(session.id, 1, 5, 5, true)).ok();
    }

    /** A misordered request leaves the slot as it was: its last reply can still be had. */
    @Test
    void misordered_keepsCachedReply() {
        byte[] call = session.encode(0, true, List.of(Ops.putFh(directory), Ops.mkdir("once")));
        Reply first = session.resend(call).ok();
        assertStatus(
                session.callWith(SessionOps.sequence(session.id, session.sequence(0) + 9, 0, 0, true)),
                NfsStatus.SEQ_MISORDERED);
        assertThat(session.resend(call)).isEqualTo(first);
    }

    @Test
    void retry_ofRead_isAnsweredFromCache() {
        byte[] call = session.encode(8, true, List.of(Ops.putFh(directory), Ops.getAttr(Attr.CHANGE)));
        Reply first = session.resend(call).ok();
        here(Ops.mkdir("changes")).ok();
        assertThat(session.resend(call)).isEqualTo(first);
    }

    @Test
    void retry_ofRequestBeforeTheLast_isMisordered() {
        byte[] call = session.encode(8, true, List.of(Ops.putFh(directory), Ops.mkdir("once")));
        session.resend(call).ok();
        session.resend(session.encode(8, true, List.of(Ops.putFh(directory), Ops.remove("once"))))
                .ok();
        assertStatus(session.resend(call), NfsStatus.SEQ_MISORDERED);
        assertStatus(here(Ops.lookup("once")), NfsStatus.NOENT);
    }

    /** Each of these, executed twice, would answer otherwise the second time. */
    @Test
    void retry_ofNonIdempotentCalls_isAnsweredFromCache() {
        fileOf("file", "x");
        List<Op> once = List.of(
                Ops.mkdir("made"),
                Ops.remove("made"),
                Ops.rename("file", "renamed"),
                Ops.symlink("link", "renamed"),
                create("opened").guarded(AttrValues.none()).op(),
                Ops.remove("link"));
        for (Op op : once) {
            Op save = op.code() == OpCode.RENAME ? Ops.saveFh() : Ops.getAttr(Attr.TYPE);
            byte[] call = session.encode(3, true, List.of(Ops.putFh(directory), save, op));
            Reply first = session.resend(call).ok();
            assertThat(session.resend(call)).isEqualTo(first);
            assertThat(session.resend(call)).isEqualTo(first);
        }
    }

    @Test
    void retry_ofFailedCall_isAnsweredFromCache() {
        byte[] call = session.encode(2, true, List.of(Ops.putFh(directory), Ops.lookup("later")));
        Reply first = session.resend(call);
        assertStatus(first, NfsStatus.NOENT);
        here(Ops.mkdir("later")).ok();
        assertThat(session.resend(call)).isEqualTo(first);
    }

    @Test
    void retry_ofUncachedCall_isSequenceOnlyOrTheReply() {
        byte[] call = session.encode(4, false, List.of(Ops.putFh(directory), Ops.mkdir("once")));
        Reply first = session.resend(call).ok();
        Reply second = session.resend(call);
        if (second.status() == NfsStatus.RETRY_UNCACHED_REP) {
            // 2.10.6.1.3: SEQUENCE itself succeeds, or fails with this.
            assertThat(second.items()).hasSizeLessThanOrEqualTo(2);
        } else {
            assertThat(second).isEqualTo(first);
        }
    }

    /** Another request under a number that was used (2.10.6.1.3.1): refused, and never executed. */
    @Test
    void falseRetry_withOtherOperations_isNotExecuted() {
        byte[] call = session.encode(1, true, List.of(Ops.putFh(directory), Ops.mkdir("first")));
        Reply first = session.resend(call).ok();
        Op same = SessionOps.sequence(session.id, session.sequence(1), 1, 15, true);
        Reply second = session.callWith(same, Ops.putFh(directory), Ops.remove("first"));
        if (second.status() != NfsStatus.SEQ_FALSE_RETRY) {
            assertThat(second).isEqualTo(first);
        }
        here(Ops.lookup("first")).ok();
    }

    @Test
    void falseRetry_byOtherPrincipal_isNotToldTheReply() {
        byte[] call = session.encode(1, true, List.of(Ops.putFh(directory), Ops.mkdir("first")));
        session.resend(call).ok();
        RpcReply second = client.connection.compound(RpcCredential.sys(4321, 4321), call);
        assertStatus(Compound.read(client.minorVersion, second), NfsStatus.SEQ_FALSE_RETRY, NfsStatus.OK);
    }

    @Test
    void slots_areNumberedIndependently() {
        for (int slot : new int[] {7, 2, 9}) {
            for (int number = 1; number <= 3; number++) {
                session.callWith(SessionOps.sequence(session.id, number, slot, 15, true))
                        .ok();
            }
        }
    }

    @Test
    void manySlotsAtOnce_areAllAnswered() {
        List<CompletableFuture<Reply>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(session.callLater(Ops.putFh(directory), Ops.mkdir("d" + i)));
        }
        calls.forEach(call -> call.join().ok());
        Reply listing = here(Ops.readDir(0, Opaque.filled(8, 0), 65536, 65536));
        assertThat(listing.ok().get(Result.Directory.class).entries().stream()
                        .map(Result.Entry::name)
                        .collect(Collectors.toSet()))
                .hasSize(200);
    }

    /** A request that is longer than agreed (18.46.3). */
    @Test
    void tooBigRequest_isRefused() throws Exception {
        Session small = newClient().newSession(new Channel(4096, 4096, 1024, 16, 4));
        small.call(SessionOps.reclaimComplete(false)).ok();
        Op write = Ops.write(
                StateId.ANONYMOUS,
                0,
                Ops.Stable.UNSTABLE,
                new byte[small.made.fore().requestMax()]);
        assertStatus(small.call(Ops.putRootFh(), write), NfsStatus.REQ_TOO_BIG);
        small.callWith(SessionOps.sequence(small.id, 1, 2, 3, true)).ok();
    }

    @Test
    void tooManyOperations_areRefused() throws Exception {
        Session small = newClient().newSession(new Channel(8192, 8192, 1024, 4, 4));
        int operations = small.made.fore().operationsMax();
        List<Op> ops = new ArrayList<>();
        for (int i = 0; i < operations; i++) {
            ops.add(Ops.putRootFh());
        }
        assertStatus(small.call(ops), NfsStatus.TOO_MANY_OPS);
        small.call(ops.subList(0, operations - 1)).ok();
    }

    @Test
    void tooBigReply_isRefused() throws Exception {
        Session small = newClient().newSession(new Channel(8192, 1024, 512, 16, 4));
        small.call(SessionOps.reclaimComplete(false)).ok();
        Opaque file = fileOf("big", "x".repeat(4096));
        int slot = 1;
        Op uncached = SessionOps.sequence(small.id, 1, slot, 3, false);
        Reply reply = small.callWith(uncached, Ops.putFh(file), Ops.read(StateId.ANONYMOUS, 0, 4096));
        if (reply.status() == NfsStatus.OK) {
            assertThat(reply.data().data().length()).isLessThan(1024);
        } else {
            assertStatus(reply, NfsStatus.REP_TOO_BIG);
        }
    }

    @Test
    void tooBigReplyToCache_isRefused() throws Exception {
        Session small = newClient().newSession(new Channel(8192, 8192, 512, 16, 4));
        small.call(SessionOps.reclaimComplete(false)).ok();
        Opaque file = fileOf("big", "x".repeat(4096));
        Op cached = SessionOps.sequence(small.id, 1, 1, 3, true);
        Reply reply = small.callWith(cached, Ops.putFh(file), Ops.read(StateId.ANONYMOUS, 0, 4096));
        assertStatus(reply, NfsStatus.REP_TOO_BIG_TO_CACHE);
    }

    /** Asked for more than once on one slot while the first is under way: delayed, misordered, or the one reply (2.10.6.2). */
    @Test
    void retryInFlight_executesOnce() throws Exception {
        for (int round = 0; round < 20; round++) {
            byte[] call = session.encode(6, true, List.of(Ops.putFh(directory), Ops.mkdir("round" + round)));
            CompletableFuture<RpcReply> first = client.connection.compoundLater(client.credential, call);
            CompletableFuture<RpcReply> second = client.connection.compoundLater(client.credential, call);
            Reply one = Compound.read(client.minorVersion, RpcConnection.await(first));
            Reply other = Compound.read(client.minorVersion, RpcConnection.await(second));
            assertThat(List.of(one.status(), other.status()))
                    .contains(NfsStatus.OK)
                    .isSubsetOf(NfsStatus.OK, NfsStatus.DELAY, NfsStatus.SEQ_MISORDERED);
        }
    }
}
