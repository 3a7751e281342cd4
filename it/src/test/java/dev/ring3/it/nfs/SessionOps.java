package dev.ring3.it.nfs;

/** Operations of clients, sessions and leases: those of 4.1 (RFC 8881, 18.33 to 18.51) and their elders of 4.0 (RFC 7530, 16.33). */
final class SessionOps {
    static final int CB_PROGRAM = 0x40000000;

    static final int UPD_CONFIRMED = 0x40000000;
    static final int CONFIRMED = 0x80000000;
    static final int USE_NON_PNFS = 0x10000;

    static final int BACK_CHANNEL = 2;

    /** A channel_attrs4, without what RDMA adds. */
    record Channel(int requestMax, int responseMax, int cachedMax, int operationsMax, int requestsMax) {
        static final Channel FORE = new Channel(1_200_000, 1_200_000, 8192, 64, 16);
        static final Channel BACK = new Channel(4096, 4096, 4096, 8, 4);

        void write(XdrWriter out) {
            out.u32(0)
                    .u32(requestMax)
                    .u32(responseMax)
                    .u32(cachedMax)
                    .u32(operationsMax)
                    .u32(requestsMax);
            out.u32(0);
        }

        static Channel read(XdrReader in) {
            in.u32();
            Channel channel = new Channel(in.u32(), in.u32(), in.u32(), in.u32(), in.u32());
            in.list(XdrReader::u32);
            return channel;
        }
    }

    private SessionOps() {}

    /** With no state protection and no description of the client. */
    static Op exchangeId(Opaque verifier, String owner, int flags) {
        return exchangeId(verifier, owner, flags, new XdrWriter().u32(0));
    }

    /** With a state_protect4_a. */
    static Op exchangeId(Opaque verifier, String owner, int flags, XdrWriter protection) {
        XdrWriter out = new XdrWriter().fixed(verifier).text(owner).u32(flags);
        return Op.of(OpCode.EXCHANGE_ID, out.raw(protection.toBytes()).u32(0));
    }

    static Op createSession(long clientId, int sequence, int flags, Channel fore, Channel back) {
        return createSession(clientId, sequence, flags, fore, back, RpcCredential.ROOT);
    }

    /** With a credential for callbacks, the only one that the client takes. */
    static Op createSession(
            long clientId, int sequence, int flags, Channel fore, Channel back, RpcCredential forCallbacks) {
        XdrWriter out = new XdrWriter().u64(clientId).u32(sequence).u32(flags);
        fore.write(out);
        back.write(out);
        out.u32(CB_PROGRAM)
                .u32(1)
                .u32(forCallbacks.flavor())
                .raw(forCallbacks.body().bytes());
        return Op.of(OpCode.CREATE_SESSION, out);
    }

    static Op destroySession(Opaque sessionId) {
        return Op.of(OpCode.DESTROY_SESSION, new XdrWriter().fixed(sessionId));
    }

    static Op destroyClientId(long clientId) {
        return Op.of(OpCode.DESTROY_CLIENTID, new XdrWriter().u64(clientId));
    }

    static Op sequence(Opaque sessionId, int sequence, int slot, int highestSlot, boolean cache) {
        return Op.of(
                OpCode.SEQUENCE,
                new XdrWriter()
                        .fixed(sessionId)
                        .u32(sequence)
                        .u32(slot)
                        .u32(highestSlot)
                        .bool(cache));
    }

    /** {@code direction}: 1 fore, 2 back, 3 fore or both, 7 back or both. */
    static Op bindConnection(Opaque sessionId, int direction) {
        return Op.of(
                OpCode.BIND_CONN_TO_SESSION,
                new XdrWriter().fixed(sessionId).u32(direction).bool(false));
    }

    static Op reclaimComplete(boolean oneFs) {
        return Op.of(OpCode.RECLAIM_COMPLETE, new XdrWriter().bool(oneFs));
    }

    /** {@code style}: 0 the current file handle, 1 its parent. */
    static Op secInfoNoName(int style) {
        return Op.of(OpCode.SECINFO_NO_NAME, new XdrWriter().u32(style));
    }

    static Op backChannelCtl(int program) {
        return Op.of(OpCode.BACKCHANNEL_CTL, new XdrWriter().u32(program).u32(1).u32(0));
    }

    static Op setClientId(Opaque verifier, String id, String netId, String address) {
        return Op.of(
                OpCode.SETCLIENTID,
                new XdrWriter()
                        .fixed(verifier)
                        .text(id)
                        .u32(CB_PROGRAM)
                        .text(netId)
                        .text(address)
                        .u32(1));
    }

    static Op setClientIdConfirm(long clientId, Opaque verifier) {
        return Op.of(OpCode.SETCLIENTID_CONFIRM, new XdrWriter().u64(clientId).fixed(verifier));
    }

    static Op renew(long clientId) {
        return Op.of(OpCode.RENEW, new XdrWriter().u64(clientId));
    }

    static Op releaseLockOwner(Ops.Owner owner) {
        XdrWriter out = new XdrWriter();
        owner.write(out);
        return Op.of(OpCode.RELEASE_LOCKOWNER, out);
    }
}
