package dev.ring3.it.nfs;

import java.util.Arrays;

/** Who calls (RFC 5531, 8.2): a flavor and its body. */
record RpcCredential(int flavor, Opaque body) {
    static final RpcCredential NONE = new RpcCredential(0, Opaque.filled(0, 0));

    static final RpcCredential ROOT = sys(0, 0);

    /** AUTH_SYS (RFC 5531, appendix A). */
    static RpcCredential sys(int uid, int gid, int... groups) {
        XdrWriter body = new XdrWriter().u32(0).text("it").u32(uid).u32(gid).u32(groups.length);
        Arrays.stream(groups).forEach(body::u32);
        return new RpcCredential(1, Opaque.of(body.toBytes()));
    }
}
