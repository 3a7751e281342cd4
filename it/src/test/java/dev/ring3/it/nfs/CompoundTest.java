package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** COMPOUND as a whole, and the RPC around it (RFC 8881, 15.2 and 16.2; RFC 5531, 9). */
class CompoundTest extends NfsSuite {
    private static final long[] LYING_LENGTHS = {0xFFFF_FFFFL, 0x8000_0000L, 0x7FFF_FFFFL, 1 << 20, 3000};
    private static final int NFS = RpcConnection.NFS_PROGRAM;

    private Reply send(Compound compound) {
        return compound.over(client.connection, client.credential);
    }

    @Test
    void nullProcedure_answersNothing() {
        RpcReply reply = client.connection.call(NFS, 4, 0, RpcCredential.NONE, new byte[0]);
        assertThat(reply)
                .isInstanceOfSatisfying(
                        RpcReply.Success.class,
                        success -> assertThat(success.results().remaining()).isZero());
    }

    @Test
    void unknownProcedure_isUnavailable() {
        RpcReply reply = client.connection.call(NFS, 4, 2, RpcCredential.ROOT, new byte[0]);
        assertThat(reply).isEqualTo(new RpcReply.Refused(RpcReply.AcceptStat.PROC_UNAVAIL));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, -1})
    void otherVersion_isMismatch(int version) {
        RpcReply reply = client.connection.call(NFS, version, 0, RpcCredential.ROOT, new byte[0]);
        assertThat(reply).isEqualTo(new RpcReply.Refused(RpcReply.AcceptStat.PROG_MISMATCH));
    }

    @Test
    void otherProgram_isUnavailable() {
        RpcReply reply = client.connection.call(100099, 4, 0, RpcCredential.ROOT, new byte[0]);
        assertThat(reply).isEqualTo(new RpcReply.Refused(RpcReply.AcceptStat.PROG_UNAVAIL));
    }

    @Test
    void unknownFlavor_isDenied() {
        RpcCredential strange = new RpcCredential(99, Opaque.of("x"));
        RpcReply reply = client.connection.compound(strange, Compound.of(2).encode());
        assertThat(reply)
                .isInstanceOfSatisfying(
                        RpcReply.Denied.class,
                        denied -> assertThat(denied.rejectStat()).isEqualTo(1));
    }

    @Test
    void brokenAuthSys_isDeniedOrUndecodable() {
        RpcCredential broken = new RpcCredential(1, Opaque.of("xy"));
        RpcReply reply = client.connection.compound(broken, Compound.of(2).encode());
        assertThat(reply).isNotInstanceOf(RpcReply.Success.class);
        session.call().ok();
    }

    @Test
    void empty_succeedsWithNothing() {
        Reply reply = send(Compound.of(client.minorVersion));
        assertThat(reply.ok().items()).isEmpty();
    }

    @Test
    void tag_isEchoed() {
        for (String tag : List.of("", "a", "tag with blanks", "\u00e4\u6f22\ud83d\ude00", "t".repeat(300))) {
            Reply reply = send(new Compound(Opaque.of(tag), client.minorVersion, List.of()));
            assertThat(reply.tag()).isEqualTo(Opaque.of(tag));
        }
    }

    @Test
    void tagThatIsNotUtf8_isInvalidOrEchoed() {
        Opaque tag = Opaque.filled(3, 0xFF);
        Reply reply = send(new Compound(tag, client.minorVersion, List.of()));
        assertStatus(reply, NfsStatus.OK, NfsStatus.INVAL);
        assertThat(reply.tag()).isEqualTo(tag);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 50, -1})
    void unknownMinorVersion_isMismatch(int minorVersion) {
        Reply reply = send(Compound.of(minorVersion, Ops.putRootFh()));
        assertStatus(reply, NfsStatus.MINOR_VERS_MISMATCH);
        assertThat(reply.items()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 76, 77, 200, 10045, -1})
    void unknownOperation_isIllegal(int code) {
        Reply reply = session.call(Ops.putRootFh(), Op.of(code));
        assertStatus(reply, NfsStatus.OP_ILLEGAL);
        assertThat(reply.last().code()).isEqualTo(OpCode.ILLEGAL);
        assertThat(reply.items()).hasSize(3);
    }

    @Test
    void unknownOperation_first_isIllegal() {
        Reply reply = client.call(Op.of(1));
        assertStatus(reply, NfsStatus.OP_ILLEGAL, NfsStatus.OP_NOT_IN_SESSION);
    }

    @Test
    void illegalOperationItself_isIllegal() {
        assertStatus(session.call(Op.of(OpCode.ILLEGAL)), NfsStatus.OP_ILLEGAL);
    }

    @Test
    void operationsAfterFailure_areNotExecuted() {
        Reply reply = here(Ops.lookup("absent"), Ops.mkdir("never"));
        assertStatus(reply, NfsStatus.NOENT);
        assertThat(reply.items()).hasSize(3);
        assertStatus(here(Ops.lookup("never")), NfsStatus.NOENT);
    }

    /** What 4.0 had and 4.1 has not (RFC 8881, table 13). */
    @Test
    void operationsOfMinorVersionZero_areNotSupported() {
        List<Op> gone = List.of(
                SessionOps.renew(session.clientId),
                SessionOps.setClientId(client.verifier, "id", "tcp", "0.0.0.0.0.0"),
                SessionOps.setClientIdConfirm(session.clientId, client.verifier),
                SessionOps.releaseLockOwner(session.owner("owner")));
        for (Op op : gone) {
            assertStatus(session.call(op), NfsStatus.NOTSUPP);
        }
        Opened file = newFile("file");
        assertStatus(file.call(Ops.openConfirm(file.stateId(), 1)), NfsStatus.NOTSUPP);
    }

    @Test
    void operationsOfMinorVersionTwo_inOne_areIllegalOrNotSupported() throws Exception {
        Client41 one = closing(Client41.open(target.port(), 1));
        Session sessionOfOne = one.newSession();
        List<Op> newer = List.of(
                Ops.allocate(StateId.ANONYMOUS, new Ops.Range(0, 1)),
                Ops.seek(StateId.ANONYMOUS, 0, false),
                Ops.getXattr("a"));
        for (Op op : newer) {
            assertStatus(sessionOfOne.call(Ops.putRootFh(), op), NfsStatus.OP_ILLEGAL, NfsStatus.NOTSUPP);
        }
    }

    @Test
    void minorVersionOne_works() throws Exception {
        Session one = closing(Client41.open(target.port(), 1)).newSession();
        Reply reply = at(one, directory, Ops.mkdir("by-one"), Ops.getAttr(Attr.TYPE));
        assertThat(reply.attrs().u32(Attr.TYPE)).isEqualTo(Attr.FileType.DIR.ordinal());
    }

    @Test
    void layouts_areRefusedWithoutHarm() {
        XdrWriter arguments =
                new XdrWriter().bool(false).u32(1).u32(1).u64(0).u64(4096).u64(4096);
        Op layoutGet =
                Op.of(OpCode.LAYOUTGET, arguments.stateId(StateId.ANONYMOUS).u32(4096));
        Opaque file = fileOf("file", "x");
        assertStatus(
                at(file, layoutGet),
                NfsStatus.NOTSUPP,
                NfsStatus.LAYOUTUNAVAILABLE,
                NfsStatus.UNKNOWN_LAYOUTTYPE,
                NfsStatus.BAD_STATEID);
        session.call().ok();
    }

    @Test
    void manyOperations_withinTheLimit_areExecuted() {
        List<Op> ops = new ArrayList<>(
                Collections.nCopies(Math.min(session.made.fore().operationsMax(), 64) - 2, Ops.putRootFh()));
        ops.add(Ops.getFh());
        assertThat(session.call(ops).ok().items()).hasSize(ops.size() + 1);
    }

    @Test
    void truncatedArguments_areUndecodable() {
        List<Op> ops = List.of(Ops.putRootFh(), Ops.lookup("name"), Ops.getAttr(Attr.TYPE, Attr.SIZE));
        int length = session.encodeWith(SessionOps.sequence(session.id, 0, 0, 0, true), ops).length;
        for (int cut = 4; cut < length; cut += 4) {
            byte[] part = Arrays.copyOf(session.encode(9, true, ops), length - cut);
            assertUndecodable(session.callMalformed(9, part), NfsStatus.NOENT);
        }
        session.call().ok();
    }

    @Test
    void lengthsThatLie_areUndecodable() {
        for (long length : LYING_LENGTHS) {
            List<Op> putFh =
                    List.of(Op.of(OpCode.PUTFH, new XdrWriter().u32(length).u32(0)));
            assertUndecodable(session.callMalformed(9, putFh), NfsStatus.BADHANDLE);
            List<Op> lookup = List.of(
                    Ops.putRootFh(),
                    Op.of(OpCode.LOOKUP, new XdrWriter().u32(length).u32(0)));
            assertUndecodable(session.callMalformed(9, lookup), NfsStatus.NAMETOOLONG);
            List<Op> getAttr = List.of(
                    Ops.putRootFh(),
                    Op.of(OpCode.GETATTR, new XdrWriter().u32(length).u32(0)));
            assertUndecodable(session.callMalformed(9, getAttr));
            List<Op> test = List.of(
                    Op.of(OpCode.TEST_STATEID, new XdrWriter().u32(length).u32(0)));
            assertUndecodable(session.callMalformed(9, test));
        }
        session.call().ok();
    }

    @Test
    void countOfOperationsThatLies_isUndecodable() {
        for (long count : LYING_LENGTHS) {
            byte[] call = session.encode(9, true, List.of());
            // The count follows the tag ("it" in eight bytes) and the minor version.
            ByteBuffer.wrap(call).putInt(12, (int) count);
            assertUndecodable(
                    session.callMalformed(9, call), NfsStatus.TOO_MANY_OPS, NfsStatus.RESOURCE, NfsStatus.OP_ILLEGAL);
        }
        session.call().ok();
    }
}
