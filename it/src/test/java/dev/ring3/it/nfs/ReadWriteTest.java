package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.nfs.Ops.Stable;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** READ, WRITE, COMMIT (RFC 8881, 18.22, 18.32, 18.3). */
class ReadWriteTest extends NfsSuite {
    @Test
    void writeOfNothing_leavesTheTimes() throws Exception {
        Opened file = newFile("f");
        Attrs before = file.call(Ops.getAttr(Attr.TIME_MODIFY)).attrs();
        Thread.sleep(20);
        assertThat(file.write(5, "").count()).isZero();
        assertThat(file.call(Ops.getAttr(Attr.TIME_MODIFY)).attrs()).isEqualTo(before);
        assertThat(file.call(Ops.getAttr(Attr.SIZE)).attrs().u64(Attr.SIZE)).isZero();
    }

    @Test
    void read_atAndBeyondTheEnd() {
        Opened file = newFile("f");
        file.write(0, "0123456789");
        assertThat(file.call(Ops.read(file.stateId(), 5, 100)).data())
                .isEqualTo(new Result.Data(true, Opaque.of("56789")));
        assertThat(file.call(Ops.read(file.stateId(), 0, 10)).data().eof()).isTrue();
        assertThat(file.call(Ops.read(file.stateId(), 0, 9)).data().eof()).isFalse();
        assertThat(file.call(Ops.read(file.stateId(), 10, 5)).data()).isEqualTo(new Result.Data(true, Opaque.of("")));
        assertThat(file.call(Ops.read(file.stateId(), 1L << 40, 5)).data().eof())
                .isTrue();
        assertThat(file.call(Ops.read(file.stateId(), 3, 0)).data().data().length())
                .isZero();
    }

    @Test
    void read_atTheLastOffset_isAnsweredOrInvalid() {
        Opened file = newFile("f");
        Reply reply = file.call(Ops.read(file.stateId(), -1, 10));
        assertStatus(reply, NfsStatus.OK, NfsStatus.INVAL);
    }

    @Test
    void read_ofEmptyFile_isTheEnd() {
        Opened file = newFile("f");
        assertThat(file.call(Ops.read(file.stateId(), 0, 10)).data()).isEqualTo(new Result.Data(true, Opaque.of("")));
    }

    @Test
    void read_ofMoreThanIsAllowed_isShort() {
        Opened file = newFile("f");
        file.call(Ops.setAttr(file.stateId(), AttrValues.ofSize(8 << 20))).ok();
        int largest = (int) file.call(Ops.getAttr(Attr.MAXREAD)).attrs().u64(Attr.MAXREAD);
        Op sequence = SessionOps.sequence(session.id, session.sequence(9) + 1, 9, 15, false);
        Reply reply = session.callWith(sequence, Ops.putFh(file.handle()), Ops.read(file.stateId(), 0, 8 << 20));
        if (reply.status() != NfsStatus.REP_TOO_BIG) {
            Result.Data data = reply.data();
            assertThat(data.data().length()).isBetween(1, Math.max(largest, 1));
            assertThat(data.eof()).isFalse();
        }
    }

    @Test
    void specialStateIds_readAndWrite() {
        Opaque file = fileOf("f", "abc");
        assertThat(at(file, Ops.read(StateId.ANONYMOUS, 0, 3)).data().data()).isEqualTo(Opaque.of("abc"));
        assertThat(at(file, Ops.read(StateId.BYPASS, 0, 3)).data().data()).isEqualTo(Opaque.of("abc"));
        at(file, Ops.write(StateId.ANONYMOUS, 0, Stable.FILE_SYNC, utf8("x"))).ok();
        at(file, Ops.write(StateId.BYPASS, 1, Stable.FILE_SYNC, utf8("y"))).ok();
        assertThat(at(file, Ops.read(StateId.ANONYMOUS, 0, 3)).data().data()).isEqualTo(Opaque.of("xyc"));
    }

    @Test
    void anonymousAccess_isJudgedByMode() {
        Opaque file = fileOf("f", "abc");
        RpcCredential user = RpcCredential.sys(1234, 1234);
        session.callAs(user, Ops.putFh(file), Ops.read(StateId.ANONYMOUS, 0, 3)).ok();
        Op write = Ops.write(StateId.ANONYMOUS, 0, Stable.FILE_SYNC, utf8("x"));
        assertStatus(session.callAs(user, Ops.putFh(file), write), NfsStatus.ACCESS);
        at(file, Ops.setAttr(StateId.ANONYMOUS, AttrValues.ofMode(0600))).ok();
        assertStatus(session.callAs(user, Ops.putFh(file), Ops.read(StateId.ANONYMOUS, 0, 3)), NfsStatus.ACCESS);
    }

    @ParameterizedTest
    @EnumSource(Stable.class)
    void write_isAtLeastAsStableAsAsked(Stable stable) {
        Opened file = newFile("f");
        Result.Written written = file.call(Ops.write(file.stateId(), 0, stable, utf8("abc")))
                .ok()
                .get(Result.Written.class);
        assertThat(written.count()).isEqualTo(3);
        assertThat(written.committed()).isGreaterThanOrEqualTo(stable.ordinal());
        Opaque commit =
                file.call(Ops.commit(0, 0)).ok().get(Result.Verifier.class).verifier();
        assertThat(commit).as("the server did not restart").isEqualTo(written.verifier());
        assertThat(file.read(0, 10)).isEqualTo("abc");
    }

    @Test
    void write_ofUnknownStability_isUndecodable() {
        Opened file = newFile("f");
        Op write = Op.of(
                OpCode.WRITE,
                new XdrWriter().stateId(file.stateId()).u64(0).u32(3).text("abc"));
        assertUndecodable(session.callMalformed(9, List.of(Ops.putFh(file.handle()), write)), NfsStatus.INVAL);
        assertThat(file.read(0, 10)).isEmpty();
    }

    @Test
    void write_ofNothing_changesNothing() {
        Opened file = newFile("f");
        file.write(0, "abc");
        long change = file.call(Ops.getAttr(Attr.CHANGE)).attrs().u64(Attr.CHANGE);
        Result.Written written = file.write(100, "");
        assertThat(written.count()).isZero();
        Attrs attrs = file.call(Ops.getAttr(Attr.SIZE, Attr.CHANGE)).attrs();
        assertThat(attrs.u64(Attr.SIZE)).isEqualTo(3);
        assertThat(attrs.u64(Attr.CHANGE)).isEqualTo(change);
    }

    @Test
    void write_beyondTheEnd_leavesZeros() {
        Opened file = newFile("f");
        file.write(5, "x");
        assertThat(file.read(0, 10)).isEqualTo("\0\0\0\0\0x");
    }

    @Test
    void write_beyondTheLargestFile_isTooBig() {
        Opened file = newFile("f");
        long largest = file.call(Ops.getAttr(Attr.MAXFILESIZE)).attrs().u64(Attr.MAXFILESIZE);
        if (largest > 0) {
            assertStatus(
                    file.call(Ops.write(file.stateId(), largest, Stable.FILE_SYNC, utf8("x"))),
                    NfsStatus.FBIG,
                    NfsStatus.INVAL);
        }
        assertStatus(
                file.call(Ops.write(file.stateId(), -1, Stable.FILE_SYNC, utf8("xy"))),
                NfsStatus.FBIG,
                NfsStatus.INVAL);
        assertThat(file.call(Ops.getAttr(Attr.SIZE)).attrs().u64(Attr.SIZE)).isZero();
    }

    @Test
    void commit_ofAnyRange_succeeds() {
        Opened file = newFile("f");
        file.write(0, "abc");
        file.call(Ops.commit(0, 2)).ok();
        file.call(Ops.commit(1, 0)).ok();
        file.call(Ops.commit(1 << 20, 4096)).ok();
        // Beyond all offsets: there is no status for it, and all of the file is made durable.
        file.call(Ops.commit(-1, 2)).ok();
    }

    /** Random writes and cuts of one file against a model, through several stateids and stabilities. */
    @Test
    void randomWrites_areReadBack() {
        long seed = Long.getLong("ring3.seed", System.nanoTime());
        Random random = new Random(seed);
        Opened file = newFile("f");
        byte[] model = new byte[0];
        for (int step = 0; step < 150; step++) {
            int offset = random.nextInt(200_000);
            if (random.nextInt(5) == 0) {
                file.call(Ops.setAttr(file.stateId(), AttrValues.ofSize(offset)))
                        .ok();
                model = Arrays.copyOf(model, offset);
                continue;
            }
            byte[] data = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(data);
            Stable stable = Stable.values()[random.nextInt(3)];
            Result.Written written = file.call(Ops.write(file.stateId(), offset, stable, data))
                    .ok()
                    .get(Result.Written.class);
            assertThat(written.count()).isEqualTo(data.length);
            model = Arrays.copyOf(model, Math.max(model.length, offset + data.length));
            System.arraycopy(data, 0, model, offset, data.length);
        }
        Result.Data all = file.call(Ops.read(file.stateId(), 0, 400_000)).data();
        assertThat(all.data())
                .as("replay: -Dring3.seed=%d ReadWriteTest#randomWrites_areReadBack", seed)
                .isEqualTo(Opaque.of(model));
        assertThat(all.eof()).isTrue();
    }
}
