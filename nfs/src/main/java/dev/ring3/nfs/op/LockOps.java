package dev.ring3.nfs.op;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.HeldLock;
import dev.ring3.fs.lock.LockKind;
import dev.ring3.fs.lock.LockRequest;
import dev.ring3.fs.lock.LockResult;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.state.LockHolder;
import dev.ring3.nfs.state.LockState;
import dev.ring3.nfs.state.LockStates;
import dev.ring3.nfs.state.NfsClient;
import dev.ring3.nfs.state.OpenState;

/**
 * LOCK, LOCKT and LOCKU (RFC 8881, sections 18.10 to 18.12): POSIX locks. Nobody waits for one here; who would is told when
 * to come again.
 */
final class LockOps {
    /** {@code nfs_lock_type4}; the last two say that the client would wait. */
    private static final int READ = 1;

    private static final int WRITE = 2;
    private static final int READ_WAITING = 3;
    private static final int WRITE_WAITING = 4;

    private static final long TO_THE_END = -1;
    private static final int OWNER_BYTES_MAX = 1024;

    private LockOps() {}

    private static LockKind readKind(Compound c) {
        return kind(c, c.in.getInt());
    }

    private static LockKind kind(Compound c, int type) {
        return switch (type) {
            case READ, READ_WAITING -> LockKind.SHARED;
            case WRITE, WRITE_WAITING -> LockKind.EXCLUSIVE;
            default -> throw c.in.bad("a lock of type " + type);
        };
    }

    /** INVAL for an empty range, or one that ends beyond all numbers; BAD_RANGE for what no file of ours can be. */
    private static ByteRange range(long offset, long length) {
        if (length == 0 || (length != TO_THE_END && Long.compareUnsigned(offset + length, offset) < 0)) {
            throw new NfsException(NfsStatus.INVAL);
        }
        if (offset < 0) {
            throw new NfsException(NfsStatus.BAD_RANGE);
        }
        long last = offset + length - 1;
        return new ByteRange(offset, length == TO_THE_END || last < 0 ? ByteRange.TO_THE_END : last);
    }

    /** What a LOCK asks for, but by whom. */
    private record Wish(LockKind kind, boolean waits, boolean reclaim, long offset, long length) {
        static Wish read(Compound c) {
            int type = c.in.getInt();
            boolean waits = type == READ_WAITING || type == WRITE_WAITING;
            return new Wish(LockOps.kind(c, type), waits, c.in.getBool(), c.in.getLong(), c.in.getLong());
        }

        ByteRange range() {
            return LockOps.range(offset, length);
        }
    }

    static NfsStatus lock(Compound c) {
        Wish wish = Wish.read(c);
        boolean isNew = c.in.getBool();
        return isNew ? lockByOpen(c, wish) : lockByLock(c, wish);
    }

    /** An owner's first lock on a file: it comes through an open one. */
    private static NfsStatus lockByOpen(Compound c, Wish wish) {
        int openSeqid = c.in.getInt();
        Stateid openStateid = c.readStateid();
        int lockSeqid = c.in.getInt();
        long clientId = c.in.getLong();
        byte[] name = c.in.getOpaque(OWNER_BYTES_MAX);
        requireRegular(c);
        OpenState open = OpenOps.require(c, openStateid, openSeqid, OpenState.class);
        if (c.isFirstMinor() && open.client().id() != clientId) {
            throw new NfsException(NfsStatus.STALE_CLIENTID);
        }
        return FirstMinorOps.inOrder(c, open.owner().sequence(), openSeqid, () -> {
            if (!open.owner().isConfirmed()) {
                throw new NfsException(NfsStatus.BAD_STATEID);
            }
            ByteRange range = wish.range();
            requireMode(open, wish.kind());
            LockHolder holder = c.state().locks().holder(open.client(), name);
            boolean had = c.state().locks().hasState(holder, open);
            if (c.isFirstMinor() && had) {
                // A lock owner that is known on the file goes on by its own stateid.
                throw new NfsException(NfsStatus.BAD_SEQID);
            }
            LockState state = c.state().locks().state(holder, open);
            if (c.isFirstMinor()) {
                holder.sequence().done(lockSeqid, NfsStatus.OK, new byte[0], null);
            }
            NfsStatus status = NfsStatus.SERVERFAULT;
            try {
                status = take(c, state, wish, range, had);
            } finally {
                if (status != NfsStatus.OK) {
                    c.state().locks().dropIfNew(state, had);
                }
            }
            return status;
        });
    }

    private static NfsStatus lockByLock(Compound c, Wish wish) {
        Stateid stateid = c.readStateid();
        int seqid = c.in.getInt();
        requireRegular(c);
        LockState state = OpenOps.require(c, stateid, seqid, LockState.class);
        return FirstMinorOps.inOrder(c, state.holder().sequence(), seqid, () -> {
            ByteRange range = wish.range();
            requireMode(state.open(), wish.kind());
            return take(c, state, wish, range, true);
        });
    }

    private static void requireRegular(Compound c) {
        Stat stat = c.stat(StatMask.TYPE);
        if (stat.type() != FileType.REGULAR) {
            throw c.wrongType(stat);
        }
    }

    private static void requireMode(OpenState open, LockKind kind) {
        boolean allowed =
                kind == LockKind.SHARED ? open.file().mayRead() : open.file().mayWrite();
        if (!allowed) {
            throw new NfsException(NfsStatus.OPENMODE);
        }
    }

    /** Takes a lock; a stateid that is new stays at its first turn. */
    private static NfsStatus take(Compound c, LockState state, Wish wish, ByteRange range, boolean known) {
        NfsClient client = state.client();
        if (wish.reclaim()) {
            c.state().requireClaim(client);
        } else {
            c.state().grace().requireOver();
            OpenOps.requireReclaimComplete(c, client);
        }
        LockRequest request = new LockRequest(state.owner(), wish.kind(), range, 0, wish.reclaim());
        while (true) {
            LockResult result =
                    c.state().lockWaiters().tryLock(client, state.holder().name(), state.node(), request);
            switch (result) {
                case LockResult.Granted _ -> {
                    Stateid next = known ? c.state().locks().next(state) : state.stateid();
                    next.write(c.out);
                    c.setStateid(next);
                    return NfsStatus.OK;
                }
                case LockResult.Conflict(HeldLock holder) -> {
                    if (!c.state().yields(holder.owner().client())) {
                        if (wish.waits()) {
                            standInLine(c, state, wish.kind(), range);
                        }
                        putDenied(c, holder);
                        return NfsStatus.DENIED;
                    }
                }
                case LockResult.InGrace _ -> throw new NfsException(NfsStatus.GRACE);
                case LockResult.NoGrace _ -> throw new NfsException(NfsStatus.NO_GRACE);
                case LockResult.TooMany _ ->
                    throw new NfsException(c.isFirstMinor() ? NfsStatus.RESOURCE : NfsStatus.DELAY);
                case LockResult.Deadlock _, LockResult.Cancelled _ ->
                    throw new IllegalStateException("an answer to who waits: " + result);
            }
        }
    }

    private static void standInLine(Compound c, LockState state, LockKind kind, ByteRange range) {
        if (c.state().lockWaiters().tells(state.client())) {
            byte[] handle = c.exports.handle(c.current());
            c.state().lockWaiters().await(state.client(), state.holder().name(), state.node(), handle, kind, range);
        }
    }

    /** {@code LOCK4denied}: offset, length, type, owner. */
    private static void putDenied(Compound c, HeldLock holder) {
        ByteRange range = holder.range();
        LockStates.Described who = c.state().locks().describe(holder);
        c.out.putLong(range.first())
                .putLong(range.last() == ByteRange.TO_THE_END ? TO_THE_END : range.last() - range.first() + 1)
                .putInt(holder.kind() == LockKind.EXCLUSIVE ? WRITE : READ)
                .putLong(who.client())
                .putOpaque(who.name());
    }

    static NfsStatus lockt(Compound c) {
        LockKind kind = readKind(c);
        long offset = c.in.getLong();
        long length = c.in.getLong();
        long clientId = c.in.getLong();
        byte[] name = c.in.getOpaque(OWNER_BYTES_MAX);
        Place place = c.current();
        requireRegular(c);
        NfsClient client = c.clientOf(clientId);
        ByteRange range = range(offset, length);
        c.state().grace().requireOver();
        LockRequest request = LockRequest.of(c.state().locks().ownerToTest(client, name), kind, range, 0);
        while (true) {
            HeldLock holder = c.vfs().locks().test(place.node(), LockSpace.RANGE, request);
            if (holder == null) {
                return NfsStatus.OK;
            }
            if (!c.state().yields(holder.owner().client())) {
                putDenied(c, holder);
                return NfsStatus.DENIED;
            }
        }
    }

    static NfsStatus locku(Compound c) {
        readKind(c);
        int seqid = c.in.getInt();
        Stateid stateid = c.readStateid();
        long offset = c.in.getLong();
        long length = c.in.getLong();
        LockState state = OpenOps.require(c, stateid, seqid, LockState.class);
        return FirstMinorOps.inOrder(c, state.holder().sequence(), seqid, () -> {
            ByteRange range = range(offset, length);
            c.vfs().locks().unlock(state.node(), LockSpace.RANGE, state.owner(), range);
            Stateid next = c.state().locks().next(state);
            next.write(c.out);
            c.setStateid(next);
            return NfsStatus.OK;
        });
    }
}
