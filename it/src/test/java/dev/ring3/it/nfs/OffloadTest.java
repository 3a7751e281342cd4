package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies that go on after they were answered (RFC 7862, 4.6, 15.2, 15.8, 15.9, 16.1). */
class OffloadTest extends NfsSuite {
    private static final int PIECE = 1 << 20;
    private static final int PIECES = 6;

    /** Odd, so that no server can share blocks between the two files. */
    private static final int SKIPPED = 1;

    private static final long LENGTH = (long) PIECE * PIECES - SKIPPED;

    private Opened source;
    private Opened copy;

    @BeforeEach
    void largeFile() {
        source = newFile("source");
        copy = newFile("copy");
        for (int i = 0; i < PIECES; i++) {
            source.call(Ops.write(source.stateId(), (long) i * PIECE, Ops.Stable.UNSTABLE, piece(i)))
                    .ok();
        }
    }

    private static byte[] piece(int number) {
        byte[] bytes = new byte[PIECE];
        Arrays.fill(bytes, (byte) (number + 1));
        return bytes;
    }

    private StateId begin() {
        Op op = Ops.copy(source.stateId(), copy.stateId(), SKIPPED, 0, LENGTH, false);
        Result.Copied begun = session.call(Ops.putFh(source.handle()), Ops.saveFh(), Ops.putFh(copy.handle()), op)
                .ok()
                .get(Result.Copied.class);
        assumeTrue(begun.pending() != null, "the server copies at once");
        assertThat(begun.synchronous()).isFalse();
        return begun.pending();
    }

    private Result.Offload awaitEnd(StateId pending) throws InterruptedException {
        Result.Offload status = status(pending);
        while (status.complete().isEmpty()) {
            assertThat(status.count()).isBetween(0L, LENGTH);
            Thread.sleep(10);
            status = status(pending);
        }
        return status;
    }

    private Result.Offload status(StateId pending) {
        return copy.call(Ops.offloadStatus(pending)).ok().get(Result.Offload.class);
    }

    @Test
    void copy_isToldAndAskedAbout_untilItHasEnded() throws Exception {
        StateId pending = begin();
        BackChannel.Event told = client.backChannel.poll(RpcConnection.SECONDS_MAX);
        assertThat(told).isEqualTo(new BackChannel.Offload(copy.handle(), pending, NfsStatus.OK, LENGTH));
        Result.Offload end = awaitEnd(pending);
        assertThat(end.complete()).containsExactly(NfsStatus.OK);
        assertThat(end.count()).isEqualTo(LENGTH);
        assertThat(copy.read(PIECE - SKIPPED - 2, 4)).isEqualTo("\1\1\2\2");
        assertThat(copy.call(Ops.getAttr(Attr.SIZE)).attrs().u64(Attr.SIZE)).isEqualTo(LENGTH);
        assertStatus(copy.call(Ops.offloadCancel(pending)), NfsStatus.COMPLETE_ALREADY);
        session.call(Ops.freeStateId(pending)).ok();
        assertStatus(copy.call(Ops.offloadStatus(pending)), NfsStatus.BAD_STATEID);
    }

    @Test
    void copy_cancelled_isKnownNoMore() {
        StateId pending = begin();
        Reply cancelled = copy.call(Ops.offloadCancel(pending));
        assertStatus(cancelled, NfsStatus.OK, NfsStatus.COMPLETE_ALREADY);
        if (cancelled.status() == NfsStatus.OK) {
            assertStatus(copy.call(Ops.offloadStatus(pending)), NfsStatus.BAD_STATEID);
        }
    }

    /** The copy is no matter of the opens that it was asked through. */
    @Test
    void copy_filesClosed_goesOn() throws Exception {
        StateId pending = begin();
        source.close();
        copy.close();
        assertThat(awaitEnd(pending).count()).isEqualTo(LENGTH);
    }

    @Test
    void otherStates_areNoCopies() {
        assertStatus(copy.call(Ops.offloadStatus(copy.stateId())), NfsStatus.BAD_STATEID);
        assertStatus(copy.call(Ops.offloadStatus(copy.stateId().forged())), NfsStatus.BAD_STATEID);
        assertStatus(copy.call(Ops.offloadCancel(copy.stateId())), NfsStatus.BAD_STATEID);
    }

    @Test
    void copy_readAsFile_isRefused() throws Exception {
        StateId pending = begin();
        assertStatus(copy.call(Ops.read(pending, 0, 1)), NfsStatus.BAD_STATEID);
        awaitEnd(pending);
    }
}
