package dev.ring3.nio;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.OrderedAcl;
import dev.ring3.fs.OrderedAcl.Ace;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.PosixAcl.Tag;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Attributes;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The view acl: the POSIX list of a file as {@link OrderedAcl} has it, and behind it, for what is made in a directory, its
 * default list. What POSIX lists cannot say is refused.
 */
record AclView(Location location, Boolean follow) implements AclFileAttributeView {
    private static final Set<AclEntryFlag> INHERITED =
            EnumSet.of(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT, AclEntryFlag.INHERIT_ONLY);

    private static final Set<AclEntryFlag> FOR_BOTH =
            EnumSet.of(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT);

    private static final Set<AclEntryPermission> READ = EnumSet.of(AclEntryPermission.READ_DATA);

    private static final Set<AclEntryPermission> WRITE =
            EnumSet.of(AclEntryPermission.WRITE_DATA, AclEntryPermission.APPEND_DATA);

    private static final Set<AclEntryPermission> EXECUTE = EnumSet.of(AclEntryPermission.EXECUTE);

    /** What everybody has who reaches a file, and nobody can be denied. */
    private static final Set<AclEntryPermission> ALWAYS = EnumSet.of(
            AclEntryPermission.READ_ATTRIBUTES,
            AclEntryPermission.READ_ACL,
            AclEntryPermission.READ_NAMED_ATTRS,
            AclEntryPermission.SYNCHRONIZE);

    /** What the owner has, and nobody else. */
    private static final Set<AclEntryPermission> OF_OWNER =
            EnumSet.of(AclEntryPermission.WRITE_ATTRIBUTES, AclEntryPermission.WRITE_ACL);

    @Override
    public String name() {
        return "acl";
    }

    @Override
    public UserPrincipal getOwner() throws IOException {
        return new FileView("owner", location, follow).getOwner();
    }

    @Override
    public void setOwner(UserPrincipal owner) throws IOException {
        new FileView("owner", location, follow).setOwner(owner);
    }

    private Attributes attributes() {
        return location.session().vfs().attributes();
    }

    @Override
    public List<AclEntry> getAcl() throws IOException {
        return location.call(() -> {
            Stat stat = location.stat(follow, StatMask.QUIET);
            PosixAcl access = stat.accessAcl() == null ? PosixAcl.ofMode(stat.permissions()) : stat.accessAcl();
            List<AclEntry> entries = new ArrayList<>();
            OrderedAcl.of(access).forEach(ace -> entries.add(entry(ace, stat.isDirectory(), Set.of())));
            @Nullable
            PosixAcl inherited = attributes().defaultAcl(location.session().caller(), stat.node());
            if (inherited != null) {
                OrderedAcl.of(inherited).forEach(ace -> entries.add(entry(ace, true, INHERITED)));
            }
            return entries;
        });
    }

    private static AclEntry entry(Ace ace, boolean directory, Set<AclEntryFlag> flags) {
        Set<AclEntryPermission> permissions = EnumSet.noneOf(AclEntryPermission.class);
        addIf(permissions, (ace.permissions() & 4) != 0, READ);
        addIf(permissions, (ace.permissions() & 2) != 0, WRITE);
        addIf(permissions, (ace.permissions() & 2) != 0 && directory, EnumSet.of(AclEntryPermission.DELETE_CHILD));
        addIf(permissions, (ace.permissions() & 1) != 0, EXECUTE);
        addIf(permissions, ace.allow(), ALWAYS);
        addIf(permissions, ace.allow() && ace.tag() == Tag.OWNER, OF_OWNER);
        return AclEntry.newBuilder()
                .setType(ace.allow() ? AclEntryType.ALLOW : AclEntryType.DENY)
                .setPrincipal(Principals.of(ace.tag(), ace.id()))
                .setPermissions(permissions)
                .setFlags(flags)
                .build();
    }

    private static void addIf(Set<AclEntryPermission> to, boolean condition, Set<AclEntryPermission> added) {
        if (condition) {
            to.addAll(added);
        }
    }

    @Override
    public void setAcl(List<AclEntry> acl) throws IOException {
        List<Ace> effective = new ArrayList<>();
        List<Ace> inherited = new ArrayList<>();
        for (AclEntry entry : acl) {
            Ace ace = ace(entry);
            if (!entry.flags().contains(AclEntryFlag.INHERIT_ONLY)) {
                effective.add(ace);
            }
            if (entry.flags().contains(AclEntryFlag.FILE_INHERIT)) {
                inherited.add(ace);
            }
        }
        location.change(() -> {
            Stat stat = location.stat(follow, StatMask.QUIET);
            if (!inherited.isEmpty() && !stat.isDirectory()) {
                throw refusal("only a directory's entries are inherited");
            }
            NodeId node = stat.node();
            attributes().setAccessAcl(location.session().caller(), node, OrderedAcl.toPosix(effective));
            if (stat.isDirectory()) {
                @Nullable PosixAcl list = inherited.isEmpty() ? null : OrderedAcl.toPosix(inherited);
                attributes().setDefaultAcl(location.session().caller(), node, list);
            }
            return null;
        });
    }

    private Ace ace(AclEntry entry) throws IOException {
        boolean allow = entry.type() == AclEntryType.ALLOW;
        if (!allow && entry.type() != AclEntryType.DENY) {
            throw refusal("an entry that is neither ALLOW nor DENY");
        }
        Set<AclEntryFlag> flags = entry.flags();
        boolean inherits = flags.stream().anyMatch(FOR_BOTH::contains);
        if (flags.contains(AclEntryFlag.NO_PROPAGATE_INHERIT) || (inherits && !flags.containsAll(FOR_BOTH))) {
            throw refusal("an entry that is inherited by some only");
        }
        Set<AclEntryPermission> rest = EnumSet.noneOf(AclEntryPermission.class);
        rest.addAll(entry.permissions());
        int permissions = (take(rest, READ) ? 4 : 0) | (take(rest, WRITE) ? 2 : 0) | (take(rest, EXECUTE) ? 1 : 0);
        rest.remove(AclEntryPermission.DELETE_CHILD);
        if (allow) {
            rest.removeAll(ALWAYS);
            rest.removeAll(OF_OWNER);
        }
        if (!rest.isEmpty()) {
            throw refusal("%s of %s".formatted(entry.type(), rest));
        }
        Tag tag = Principals.tag(entry.principal());
        boolean named = tag == Tag.USER || tag == Tag.NAMED_GROUP;
        return new Ace(allow, tag, named ? Principals.uid(entry.principal()) : -1, permissions);
    }

    /** Takes a right out of a set, if all of it is there; half of one stays, and is refused. */
    private static boolean take(Set<AclEntryPermission> from, Set<AclEntryPermission> right) {
        return from.containsAll(right) && from.removeAll(right);
    }

    private FileSystemException refusal(String what) {
        return new FileSystemException(location.path().toString(), null, "a POSIX list cannot say: " + what);
    }
}
