package dev.ring3.it.nfs;

/** What an RPC server said of a call (RFC 5531, 9). */
sealed interface RpcReply {
    /** Executed; the results follow. */
    record Success(XdrReader results) implements RpcReply {}

    /** Accepted and not executed: accept_stat 1 to 5. */
    record Refused(AcceptStat stat) implements RpcReply {}

    /** Denied: 0 is a mismatch of RPC versions, 1 an error of authentication with {@code authStat}. */
    record Denied(int rejectStat, int authStat) implements RpcReply {}

    /** In the order of their numbers. */
    enum AcceptStat {
        SUCCESS,
        PROG_UNAVAIL,
        PROG_MISMATCH,
        PROC_UNAVAIL,
        GARBAGE_ARGS,
        SYSTEM_ERR
    }

    /** From after the xid and the direction. */
    static RpcReply read(XdrReader in) {
        if (in.u32() != 0) {
            int rejectStat = in.u32();
            return new Denied(rejectStat, rejectStat == 1 ? in.u32() : 0);
        }
        in.u32();
        in.bytes();
        AcceptStat stat = AcceptStat.values()[in.u32()];
        return stat == AcceptStat.SUCCESS ? new Success(in) : new Refused(stat);
    }
}
