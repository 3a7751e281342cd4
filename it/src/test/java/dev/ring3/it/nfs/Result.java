package dev.ring3.it.nfs;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an operation returned beside its status; the one place that knows how each result is laid out. */
sealed interface Result {
    /** Nothing. */
    record Nothing() implements Result {}

    record Access(int supported, int granted) implements Result {}

    /** OPEN_CONFIRM, CLOSE, LOCK, LOCKU, OPEN_DOWNGRADE. */
    record State(StateId stateId) implements Result {}

    /** A change_info4. */
    record ChangeInfo(boolean atomic, long before, long after) {
        static ChangeInfo read(XdrReader in) {
            return new ChangeInfo(in.bool(), in.u64(), in.u64());
        }
    }

    /** CREATE, LINK, REMOVE, SETXATTR, REMOVEXATTR; RENAME has two: source and target. */
    record Changed(ChangeInfo info, @Nullable ChangeInfo target, BitSet set) implements Result {}

    record Attributes(Attrs attrs) implements Result {}

    record Handle(Opaque handle) implements Result {}

    /** Why LOCK or LOCKT was denied. */
    record Denied(long offset, long length, int type, Ops.Owner owner) implements Result {}

    record Opened(StateId stateId, ChangeInfo info, int flags, BitSet set, Delegation delegation) implements Result {}

    /** An open_delegation4; {@code type}: 0 none, 1 read, 2 write, 3 none for a reason. */
    record Delegation(int type, StateId stateId, boolean recall, int why) implements Result {}

    /** READ. */
    record Data(boolean eof, Opaque data) implements Result {}

    record Directory(Opaque verifier, List<Entry> entries, boolean eof) implements Result {}

    record Entry(long cookie, String name, Attrs attrs) {}

    record Text(String text) implements Result {}

    record Flavors(List<Integer> flavors) implements Result {}

    record SetAttributes(BitSet set) implements Result {}

    record Written(int count, int committed, Opaque verifier) implements Result {}

    /** COMMIT. */
    record Verifier(Opaque verifier) implements Result {}

    /** SETCLIENTID. */
    record ClientId(long clientId, Opaque verifier) implements Result {}

    record Exchanged(long clientId, int sequence, int flags, int protection, Opaque serverOwner, Opaque scope)
            implements Result {}

    record SessionMade(Opaque sessionId, int sequence, int flags, SessionOps.Channel fore, SessionOps.Channel back)
            implements Result {}

    record Bound(Opaque sessionId, int direction) implements Result {}

    record Sequenced(Opaque sessionId, int sequence, int slot, int highestSlot, int targetSlot, int flags)
            implements Result {}

    record States(List<NfsStatus> states) implements Result {}

    /** COPY; {@code pending} names an asynchronous one. */
    record Copied(@Nullable StateId pending, long count, int committed, Opaque verifier, boolean synchronous)
            implements Result {}

    record CopyLimits(boolean consecutive, boolean synchronous) implements Result {}

    record Offload(long count, List<NfsStatus> complete) implements Result {}

    record Hints(BitSet hints) implements Result {}

    /** A segment of READ_PLUS; a hole has no data. */
    record Segment(long offset, long length, @Nullable Opaque data) {}

    record Segments(boolean eof, List<Segment> segments) implements Result {}

    record Sought(boolean eof, long offset) implements Result {}

    record Value(Opaque value) implements Result {}

    record Names(long cookie, List<String> names, boolean eof) implements Result {}

    static Result read(int code, NfsStatus status, XdrReader in) {
        if (status != NfsStatus.OK) {
            return readFailed(code, status, in);
        }
        return switch (code) {
            case OpCode.ACCESS -> new Access(in.u32(), in.u32());
            case OpCode.CLOSE, OpCode.LOCK, OpCode.LOCKU, OpCode.OPEN_CONFIRM, OpCode.OPEN_DOWNGRADE ->
                new State(in.stateId());
            case OpCode.WANT_DELEGATION -> readDelegation(in);
            case OpCode.COMMIT -> new Verifier(in.opaque(8));
            case OpCode.CREATE -> new Changed(ChangeInfo.read(in), null, in.bitmap());
            case OpCode.GETATTR -> new Attributes(Attrs.read(in));
            case OpCode.GETFH -> new Handle(in.opaque());
            case OpCode.LINK, OpCode.REMOVE, OpCode.SETXATTR, OpCode.REMOVEXATTR ->
                new Changed(ChangeInfo.read(in), null, new BitSet());
            case OpCode.OPEN ->
                new Opened(in.stateId(), ChangeInfo.read(in), in.u32(), in.bitmap(), readDelegation(in));
            case OpCode.READ -> new Data(in.bool(), in.opaque());
            case OpCode.READDIR -> new Directory(in.opaque(8), readEntries(in), in.bool());
            case OpCode.READLINK -> new Text(in.text());
            case OpCode.RENAME -> new Changed(ChangeInfo.read(in), ChangeInfo.read(in), new BitSet());
            case OpCode.SECINFO, OpCode.SECINFO_NO_NAME -> new Flavors(in.list(Result::readFlavor));
            case OpCode.SETATTR -> new SetAttributes(in.bitmap());
            case OpCode.SETCLIENTID -> new ClientId(in.u64(), in.opaque(8));
            case OpCode.WRITE -> new Written(in.u32(), in.u32(), in.opaque(8));
            default -> code < OpCode.ALLOCATE ? readSession(code, in) : readNew(code, in);
        };
    }

    private static Result readFailed(int code, NfsStatus status, XdrReader in) {
        if (code == OpCode.SETATTR) {
            return new SetAttributes(in.bitmap());
        } else if (status == NfsStatus.DENIED && (code == OpCode.LOCK || code == OpCode.LOCKT)) {
            return new Denied(in.u64(), in.u64(), in.u32(), new Ops.Owner(in.u64(), in.opaque()));
        } else if (status == NfsStatus.CLID_INUSE && code == OpCode.SETCLIENTID) {
            return new Text(in.text() + " " + in.text());
        } else if (status == NfsStatus.OFFLOAD_NO_REQS && code == OpCode.COPY) {
            return new CopyLimits(in.bool(), in.bool());
        }
        return new Nothing();
    }

    /** Those that 4.1 added. */
    private static Result readSession(int code, XdrReader in) {
        return switch (code) {
            case OpCode.EXCHANGE_ID -> {
                Exchanged first = new Exchanged(in.u64(), in.u32(), in.u32(), in.u32(), serverOwner(in), in.opaque());
                in.list(implementation ->
                        implementation.text() + implementation.text() + implementation.u64() + implementation.u32());
                yield first;
            }
            case OpCode.CREATE_SESSION ->
                new SessionMade(
                        in.opaque(16), in.u32(), in.u32(), SessionOps.Channel.read(in), SessionOps.Channel.read(in));
            case OpCode.BIND_CONN_TO_SESSION -> {
                Bound bound = new Bound(in.opaque(16), in.u32());
                in.bool();
                yield bound;
            }
            case OpCode.SEQUENCE -> new Sequenced(in.opaque(16), in.u32(), in.u32(), in.u32(), in.u32(), in.u32());
            case OpCode.TEST_STATEID -> new States(in.list(XdrReader::status));
            default -> new Nothing();
        };
    }

    private static Opaque serverOwner(XdrReader in) {
        long minor = in.u64();
        return Opaque.of(new XdrWriter().u64(minor).opaque(in.opaque()).toBytes());
    }

    /** Those that 4.2 and RFC 8276 added. */
    private static Result readNew(int code, XdrReader in) {
        return switch (code) {
            case OpCode.COPY -> {
                List<StateId> pending = in.list(XdrReader::stateId);
                long count = in.u64();
                int committed = in.u32();
                Opaque verifier = in.opaque(8);
                in.bool();
                yield new Copied(pending.isEmpty() ? null : pending.getFirst(), count, committed, verifier, in.bool());
            }
            case OpCode.OFFLOAD_STATUS -> new Offload(in.u64(), in.list(XdrReader::status));
            case OpCode.IO_ADVISE -> new Hints(in.bitmap());
            case OpCode.READ_PLUS -> new Segments(in.bool(), in.list(Result::readSegment));
            case OpCode.SEEK -> new Sought(in.bool(), in.u64());
            case OpCode.GETXATTR -> new Value(in.opaque());
            case OpCode.LISTXATTRS -> new Names(in.u64(), in.list(XdrReader::text), in.bool());
            default -> new Nothing();
        };
    }

    private static Segment readSegment(XdrReader in) {
        boolean hole = in.bool();
        long offset = in.u64();
        if (hole) {
            return new Segment(offset, in.u64(), null);
        }
        Opaque data = in.opaque();
        return new Segment(offset, data.length(), data);
    }

    private static int readFlavor(XdrReader in) {
        int flavor = in.u32();
        if (flavor == 6) {
            in.bytes();
            in.u32();
            in.u32();
        }
        return flavor;
    }

    private static List<Entry> readEntries(XdrReader in) {
        List<Entry> entries = new ArrayList<>();
        while (in.bool()) {
            entries.add(new Entry(in.u64(), in.text(), Attrs.read(in)));
        }
        return entries;
    }

    private static Delegation readDelegation(XdrReader in) {
        int type = in.u32();
        return switch (type) {
            case 0 -> new Delegation(type, StateId.ANONYMOUS, false, 0);
            case 1, 2 -> {
                Delegation delegation = new Delegation(type, in.stateId(), in.bool(), 0);
                if (type == 2) {
                    // A limit on space, in bytes or in blocks: eight bytes either way.
                    in.u32();
                    in.u64();
                }
                Attrs.Ace.read(in);
                yield delegation;
            }
            case 3 -> {
                int why = in.u32();
                if (why == 1 || why == 2) {
                    in.bool();
                }
                yield new Delegation(type, StateId.ANONYMOUS, false, why);
            }
            default -> throw new AssertionError("a delegation of type " + type);
        };
    }
}
