package dev.ring3.nfs.op;

import dev.ring3.fs.ChangeInfo;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Sharing;
import dev.ring3.fs.lock.Use;
import dev.ring3.nfs.proto.Bitmap;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.state.Delegation;
import dev.ring3.nfs.state.NfsClient;
import dev.ring3.nfs.state.OpenOwner;
import dev.ring3.nfs.state.OpenState;
import dev.ring3.nfs.state.OpenStates;
import dev.ring3.nfs.state.State;
import org.jspecify.annotations.Nullable;

/** OPEN, OPEN_CONFIRM, OPEN_DOWNGRADE and CLOSE (RFC 8881, sections 18.16, 18.18, 18.2; RFC 7530, section 16.18). */
final class OpenOps {
    /** {@code OPEN4_RESULT_*}. */
    private static final int CONFIRM = 2;

    private static final int LOCKS_ARE_POSIX = 4;
    private static final int MAY_NOTIFY_LOCK = 0x20;

    /** What an OPEN came to, before its stateid is told. */
    record Result(
            Place place, OpenStates.Opened opened, @Nullable ChangeInfo directory, Bitmap set) {}

    private OpenOps() {}

    static NfsStatus open(Compound c) {
        OpenArguments arguments = OpenArguments.read(c);
        NfsClient client = c.clientOf(arguments.clientId());
        OpenOwner owner = c.state().opens().owner(client, arguments.owner());
        if (c.isFirstMinor() && !owner.isConfirmed()) {
            // An owner that was never confirmed may begin anew (RFC 7530, section 16.18.5).
            FirstMinorOps.resetUnlessAgain(owner.sequence(), arguments.seqid());
        }
        try {
            return FirstMinorOps.inOrder(c, owner.sequence(), arguments.seqid(), () -> {
                open(c, arguments, client, owner);
                return NfsStatus.OK;
            });
        } finally {
            c.state().opens().forgetIfIdle(owner);
        }
    }

    private static void open(Compound c, OpenArguments arguments, NfsClient client, OpenOwner owner) {
        Place before = c.current();
        NfsException refusal = arguments.refusal();
        if (refusal != null) {
            throw refusal;
        }
        Sharing sharing = arguments.sharing(c.isFirstMinor());
        requireTurn(c, arguments, client, sharing);
        Result result = new OpenTarget(c, arguments, owner, sharing).open(before);
        if (arguments.claim() == OpenArguments.Claim.PREVIOUS) {
            // No owner can have been forgotten since the restart (RFC 7530, section 9.1.11).
            c.state().opens().confirm(owner);
        }
        Stateid stateid = result.opened().stateid();
        stateid.write(c.out);
        ChangeInfo change = result.directory();
        if (change == null) {
            long now = c.exports.stat(before, StatMask.CHANGE).change();
            change = new ChangeInfo(now, now);
        }
        NameOps.putChange(c.out, change);
        c.out.putInt(LOCKS_ARE_POSIX
                | (owner.isConfirmed() ? 0 : CONFIRM)
                | (c.state().lockWaiters().tells(client) ? MAY_NOTIFY_LOCK : 0));
        result.set().write(c.out);
        DelegationOps.put(c, arguments, owner, result.place(), sharing);
        c.setCurrent(result.place());
        c.setStateid(stateid);
    }

    /** In the grace period only claims, and claims only then; nothing new before the client has claimed everything. */
    private static void requireTurn(Compound c, OpenArguments arguments, NfsClient client, Sharing sharing) {
        Stateid stateid = arguments.delegation();
        Delegation delegation = stateid == null ? null : delegation(c, stateid);
        switch (arguments.claim()) {
            case PREVIOUS -> c.state().requireClaim(client);
            case DELEGATE_PREVIOUS, DELEGATE_PREVIOUS_FILEHANDLE -> throw new NfsException(NfsStatus.NOTSUPP);
            case NULL, FILEHANDLE -> {
                c.state().grace().requireOver();
                requireReclaimComplete(c, client);
            }
            case DELEGATE_CURRENT, DELEGATE_CURRENT_FILEHANDLE -> {
                // What a delegation allows conflicts with nothing that could still be claimed (RFC 8881, section
                // 18.16.3).
                boolean writes = sharing.access().overlaps(Use.WRITE);
                boolean allowed =
                        delegation != null && sharing.denied() == Use.NONE && (delegation.mayWrite() || !writes);
                if (!allowed) {
                    c.state().grace().requireOver();
                }
            }
        }
        c.state().record(client);
    }

    /** The delegation of a stateid; BAD_STATEID. */
    static Delegation delegation(Compound c, Stateid stateid) {
        if (c.state().table().require(stateid, c.sessionClient()) instanceof Delegation delegation) {
            return delegation;
        }
        throw new NfsException(NfsStatus.BAD_STATEID);
    }

    /** RFC 8881, section 18.51.3: before RECLAIM_COMPLETE nothing new. */
    static void requireReclaimComplete(Compound c, NfsClient client) {
        if (!c.isFirstMinor() && !client.isReclaimComplete()) {
            throw new NfsException(NfsStatus.GRACE);
        }
    }

    static NfsStatus confirm(Compound c) {
        if (!c.isFirstMinor()) {
            throw new NfsException(NfsStatus.NOTSUPP);
        }
        Stateid stateid = c.readStateid();
        int seqid = c.in.getInt();
        OpenState state = require(c, stateid, seqid, OpenState.class);
        return FirstMinorOps.inOrder(c, state.owner().sequence(), seqid, () -> {
            if (state.owner().isConfirmed()) {
                throw new NfsException(NfsStatus.BAD_STATEID);
            }
            c.state().opens().confirm(state).write(c.out);
            return NfsStatus.OK;
        });
    }

    static NfsStatus downgrade(Compound c) {
        Stateid stateid = c.readStateid();
        int seqid = c.in.getInt();
        int access = c.in.getInt();
        int deny = c.in.getInt();
        OpenState state = require(c, stateid, seqid, OpenState.class);
        return FirstMinorOps.inOrder(c, state.owner().sequence(), seqid, () -> {
            requireConfirmed(state);
            int wanted = c.isFirstMinor() ? access : access & ~OpenArguments.WANT_MASK;
            if ((wanted & ~3) != 0 || wanted == 0 || (deny & ~3) != 0) {
                throw new NfsException(NfsStatus.INVAL);
            }
            Sharing sharing = new Sharing(OpenArguments.use(wanted), OpenArguments.use(deny));
            Stateid next = c.state().opens().downgrade(state, sharing);
            next.write(c.out);
            c.setStateid(next);
            return NfsStatus.OK;
        });
    }

    static NfsStatus close(Compound c) {
        int seqid = c.in.getInt();
        Stateid stateid = c.readStateid();
        OpenState closed = c.isFirstMinor() ? c.state().opens().closedBefore(stateid, seqid) : null;
        OpenState state = closed != null ? closed : require(c, stateid, seqid, OpenState.class);
        return FirstMinorOps.inOrder(c, state.owner().sequence(), seqid, () -> {
            requireConfirmed(state);
            Stateid last = c.state().opens().close(state);
            (c.isFirstMinor() ? last : Stateid.INVALID).write(c.out);
            c.setStateid(Stateid.INVALID);
            return NfsStatus.OK;
        });
    }

    private static void requireConfirmed(OpenState state) {
        if (!state.owner().isConfirmed()) {
            throw new NfsException(NfsStatus.BAD_STATEID);
        }
    }

    /** What a stateid names on the current file; an operation that comes again may name the stateid before it. */
    static <T extends State> T require(Compound c, Stateid stateid, int seqid, Class<T> kind) {
        Place place = c.current();
        State state;
        try {
            state = c.state().table().require(stateid, c.sessionClient());
        } catch (NfsException e) {
            boolean again = c.isFirstMinor() && e.status() == NfsStatus.OLD_STATEID;
            state = again ? c.state().table().requireAgain(stateid, seqid) : null;
            if (state == null) {
                throw e;
            }
        }
        if (!kind.isInstance(state) || !state.node().equals(place.node())) {
            throw new NfsException(NfsStatus.BAD_STATEID);
        }
        state.client().renew();
        return kind.cast(state);
    }

    /** Only regular files are opened. */
    static void requireRegular(Compound c, Stat stat) {
        switch (stat.type()) {
            case REGULAR -> {}
            case DIRECTORY -> throw new NfsException(NfsStatus.ISDIR);
            case SYMLINK -> throw new NfsException(NfsStatus.SYMLINK);
            case FIFO, SOCKET, BLOCK_DEVICE, CHARACTER_DEVICE ->
                // Of NFSv4.0's statuses this one lets clients look at the file themselves.
                throw new NfsException(c.isFirstMinor() ? NfsStatus.SYMLINK : NfsStatus.WRONG_TYPE);
        }
    }
}
