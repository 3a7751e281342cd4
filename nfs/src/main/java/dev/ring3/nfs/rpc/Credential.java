package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as AUTH_NONE or AUTH_SYS tell it (RFC 5531, section 8.2 and appendix A).
 *
 * @param groups further groups, at most {@value #GROUPS_MAX}
 * @param machine as the client names itself; means nothing
 */
public record Credential(int flavor, int uid, int gid, List<Integer> groups, String machine) {
    public static final int AUTH_NONE = 0;
    public static final int AUTH_SYS = 1;

    /** Asks whether the server has TLS (RFC 9289, section 4.1). */
    static final int AUTH_TLS = 7;

    /** The longest credential or verifier. */
    static final int BYTES_MAX = 400;

    private static final int GROUPS_MAX = 16;
    private static final int MACHINE_BYTES_MAX = 255;

    /** Nobody in particular. */
    public static final Credential NONE = new Credential(AUTH_NONE, -1, -1, List.of(), "");

    /** As whom we call clients of NFSv4.0 back. */
    public static final Credential SERVER = new Credential(AUTH_SYS, 0, 0, List.of(), "ring3");

    /** Reads flavour and body; null for a flavour that is not known, or a body that is none. */
    static @Nullable Credential read(XdrReader in) {
        int flavor = in.getInt();
        ByteBuffer body = in.getOpaqueView(BYTES_MAX);
        return switch (flavor) {
            case AUTH_NONE -> NONE;
            case AUTH_SYS -> readWhole(new XdrReader(body));
            default -> null;
        };
    }

    private static @Nullable Credential readWhole(XdrReader body) {
        try {
            return readSys(body);
        } catch (XdrException _) {
            return null;
        }
    }

    /** The body of AUTH_SYS: stamp, name of the machine, uid, gid, groups. */
    public static Credential readSys(XdrReader in) {
        in.getInt();
        String machine = new String(in.getOpaque(MACHINE_BYTES_MAX), StandardCharsets.UTF_8);
        int uid = in.getInt();
        int gid = in.getInt();
        int count = in.getCount(GROUPS_MAX);
        List<Integer> groups =
                IntStream.range(0, count).mapToObj(_ -> in.getInt()).toList();
        return new Credential(AUTH_SYS, uid, gid, groups, machine);
    }

    /** Writes flavour and body, as a call of ours has them. */
    void write(XdrWriter out) {
        out.putInt(flavor);
        int lengthAt = out.position();
        out.putInt(0);
        if (flavor == AUTH_SYS) {
            out.putInt(0)
                    .putOpaque(machine.getBytes(StandardCharsets.UTF_8))
                    .putInt(uid)
                    .putInt(gid);
            out.putWords(groups.stream().mapToInt(group -> group).toArray());
        }
        out.patchInt(lengthAt, out.position() - lengthAt - Integer.BYTES);
    }

    /** Whether the other is the same user, by the same flavour: the principal of RFC 8881. */
    public boolean isSamePrincipal(Credential other) {
        return flavor == other.flavor && uid == other.uid;
    }
}
