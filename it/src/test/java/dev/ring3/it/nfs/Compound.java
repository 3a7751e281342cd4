package dev.ring3.it.nfs;

import java.util.Arrays;
import java.util.List;

/** A COMPOUND4args. */
record Compound(Opaque tag, int minorVersion, List<Op> ops) {
    static Compound of(int minorVersion, Op... ops) {
        return new Compound(Opaque.of("it"), minorVersion, Arrays.asList(ops));
    }

    static Compound of(int minorVersion, List<Op> ops) {
        return new Compound(Opaque.of("it"), minorVersion, ops);
    }

    byte[] encode() {
        XdrWriter out = new XdrWriter().opaque(tag).u32(minorVersion).u32(ops.size());
        ops.forEach(op -> out.u32(op.code()).raw(op.arguments().bytes()));
        return out.toBytes();
    }

    /** Sends it and reads the answer; fails if the server does not execute it. */
    Reply over(RpcConnection connection, RpcCredential credential) {
        return read(minorVersion, connection.compound(credential, encode()));
    }

    /** The answer to one of that minor version. */
    static Reply read(int minorVersion, RpcReply reply) {
        return switch (reply) {
            case RpcReply.Success success -> ValidStatuses.check(minorVersion, Reply.read(success.results()));
            case RpcReply.Refused refused -> throw new AssertionError("not executed: " + refused);
            case RpcReply.Denied denied -> throw new AssertionError("not executed: " + denied);
        };
    }
}
