package dev.ring3.nfs.proto;

import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;

/**
 * {@code stateid4}: u32 seqid, then twelve bytes, of ours u32 instance of the server and u64 number (RFC 8881, section
 * 8.2).
 */
public record Stateid(int seqid, int instance, long number) {
    /** Reads and writes without a state, as if there were none. */
    public static final Stateid ANONYMOUS = new Stateid(0, 0, 0);

    /** Reads past locks of others. */
    public static final Stateid READ_BYPASS = new Stateid(-1, -1, -1);

    /** The one that the COMPOUND got last; not in NFSv4.0. */
    public static final Stateid CURRENT = new Stateid(1, 0, 0);

    /** Never valid. */
    public static final Stateid INVALID = new Stateid(-1, 0, 0);

    public static Stateid read(XdrReader in) {
        return new Stateid(in.getInt(), in.getInt(), in.getLong());
    }

    public void write(XdrWriter out) {
        out.putInt(seqid).putInt(instance).putLong(number);
    }

    /** Whether it is one of the special ones, or looks like one and is none. */
    public boolean isSpecial() {
        return (instance == 0 && number == 0) || (instance == -1 && number == -1);
    }

    /** The same state at another turn. */
    public Stateid withSeqid(int other) {
        return new Stateid(other, instance, number);
    }
}
