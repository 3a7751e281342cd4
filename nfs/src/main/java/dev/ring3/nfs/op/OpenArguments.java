package dev.ring3.nfs.op;

import dev.ring3.fs.lock.Sharing;
import dev.ring3.fs.lock.Use;
import dev.ring3.nfs.proto.Bitmap;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.xdr.XdrWriter;
import org.jspecify.annotations.Nullable;

/**
 * {@code OPEN4args} (RFC 8881, section 18.16).
 *
 * @param refusal what is wrong with the attributes: told in the operation's turn, which in NFSv4.0 it takes
 * @param verifier of an exclusive creation
 * @param name in the current directory, by the claims that have one
 * @param delegationType of a claim of what was held before a restart
 * @param delegation under which the file is opened
 */
@SuppressWarnings("ArrayRecordComponent") // handed through, never compared
record OpenArguments(
        int seqid,
        int access,
        int deny,
        long clientId,
        byte[] owner,
        Create create,
        SetAttributes attributes,
        @Nullable NfsException refusal,
        long verifier,
        Claim claim,
        byte @Nullable [] name,
        int delegationType,
        @Nullable Stateid delegation) {
    static final int OWNER_BYTES_MAX = 1024;

    /** {@code OPEN4_SHARE_ACCESS_WANT_*}. */
    static final int WANT_MASK = 0xff00;

    static final int WANT_READ = 0x0100;
    static final int WANT_WRITE = 0x0200;
    static final int WANT_ANY = 0x0300;
    static final int WANT_NONE = 0x0400;
    static final int WANT_CANCEL = 0x0500;
    private static final int WANT_MAX = 0x0500;
    private static final int WANT_SHIFT = 8;
    private static final int ACCESS_READ = 1;
    private static final int ACCESS_WRITE = 2;
    private static final int ACCESS_MASK = 3;
    private static final int LATER_MASK = 0x3_0000;

    /** {@code createmode4}. */
    private static final int UNCHECKED = 0;

    private static final int GUARDED = 1;
    private static final int EXCLUSIVE = 2;
    private static final int EXCLUSIVE_WITH_ATTRIBUTES = 3;

    /** {@code createmode4}, and no creation. */
    enum Create {
        NO,
        UNCHECKED,
        GUARDED,
        EXCLUSIVE,
        EXCLUSIVE_WITH_ATTRIBUTES;

        boolean isExclusive() {
            return this == EXCLUSIVE || this == EXCLUSIVE_WITH_ATTRIBUTES;
        }
    }

    /** {@code open_claim_type4}, in the order of its numbers. */
    enum Claim {
        NULL,
        PREVIOUS,
        DELEGATE_CURRENT,
        DELEGATE_PREVIOUS,
        FILEHANDLE,
        DELEGATE_CURRENT_FILEHANDLE,
        DELEGATE_PREVIOUS_FILEHANDLE;

        private static final Claim[] ALL = values();
    }

    static OpenArguments read(Compound c) {
        int seqid = c.in.getInt();
        int access = c.in.getInt();
        int deny = c.in.getInt();
        long clientId = c.in.getLong();
        byte[] owner = c.in.getOpaque(OWNER_BYTES_MAX);
        Create create = c.in.getInt() == 0 ? Create.NO : readMode(c);
        SetAttributes attributes = SetAttributes.NONE;
        NfsException refusal = null;
        long verifier = create.isExclusive() ? c.in.getLong() : 0;
        if (create != Create.NO && create != Create.EXCLUSIVE) {
            try {
                attributes = SetAttributes.readToMake(c);
            } catch (NfsException e) {
                refusal = e; // the arguments go on behind them all the same
            }
        }
        int claimNumber = c.in.getInt();
        if (claimNumber < 0 || claimNumber > (c.isFirstMinor() ? 3 : 6)) {
            throw c.in.bad("claim " + claimNumber);
        }
        Claim claim = Claim.ALL[claimNumber];
        int type = claim == Claim.PREVIOUS ? c.in.getInt() : 0;
        boolean current = claim == Claim.DELEGATE_CURRENT || claim == Claim.DELEGATE_CURRENT_FILEHANDLE;
        Stateid delegation = current ? c.readStateid() : null;
        boolean named = claim == Claim.NULL || claim == Claim.DELEGATE_CURRENT || claim == Claim.DELEGATE_PREVIOUS;
        byte[] name = named ? Utf8.readComponent(c.in) : null;
        return new OpenArguments(
                seqid,
                access,
                deny,
                clientId,
                owner,
                create,
                attributes,
                refusal,
                verifier,
                claim,
                name,
                type,
                delegation);
    }

    /**
     * What of an OPEN's arguments is acted on: {@code open_arguments4} (RFC 9754, section 4.1), of which each member is a
     * bitmap of the values of a field. A client that finds no bit for timestamps there, nor for an open or a delegation
     * instead of both, does not ask for them.
     */
    static void putKnown(XdrWriter out) {
        Bitmap.of(ACCESS_READ, ACCESS_WRITE, ACCESS_MASK).write(out);
        Bitmap.of(0, ACCESS_READ, ACCESS_WRITE, ACCESS_MASK).write(out);
        Bitmap.of(WANT_ANY >> WANT_SHIFT, WANT_NONE >> WANT_SHIFT, WANT_CANCEL >> WANT_SHIFT)
                .write(out);
        Bitmap.of(
                        Claim.NULL.ordinal(),
                        Claim.PREVIOUS.ordinal(),
                        Claim.DELEGATE_CURRENT.ordinal(),
                        Claim.FILEHANDLE.ordinal(),
                        Claim.DELEGATE_CURRENT_FILEHANDLE.ordinal())
                .write(out);
        Bitmap.of(UNCHECKED, GUARDED, EXCLUSIVE, EXCLUSIVE_WITH_ATTRIBUTES).write(out);
    }

    private static Create readMode(Compound c) {
        int mode = c.in.getInt();
        return switch (mode) {
            case UNCHECKED -> Create.UNCHECKED;
            case GUARDED -> Create.GUARDED;
            case EXCLUSIVE -> Create.EXCLUSIVE;
            case EXCLUSIVE_WITH_ATTRIBUTES -> {
                if (c.isFirstMinor()) {
                    throw c.in.bad("creation of mode 3");
                }
                yield Create.EXCLUSIVE_WITH_ATTRIBUTES;
            }
            default -> throw c.in.bad("creation of mode " + mode);
        };
    }

    /** What the file is opened for; INVAL for nothing, or bits that are none. */
    Sharing sharing(boolean firstMinor) {
        int known = ACCESS_MASK | (firstMinor ? 0 : WANT_MASK | LATER_MASK);
        boolean valid = (access & ACCESS_MASK) != 0
                && (access & ~known) == 0
                && (access & WANT_MASK) <= WANT_MAX
                && (deny & ~ACCESS_MASK) == 0;
        if (!valid) {
            throw new NfsException(NfsStatus.INVAL);
        }
        return new Sharing(use(access), use(deny));
    }

    static Use use(int bits) {
        return switch (bits & ACCESS_MASK) {
            case 0 -> Use.NONE;
            case 1 -> Use.READ;
            case 2 -> Use.WRITE;
            default -> Use.BOTH;
        };
    }

    int want() {
        return access & WANT_MASK;
    }
}
