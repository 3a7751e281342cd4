package dev.ring3.nfs.op;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.LeaseKind;
import dev.ring3.fs.lock.Sharing;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Permissions;
import dev.ring3.nfs.op.OpenArguments.Claim;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.state.Delegation;
import dev.ring3.nfs.state.Delegations;
import dev.ring3.nfs.state.NfsClient;
import dev.ring3.nfs.state.OpenOwner;
import dev.ring3.nfs.xdr.XdrWriter;
import org.jspecify.annotations.Nullable;

/**
 * Which delegation an OPEN or WANT_DELEGATION gets, and DELEGRETURN (RFC 8881, sections 10.4, 18.16, 18.49 and 18.6). A
 * read delegation goes with every open for reading whose client does not refuse it; a write delegation only to who asks
 * for one, since it makes all others ask its holder first. NFSv4.0 has no way to ask.
 */
final class DelegationOps {
    /** {@code open_delegation_type4}. */
    private static final int NONE = 0;

    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int NONE_WITH_REASON = 3;

    /** {@code why_no_delegation4}. */
    private static final int NOT_WANTED = 0;

    private static final int CONTENTION = 1;
    private static final int RESOURCE = 2;
    private static final int FILE_TYPE = 3;
    private static final int FILE_TYPE_FOR_WRITING = 4;
    private static final int UPGRADE = 5;
    private static final int DOWNGRADE = 6;
    private static final int CANCELLED = 7;
    private static final int DIRECTORY = 8;

    /** {@code limit_by4}: by size. */
    private static final int LIMIT_SIZE = 1;

    /** {@code open_claim_type4} of WANT_DELEGATION. */
    private static final int CLAIM_PREVIOUS = 1;

    private static final int CLAIM_FILEHANDLE = 4;
    private static final int CLAIM_DELEGATE_PREVIOUS = 6;

    private static final int ALLOW = 0;

    private DelegationOps() {}

    /** The delegation of an OPEN: {@code open_delegation4}; none for one that has to be confirmed (RFC 7530, section 9.1.11). */
    static void put(Compound c, OpenArguments arguments, OpenOwner owner, Place place, Sharing sharing) {
        NfsClient client = owner.client();
        LeaseKind kind = owner.isConfirmed() ? kind(c, arguments, sharing, place) : null;
        boolean reclaimed = arguments.claim() == Claim.PREVIOUS;
        Delegation delegation = kind == null ? null : grant(c, client, place, kind, reclaimed);
        if (delegation != null) {
            put(c, place, delegation);
        } else if (arguments.want() == 0) {
            c.out.putInt(NONE);
        } else {
            putReason(c, client, place, arguments.want());
        }
    }

    private static @Nullable LeaseKind kind(Compound c, OpenArguments arguments, Sharing sharing, Place place) {
        if (arguments.delegation() != null || sharing.denied() != Use.NONE) {
            return null;
        }
        boolean writes = sharing.access().overlaps(Use.WRITE);
        if (arguments.claim() == Claim.PREVIOUS) {
            return switch (arguments.delegationType()) {
                case READ -> LeaseKind.READ;
                case WRITE -> LeaseKind.WRITE;
                default -> null;
            };
        }
        boolean mayAsk = !c.isFirstMinor();
        return switch (arguments.want()) {
            case OpenArguments.WANT_NONE, OpenArguments.WANT_CANCEL -> null;
            // What is asked for counts, not what the file is opened for (RFC 8881, section 18.16.3).
            case OpenArguments.WANT_WRITE ->
                writes || mayUse(c, place, LeaseKind.WRITE) ? LeaseKind.WRITE : LeaseKind.READ;
            case OpenArguments.WANT_ANY -> writes ? LeaseKind.WRITE : LeaseKind.READ;
            default -> writes ? (mayAsk ? null : LeaseKind.WRITE) : LeaseKind.READ;
        };
    }

    private static @Nullable Delegation grant(
            Compound c, NfsClient client, Place place, LeaseKind kind, boolean reclaimed) {
        byte[] handle = c.exports.handle(place);
        return c.state().delegations().grant(client, new Delegations.Wish(kind, place.node(), handle, reclaimed));
    }

    /** What is promised; who may be let in without asking is nobody, so that the client asks. */
    private static void put(Compound c, Place place, Delegation delegation) {
        c.out.putInt(delegation.mayWrite() ? WRITE : READ);
        delegation.stateid().write(c.out);
        // Claimed by a client that cannot be called: it is to give it back at once (RFC 8881, section 10.2.1).
        c.out.putBool(!c.state().delegations().isReachable(delegation.client()));
        if (delegation.mayWrite()) {
            // As much as it may keep back when the file is closed, and still find room for.
            c.out.putInt(LIMIT_SIZE)
                    .putLong(c.vfs().attributes().space(place.node()).availableBytes());
        }
        c.out.putInt(ALLOW).putInt(0).putInt(0).putInt(0);
    }

    /** {@code open_none_delegation4}: why there is none; nor do we tell when it could be had. */
    private static void putReason(Compound c, NfsClient client, Place place, int want) {
        int reason = reason(c, client, place, want);
        XdrWriter out = c.out.putInt(NONE_WITH_REASON).putInt(reason);
        if (reason == CONTENTION || reason == RESOURCE) {
            out.putBool(false);
        }
    }

    private static int reason(Compound c, NfsClient client, Place place, int want) {
        LeaseKind held = c.state().delegations().heldBy(client, place.node());
        int otherwise = c.state().delegations().isReachable(client) ? CONTENTION : RESOURCE;
        return switch (want) {
            case OpenArguments.WANT_NONE -> NOT_WANTED;
            case OpenArguments.WANT_CANCEL -> CANCELLED;
            case OpenArguments.WANT_WRITE -> held == LeaseKind.READ ? UPGRADE : otherwise;
            case OpenArguments.WANT_READ -> held == LeaseKind.WRITE ? DOWNGRADE : otherwise;
            default -> otherwise;
        };
    }

    /** There are delegations of regular files only (RFC 8881, section 18.49.3). */
    private static void putReasonOfType(Compound c, Stat stat, int want) {
        boolean writes = want == OpenArguments.WANT_WRITE;
        int ofOthers = writes ? FILE_TYPE_FOR_WRITING : FILE_TYPE;
        c.out.putInt(NONE_WITH_REASON).putInt(stat.isDirectory() ? DIRECTORY : ofOthers);
    }

    /** WANT_DELEGATION: a delegation without an open. */
    static void want(Compound c) {
        int want = c.in.getInt() & OpenArguments.WANT_MASK;
        int claim = c.in.getInt();
        int type = claim == CLAIM_PREVIOUS ? c.in.getInt() : NONE;
        Place place = c.current();
        NfsClient client = c.sessionClient();
        if (client == null) {
            throw new NfsException(NfsStatus.OP_NOT_IN_SESSION);
        }
        switch (claim) {
            case CLAIM_PREVIOUS -> c.state().requireClaim(client);
            case CLAIM_FILEHANDLE -> {
                c.state().grace().requireOver();
                OpenOps.requireReclaimComplete(c, client);
            }
            case CLAIM_DELEGATE_PREVIOUS -> throw new NfsException(NfsStatus.NOTSUPP);
            default -> throw c.in.bad("claim " + claim);
        }
        LeaseKind kind = claim == CLAIM_PREVIOUS ? ofType(type) : ofWant(want);
        Stat stat = c.stat(StatMask.TYPE);
        if (stat.type() != FileType.REGULAR) {
            putReasonOfType(c, stat, want);
            return;
        }
        if (kind == null || !mayUse(c, place, kind)) {
            putReason(c, client, place, want == 0 ? OpenArguments.WANT_NONE : want);
            return;
        }
        c.state().record(client);
        Delegation delegation = grant(c, client, place, kind, claim == CLAIM_PREVIOUS);
        if (delegation == null) {
            putReason(c, client, place, want);
        } else {
            put(c, place, delegation);
        }
    }

    private static @Nullable LeaseKind ofType(int type) {
        return type == READ ? LeaseKind.READ : type == WRITE ? LeaseKind.WRITE : null;
    }

    private static @Nullable LeaseKind ofWant(int want) {
        return switch (want) {
            case OpenArguments.WANT_READ, OpenArguments.WANT_ANY -> LeaseKind.READ;
            case OpenArguments.WANT_WRITE -> LeaseKind.WRITE;
            case OpenArguments.WANT_CANCEL -> null;
            default -> throw new NfsException(NfsStatus.INVAL); // that none is wanted is nothing to ask for
        };
    }

    private static boolean mayUse(Compound c, Place place, LeaseKind kind) {
        int wanted = Permissions.READ | (kind == LeaseKind.WRITE ? Permissions.WRITE : 0);
        boolean changes = kind == LeaseKind.WRITE;
        return !(changes && Compound.isReadOnly(place)) && c.vfs().attributes().may(c.caller(), place.node(), wanted);
    }

    static void giveBack(Compound c) {
        Stateid stateid = c.readStateid();
        Place place = c.current();
        if (!(c.state().table().require(stateid, c.sessionClient()) instanceof Delegation delegation)
                || !delegation.node().equals(place.node())) {
            throw new NfsException(NfsStatus.BAD_STATEID);
        }
        delegation.client().renew();
        c.state().delegations().giveBack(delegation);
    }
}
