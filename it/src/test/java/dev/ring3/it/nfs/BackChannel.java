package dev.ring3.it.nfs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of callbacks (RFC 8881, 20; RFC 7530, 17): answers CB_COMPOUND, keeps what was asked. A test says what
 * CB_GETATTR finds.
 */
final class BackChannel implements RpcConnection.Responder {
    private static final int CB_GETATTR = 3;
    private static final int CB_RECALL = 4;
    private static final int CB_RECALL_ANY = 8;
    private static final int CB_SEQUENCE = 11;
    private static final int CB_NOTIFY_LOCK = 13;
    private static final int CB_OFFLOAD = 15;

    /** What the server asked for. */
    sealed interface Event {}

    record Recall(StateId stateId, boolean truncate, Opaque handle) implements Event {}

    record GetAttr(Opaque handle) implements Event {}

    record Offload(Opaque handle, StateId stateId, NfsStatus status, long count) implements Event {}

    record NotifyLock(Opaque handle) implements Event {}

    record Other(int code) implements Event {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile long heldChange;
    private volatile long heldSize;
    private volatile boolean mute;
    private volatile @Nullable RpcCredential caller;

    /** What the holder of a write delegation says of its file. */
    void holds(long change, long size) {
        heldChange = change;
        heldSize = size;
    }

    /** Whether it hears and does not answer. */
    void mute(boolean now) {
        mute = now;
    }

    /** As whom the server called last. */
    @Nullable
    RpcCredential caller() {
        return caller;
    }

    /** The next thing that the server asks for, null if it does not within the time. */
    @Nullable
    Event poll(long seconds) throws InterruptedException {
        return events.poll(seconds, TimeUnit.SECONDS);
    }

    Recall awaitRecall() throws InterruptedException {
        while (true) {
            switch (poll(RpcConnection.SECONDS_MAX)) {
                case Recall recall -> {
                    return recall;
                }
                case null -> throw new AssertionError("no recall");
                case Event ignored -> {}
            }
        }
    }

    @Override
    public byte @Nullable [] answer(int program, int procedure, RpcCredential by, XdrReader in) {
        if (procedure == 0) {
            return new byte[0];
        }
        caller = by;
        boolean silent = mute; // as it is when the call comes, not when a test has seen it
        Opaque tag = in.opaque();
        in.u32();
        in.u32();
        int count = in.u32();
        List<byte[]> results = new ArrayList<>();
        NfsStatus status = NfsStatus.OK;
        for (int i = 0; i < count && status == NfsStatus.OK; i++) {
            int code = in.u32();
            XdrWriter result = new XdrWriter();
            status = answer(code, in, result);
            results.add(new XdrWriter()
                    .u32(code)
                    .u32(status.code)
                    .raw(status == NfsStatus.OK ? result.toBytes() : new byte[0])
                    .toBytes());
        }
        if (silent) {
            return null;
        }
        XdrWriter out = new XdrWriter().u32(status.code).opaque(tag).u32(results.size());
        results.forEach(out::raw);
        return out.toBytes();
    }

    private NfsStatus answer(int code, XdrReader in, XdrWriter out) {
        return switch (code) {
            case CB_SEQUENCE -> {
                answerSequence(in, out);
                yield NfsStatus.OK;
            }
            case CB_RECALL -> {
                events.add(new Recall(in.stateId(), in.bool(), in.opaque()));
                yield NfsStatus.OK;
            }
            case CB_GETATTR -> {
                events.add(new GetAttr(in.opaque()));
                in.bitmap();
                out.bitmap(Attr.CHANGE, Attr.SIZE).u32(16).u64(heldChange).u64(heldSize);
                yield NfsStatus.OK;
            }
            case CB_OFFLOAD -> {
                events.add(readOffload(in));
                yield NfsStatus.OK;
            }
            case CB_RECALL_ANY -> {
                in.u32();
                in.bitmap();
                events.add(new Other(code));
                yield NfsStatus.OK;
            }
            case CB_NOTIFY_LOCK -> {
                events.add(new NotifyLock(in.opaque()));
                in.u64();
                in.bytes();
                yield NfsStatus.OK;
            }
            default -> {
                events.add(new Other(code));
                yield NfsStatus.NOTSUPP;
            }
        };
    }

    private static void answerSequence(XdrReader in, XdrWriter out) {
        Opaque sessionId = in.opaque(16);
        int sequence = in.u32();
        int slot = in.u32();
        int highest = in.u32();
        in.bool();
        in.list(list -> List.of(list.opaque(16), list.list(call -> List.of(call.u32(), call.u32()))));
        out.fixed(sessionId).u32(sequence).u32(slot).u32(highest).u32(highest);
    }

    private static Offload readOffload(XdrReader in) {
        Opaque handle = in.opaque();
        StateId stateId = in.stateId();
        NfsStatus status = in.status();
        if (status != NfsStatus.OK) {
            return new Offload(handle, stateId, status, in.u64());
        }
        in.list(XdrReader::stateId);
        long count = in.u64();
        in.u32();
        in.opaque(8);
        return new Offload(handle, stateId, status, count);
    }
}
