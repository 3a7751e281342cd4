package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.nfs.Ops.Range;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What 4.2 added for files with holes, and copies made by the server (RFC 7862, 15). */
class SparseTest extends NfsSuite {
    private static final int BLOCK = 65536;
    private Opened file;

    /** Data in the first and the third block, a hole between, a hole at the end. */
    @BeforeEach
    void makeSparseFile() {
        file = newFile("sparse");
        file.write(0, "a".repeat(BLOCK));
        file.write(2L * BLOCK, "c".repeat(BLOCK));
        file.call(Ops.setAttr(file.stateId(), AttrValues.ofSize(4L * BLOCK))).ok();
    }

    private Result.Sought seek(long offset, boolean hole) {
        return file.call(Ops.seek(file.stateId(), offset, hole)).ok().get(Result.Sought.class);
    }

    @Test
    void seek_findsDataAndHoles() {
        assertThat(seek(0, false)).isEqualTo(new Result.Sought(false, 0));
        assertThat(seek(0, true)).isEqualTo(new Result.Sought(false, BLOCK));
        assertThat(seek(BLOCK, false)).isEqualTo(new Result.Sought(false, 2 * BLOCK));
        assertThat(seek(BLOCK + 1, true)).isEqualTo(new Result.Sought(false, BLOCK + 1));
        assertThat(seek(2 * BLOCK + 5, false)).isEqualTo(new Result.Sought(false, 2 * BLOCK + 5));
        assertThat(seek(2 * BLOCK, true)).isEqualTo(new Result.Sought(false, 3 * BLOCK));
    }

    @Test
    void seek_atTheEnd() {
        assertThat(seek(3 * BLOCK, false).eof())
                .as("no more data: eof (15.11.3)")
                .isTrue();
        assertStatus(file.call(Ops.seek(file.stateId(), 4 * BLOCK, false)), NfsStatus.NXIO);
        assertStatus(file.call(Ops.seek(file.stateId(), 4 * BLOCK, true)), NfsStatus.NXIO);
        Opened full = newFile("full");
        full.write(0, "x".repeat(BLOCK));
        Result.Sought end = full.call(Ops.seek(full.stateId(), 0, true)).ok().get(Result.Sought.class);
        assertThat(end.offset()).as("every file ends with a virtual hole").isEqualTo(BLOCK);
    }

    @Test
    void seek_forOther_isRefused() {
        Op op = Op.of(
                OpCode.SEEK, new XdrWriter().stateId(file.stateId()).u64(0).u32(2));
        assertUndecodable(
                session.callMalformed(9, List.of(Ops.putFh(file.handle()), op)),
                NfsStatus.UNION_NOTSUPP,
                NfsStatus.INVAL);
    }

    @Test
    void readPlus_hasDataAndHoles() {
        Result.Segments result =
                file.call(Ops.readPlus(file.stateId(), 0, 4 * BLOCK)).ok().get(Result.Segments.class);
        long expected = 0;
        byte[] content = new byte[4 * BLOCK];
        for (Result.Segment segment : result.segments()) {
            assertThat(segment.offset()).as("segments follow each other").isLessThanOrEqualTo(expected);
            if (segment.data() != null) {
                System.arraycopy(
                        segment.data().bytes(),
                        0,
                        content,
                        (int) segment.offset(),
                        segment.data().length());
            }
            expected = segment.offset() + segment.length();
        }
        int length = (int) Math.min(expected, content.length);
        assertThat(length).isPositive();
        assertThat(Opaque.of(Arrays.copyOf(content, length)))
                .isEqualTo(file.call(Ops.read(file.stateId(), 0, length)).data().data());
        if (length == content.length) {
            assertThat(result.eof()).isTrue();
        }
    }

    @Test
    void readPlus_ofHole_sendsNoZeros() {
        Result.Segments result =
                file.call(Ops.readPlus(file.stateId(), BLOCK, BLOCK)).ok().get(Result.Segments.class);
        assertThat(result.segments()).hasSize(1);
        assertThat(result.segments().getFirst().data()).isNull();
        assertThat(result.eof()).isFalse();
    }

    @Test
    void readPlus_beyondTheEnd_isEmpty() {
        Result.Segments result =
                file.call(Ops.readPlus(file.stateId(), 9 * BLOCK, BLOCK)).ok().get(Result.Segments.class);
        assertThat(result.eof()).isTrue();
        assertThat(result.segments()).isEmpty();
    }

    @Test
    void deallocate_makesAHole() {
        long before = file.call(Ops.getAttr(Attr.SPACE_USED)).attrs().u64(Attr.SPACE_USED);
        file.call(Ops.deallocate(file.stateId(), new Range(2 * BLOCK, BLOCK))).ok();
        Attrs attrs = file.call(Ops.getAttr(Attr.SIZE, Attr.SPACE_USED)).attrs();
        assertThat(attrs.u64(Attr.SIZE)).isEqualTo(4 * BLOCK);
        assertThat(attrs.u64(Attr.SPACE_USED)).isLessThan(before);
        assertThat(seek(BLOCK, false).eof()).isTrue();
        assertThat(file.read(2 * BLOCK, 3)).isEqualTo("\0\0\0");
    }

    @Test
    void deallocate_ofPartOfABlock_zeroesIt() {
        file.call(Ops.deallocate(file.stateId(), new Range(10, 5))).ok();
        assertThat(file.read(8, 9)).isEqualTo("aa\0\0\0\0\0aa");
    }

    @Test
    void allocate_extendsAndReserves() {
        Opened empty = newFile("empty");
        empty.call(Ops.allocate(empty.stateId(), new Range(0, BLOCK))).ok();
        Attrs attrs = empty.call(Ops.getAttr(Attr.SIZE, Attr.SPACE_USED)).attrs();
        assertThat(attrs.u64(Attr.SIZE)).isEqualTo(BLOCK);
        assertThat(attrs.u64(Attr.SPACE_USED)).isGreaterThanOrEqualTo(BLOCK);
        assertThat(empty.read(BLOCK - 2, 5)).isEqualTo("\0\0");
        file.call(Ops.allocate(file.stateId(), new Range(0, 4 * BLOCK))).ok();
        assertThat(file.read(0, 3)).as("data stays").isEqualTo("aaa");
    }

    @Test
    void ranges_thatWrap_areInvalid() {
        for (Range range : List.of(new Range(-1, 10), new Range(1L << 62, Long.MAX_VALUE))) {
            assertStatus(
                    file.call(Ops.allocate(file.stateId(), range)), NfsStatus.INVAL, NfsStatus.FBIG, NfsStatus.NOSPC);
            assertStatus(
                    file.call(Ops.deallocate(file.stateId(), range)), NfsStatus.INVAL, NfsStatus.FBIG, NfsStatus.OK);
        }
        assertThat(file.call(Ops.getAttr(Attr.SIZE)).attrs().u64(Attr.SIZE)).isEqualTo(4 * BLOCK);
    }

    @Test
    void spaceOperations_needAnOpenForWriting() {
        Opened read = open(Open.by(session.owner("r"))
                .access(Open.READ | Open.WANT_NO_DELEGATION)
                .name("sparse"));
        assertStatus(read.call(Ops.allocate(read.stateId(), new Range(0, 1))), NfsStatus.OPENMODE);
        assertStatus(read.call(Ops.deallocate(read.stateId(), new Range(0, 1))), NfsStatus.OPENMODE);
        assertStatus(
                read.call(Ops.seek(read.stateId().forged(), 0, false)), NfsStatus.BAD_STATEID, NfsStatus.STALE_STATEID);
        read.call(Ops.seek(read.stateId(), 0, false)).ok();
    }

    private Reply copyTo(Opened to, Op copy) {
        return session.call(Ops.putFh(file.handle()), Ops.saveFh(), Ops.putFh(to.handle()), copy);
    }

    @Test
    void copy_makesTheSameBytes() {
        Opened to = newFile("copy");
        Result.Copied copied = copyTo(to, Ops.copy(file.stateId(), to.stateId(), 0, 0, 0, true))
                .ok()
                .get(Result.Copied.class);
        assertThat(copied.pending()).isNull();
        assertThat(copied.count()).isEqualTo(4 * BLOCK);
        assertSame(to);
    }

    private void assertSame(Opened to) {
        assertThat(to.call(Ops.read(to.stateId(), 0, 5 * BLOCK)).data())
                .isEqualTo(file.call(Ops.read(file.stateId(), 0, 5 * BLOCK)).data());
    }

    @Test
    void copy_ofRange_toOtherOffset() {
        Opened to = newFile("copy");
        copyTo(to, Ops.copy(file.stateId(), to.stateId(), BLOCK - 3, 10, 6, true))
                .ok();
        assertThat(to.read(0, 100)).isEqualTo("\0".repeat(10) + "aaa\0\0\0");
    }

    @Test
    void copy_beyondTheEnd_isInvalid() {
        Opened to = newFile("copy");
        assertStatus(copyTo(to, Ops.copy(file.stateId(), to.stateId(), 4 * BLOCK - 5, 0, 10, true)), NfsStatus.INVAL);
        assertStatus(copyTo(to, Ops.copy(file.stateId(), to.stateId(), 9 * BLOCK, 0, 10, true)), NfsStatus.INVAL);
    }

    @Test
    void copy_withinTheFile_isRefused() {
        Op apart = Ops.copy(file.stateId(), file.stateId(), 0, BLOCK, 100, true);
        assertStatus(copyTo(file, apart), NfsStatus.INVAL);
    }

    @Test
    void copy_needsTheRightStates() {
        Opened to = newFile("copy");
        Opened readOnly = open(Open.by(session.owner("r"))
                .access(Open.READ | Open.WANT_NO_DELEGATION)
                .name("copy"));
        assertStatus(copyTo(to, Ops.copy(file.stateId(), readOnly.stateId(), 0, 0, 0, true)), NfsStatus.OPENMODE);
        assertStatus(
                copyTo(to, Ops.copy(file.stateId().forged(), to.stateId(), 0, 0, 0, true)),
                NfsStatus.BAD_STATEID,
                NfsStatus.STALE_STATEID);
        assertStatus(copyTo(to, Ops.copy(to.stateId(), to.stateId(), 0, 0, 0, true)), NfsStatus.BAD_STATEID);
    }

    @Test
    void copy_ofDirectory_isRefused() {
        Opened to = newFile("copy");
        Reply reply = session.call(
                Ops.putFh(directory),
                Ops.saveFh(),
                Ops.putFh(to.handle()),
                Ops.copy(StateId.ANONYMOUS, to.stateId(), 0, 0, 0, true));
        assertStatus(reply, NfsStatus.WRONG_TYPE);
    }

    /** Either it is done at once, or a callback says when (15.2.3). */
    @Test
    void copy_asynchronous_ends() throws Exception {
        Opened to = newFile("copy");
        Result.Copied copied = copyTo(to, Ops.copy(file.stateId(), to.stateId(), 0, 0, 0, false))
                .ok()
                .get(Result.Copied.class);
        StateId pending = copied.pending();
        if (pending != null) {
            BackChannel.Event event = client.backChannel.poll(RpcConnection.SECONDS_MAX);
            assertThat(event).isInstanceOfSatisfying(BackChannel.Offload.class, offload -> {
                assertThat(offload.stateId().other()).isEqualTo(pending.other());
                assertThat(offload.status()).isEqualTo(NfsStatus.OK);
                assertThat(offload.count()).isEqualTo(4 * BLOCK);
            });
        }
        assertSame(to);
    }

    @Test
    void offload_ofUnknownCopy_isBad() {
        for (Op op : List.of(
                Ops.offloadStatus(file.stateId().forged()),
                Ops.offloadCancel(file.stateId().forged()))) {
            // Without asynchronous copies there is none to ask about.
            assertStatus(file.call(op), NfsStatus.BAD_STATEID, NfsStatus.NOTSUPP);
        }
    }

    @Test
    void clone_sharesAndThenDiverges() {
        Opened to = newFile("clone");
        copyTo(to, Ops.cloneRange(file.stateId(), to.stateId(), 0, 0, 0)).ok();
        assertSame(to);
        to.write(0, "other");
        assertThat(file.read(0, 5)).isEqualTo("aaaaa");
    }

    @Test
    void clone_ofBlocks_toOtherOffset() {
        Opened to = newFile("clone");
        copyTo(to, Ops.cloneRange(file.stateId(), to.stateId(), 2 * BLOCK, BLOCK, BLOCK))
                .ok();
        assertThat(to.read(BLOCK - 1, 3)).isEqualTo("\0cc");
        assertThat(to.call(Ops.getAttr(Attr.SIZE)).attrs().u64(Attr.SIZE)).isEqualTo(2 * BLOCK);
    }

    @Test
    void clone_offBlockBoundaries_isInvalid() {
        Opened to = newFile("clone");
        assertStatus(copyTo(to, Ops.cloneRange(file.stateId(), to.stateId(), 1, 0, BLOCK)), NfsStatus.INVAL);
        assertStatus(copyTo(to, Ops.cloneRange(file.stateId(), to.stateId(), 0, 0, 9 * BLOCK)), NfsStatus.INVAL);
        assertStatus(copyTo(file, Ops.cloneRange(file.stateId(), file.stateId(), 0, 0, BLOCK)), NfsStatus.INVAL);
        int block = file.call(Ops.getAttr(Attr.CLONE_BLKSIZE)).attrs().u32(Attr.CLONE_BLKSIZE);
        assertThat(BLOCK % block).isZero();
    }

    @Test
    void ioAdvise_isAnswered() {
        Result.Hints hints = file.call(Ops.ioAdvise(file.stateId(), new Range(0, 0), 1, 3))
                .ok()
                .get(Result.Hints.class);
        assertThat(hints.hints().length()).isLessThanOrEqualTo(4);
        assertStatus(
                file.call(Ops.ioAdvise(file.stateId().forged(), new Range(0, 0), 1)),
                NfsStatus.BAD_STATEID,
                NfsStatus.STALE_STATEID,
                NfsStatus.OK);
    }

    /** What the last block has beyond the range is cut off with it (RFC 7862, 15.13.3). */
    @Test
    void clone_ofAnEndThatIsNoBlock_zeroesTheRestOfIt() {
        int unit = here(Ops.getAttr(Attr.CLONE_BLKSIZE)).attrs().u32(Attr.CLONE_BLKSIZE);
        Opened from = newFile("from");
        from.write(0, "b".repeat(unit + 100));
        Opened to = newFile("to");
        to.write(0, "c".repeat(3 * unit));
        session.call(
                        Ops.putFh(from.handle()),
                        Ops.saveFh(),
                        Ops.putFh(to.handle()),
                        Ops.cloneRange(from.stateId(), to.stateId(), 0, 0, 0))
                .ok();
        boolean asItShould =
                to.read(0, 3 * unit).equals("b".repeat(unit + 100) + "\0".repeat(unit - 100) + "c".repeat(unit));
        assertThat(asItShould).isTrue();
    }
}
