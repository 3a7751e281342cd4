package dev.ring3.nfs.op;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.OrderedAcl;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * POSIX lists as NFSv4's, and back, as {@link OrderedAcl} turns the one into the other. The volume keeps POSIX lists, which
 * say less: a list whose meaning they cannot keep is refused, one that is stricter than it looks to some (who are in a group
 * that is denied something) is kept as the stricter one, so that nobody ever gets more than the client said.
 */
final class AclCodec {
    /** {@code ACL4_SUPPORT_ALLOW_ACL} and {@code _DENY_ACL}. */
    static final int SUPPORT = 0x1 | 0x2;

    private static final int ACES_MAX = 1024;
    private static final int DEFAULT_FLAGS = Ace.FILE_INHERIT | Ace.DIRECTORY_INHERIT | Ace.INHERIT_ONLY;

    /** A list to be set: for a directory also what its new entries inherit. */
    record Acl(PosixAcl access, @Nullable PosixAcl inherited) {
        void set(Vfs vfs, Caller caller, NodeId node) {
            boolean directory = vfs.attributes().stat(node, StatMask.TYPE).isDirectory();
            if (inherited != null && !directory) {
                throw new NfsException(NfsStatus.INVAL);
            }
            vfs.attributes().setAccessAcl(caller, node, access);
            if (directory) {
                vfs.attributes().setDefaultAcl(caller, node, inherited);
            }
        }
    }

    private AclCodec() {}

    static void write(Service service, Stat stat, XdrWriter out) {
        PosixAcl known = stat.accessAcl();
        PosixAcl access = known == null ? PosixAcl.ofMode(stat.permissions()) : known;
        boolean stored = stat.node().subvolume().compareTo(Vfs.FIRST_MOUNTED) < 0;
        PosixAcl inherited = stat.isDirectory() && stored
                ? service.vfs().attributes().defaultAcl(Caller.local(Credentials.ROOT), stat.node())
                : null;
        write(access, inherited, stat.isDirectory(), out);
    }

    static void write(PosixAcl access, @Nullable PosixAcl inherited, boolean directory, XdrWriter out) {
        List<Ace> aces = aces(access, 0);
        if (inherited != null) {
            aces.addAll(aces(inherited, DEFAULT_FLAGS));
        }
        out.putInt(aces.size());
        aces.forEach(ace -> ace.write(out, directory));
    }

    private static List<Ace> aces(PosixAcl acl, int flags) {
        List<Ace> all = new ArrayList<>();
        for (OrderedAcl.Ace ace : OrderedAcl.of(acl)) {
            all.add(new Ace(ace.allow(), flags, ace.tag(), ace.id(), ace.permissions()));
        }
        return all;
    }

    static Acl read(XdrReader in, Identities identities) {
        int count = in.getCount(ACES_MAX);
        List<Ace> effective = new ArrayList<>();
        List<Ace> inherited = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Ace ace = Ace.read(in, identities);
            if ((ace.flags() & Ace.INHERIT_ONLY) == 0) {
                effective.add(ace);
            }
            if ((ace.flags() & Ace.FILE_INHERIT) != 0) {
                inherited.add(ace);
            }
        }
        return new Acl(posix(effective), inherited.isEmpty() ? null : posix(inherited));
    }

    private static PosixAcl posix(List<Ace> aces) {
        return OrderedAcl.toPosix(aces.stream()
                .map(ace -> new OrderedAcl.Ace(ace.allow(), ace.tag(), ace.id(), ace.permissions()))
                .toList());
    }
}
