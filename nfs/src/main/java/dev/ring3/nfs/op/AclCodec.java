package dev.ring3.nfs.op;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.PosixAcl.Tag;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * POSIX lists as NFSv4's, and back. The volume keeps POSIX lists, which say less: a list whose meaning they cannot keep is
 * refused, one that is stricter than it looks to some (who are in a group that is denied something) is kept as the
 * stricter one, so that nobody ever gets more than the client said.
 *
 * <p>In NFSv4 the first entry that speaks of a right decides; in POSIX the first that fits the user does. So each entry but
 * the last is an ALLOW, and a DENY of what later ones would give.
 */
final class AclCodec {
    /** {@code ACL4_SUPPORT_ALLOW_ACL} and {@code _DENY_ACL}. */
    static final int SUPPORT = 0x1 | 0x2;

    private static final int ACES_MAX = 1024;
    private static final int ALL = 7;
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
        int mask = acl.permissionsOf(Tag.MASK) < 0 ? ALL : acl.permissionsOf(Tag.MASK);
        int other = acl.permissionsOf(Tag.OTHER);
        int anyGroup = 0;
        List<Ace> first = new ArrayList<>();
        List<Ace> groups = new ArrayList<>();
        for (PosixAcl.Entry entry : acl.entries()) {
            int permissions = entry.permissions() & (entry.tag() == Tag.OWNER ? ALL : mask);
            switch (entry.tag()) {
                case OWNER, USER -> first.add(new Ace(true, flags, entry.tag(), entry.id(), permissions));
                case GROUP, NAMED_GROUP -> {
                    groups.add(new Ace(true, flags, entry.tag(), entry.id(), permissions));
                    anyGroup |= permissions;
                }
                case MASK, OTHER -> {}
            }
        }
        List<Ace> all = new ArrayList<>();
        int later = anyGroup | other | first.stream().mapToInt(Ace::permissions).reduce(0, (a, b) -> a | b);
        for (Ace ace : first) {
            all.add(ace);
            addDenial(all, ace, later);
        }
        all.addAll(groups);
        for (Ace ace : groups) {
            addDenial(all, ace, other);
        }
        all.add(new Ace(true, flags, Tag.OTHER, -1, other));
        return all;
    }

    private static void addDenial(List<Ace> all, Ace ace, int later) {
        int denied = later & ~ace.permissions();
        if (denied != 0) {
            all.add(new Ace(false, ace.flags(), ace.tag(), ace.id(), denied));
        }
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

    /** Somebody in a POSIX list. */
    private record Who(Tag tag, int id) {}

    /** What somebody was given and denied by the entries so far, the first to speak of a right counting. */
    private record Rights(int allowed, int denied) {
        Rights allow(int permissions) {
            return new Rights(allowed | (permissions & ~denied), denied);
        }

        Rights deny(int permissions) {
            return new Rights(allowed, denied | (permissions & ~allowed));
        }
    }

    private static PosixAcl posix(List<Ace> aces) {
        Map<Who, Rights> all =
                new TreeMap<>(Comparator.comparing(Who::tag).thenComparing(Who::id, Integer::compareUnsigned));
        for (Tag tag : List.of(Tag.OWNER, Tag.GROUP, Tag.OTHER)) {
            all.put(new Who(tag, -1), new Rights(0, 0));
        }
        Rights everyone = new Rights(0, 0);
        for (Ace ace : aces) {
            all.putIfAbsent(new Who(ace.tag(), ace.id()), everyone);
            apply(all, ace);
            everyone = all.getOrDefault(new Who(Tag.OTHER, -1), everyone);
        }
        return list(all);
    }

    private static void apply(Map<Who, Rights> all, Ace ace) {
        Who who = new Who(ace.tag(), ace.id());
        all.replaceAll((other, rights) -> {
            if (ace.allow()) {
                return other.equals(who) || ace.tag() == Tag.OTHER ? rights.allow(ace.permissions()) : rights;
            }
            // Whoever may be in a group that is denied something, or may be a user who is, is denied it as well.
            boolean denied = switch (ace.tag()) {
                case OTHER, GROUP, NAMED_GROUP -> true;
                case USER -> other.equals(who) || other.tag() == Tag.OWNER;
                case OWNER, MASK -> other.equals(who);
            };
            return denied ? rights.deny(ace.permissions()) : rights;
        });
    }

    private static PosixAcl list(Map<Who, Rights> all) {
        List<PosixAcl.Entry> entries = new ArrayList<>();
        int mask = 0;
        boolean named = false;
        for (var entry : all.entrySet()) {
            Who who = entry.getKey();
            int permissions = entry.getValue().allowed();
            entries.add(new PosixAcl.Entry(who.tag(), who.id(), permissions));
            named |= who.tag() == Tag.USER || who.tag() == Tag.NAMED_GROUP;
            mask |= who.tag() == Tag.OWNER || who.tag() == Tag.OTHER ? 0 : permissions;
        }
        if (named) {
            entries.add(new PosixAcl.Entry(Tag.MASK, -1, mask));
        }
        return new PosixAcl(entries);
    }
}
