package dev.ring3.fs;

import dev.ring3.fs.PosixAcl.Tag;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A POSIX list as one in which the first entry that speaks of a right decides, as NFSv4 (RFC 8881, section 6.2.1) and
 * {@code java.nio.file.attribute.AclEntry} have them, and back.
 *
 * <p>In a POSIX list the first entry that fits the user decides. So each entry but the last becomes an ALLOW, and a DENY of
 * what later ones would give. The way back loses what POSIX cannot say to the stricter side: who may be in a group that is
 * denied something is denied it too, so nobody ever gets more than the list said.
 */
public final class OrderedAcl {
    private static final int ALL = 7;

    /** No id: of the owner, the owning group and everyone. */
    private static final int NO_ID = -1;

    /**
     * One entry.
     *
     * @param allow whether it allows or denies
     * @param tag whom it is about, {@link Tag#OTHER} being everyone; never {@link Tag#MASK}
     * @param id of a named user or group, else -1
     * @param permissions read 4, write 2, execute 1
     */
    public record Ace(boolean allow, Tag tag, int id, int permissions) {
        public Ace {
            if (tag == Tag.MASK) {
                throw new FsException(Errno.EINVAL, "acl", "an entry about a mask");
            }
        }
    }

    private OrderedAcl() {}

    /** The entries that say what a POSIX list says. */
    public static List<Ace> of(PosixAcl acl) {
        int mask = acl.permissionsOf(Tag.MASK) < 0 ? ALL : acl.permissionsOf(Tag.MASK);
        int other = acl.permissionsOf(Tag.OTHER);
        List<Ace> users = new ArrayList<>();
        List<Ace> groups = new ArrayList<>();
        for (PosixAcl.Entry entry : acl.entries()) {
            int permissions = entry.permissions() & (entry.tag() == Tag.OWNER ? ALL : mask);
            switch (entry.tag()) {
                case OWNER, USER -> users.add(new Ace(true, entry.tag(), entry.id(), permissions));
                case GROUP, NAMED_GROUP -> groups.add(new Ace(true, entry.tag(), entry.id(), permissions));
                case MASK, OTHER -> {}
            }
        }
        int given = other | union(users) | union(groups);
        List<Ace> all = new ArrayList<>();
        for (Ace ace : users) {
            all.add(ace);
            addDenial(all, ace, given);
        }
        all.addAll(groups);
        groups.forEach(ace -> addDenial(all, ace, other));
        all.add(new Ace(true, Tag.OTHER, NO_ID, other));
        return all;
    }

    private static int union(List<Ace> aces) {
        return aces.stream().mapToInt(Ace::permissions).reduce(0, (a, b) -> a | b);
    }

    private static void addDenial(List<Ace> all, Ace ace, int later) {
        int denied = later & ~ace.permissions();
        if (denied != 0) {
            all.add(new Ace(false, ace.tag(), ace.id(), denied));
        }
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

    /** The POSIX list that says what these entries say, or less. */
    public static PosixAcl toPosix(List<Ace> aces) {
        Map<Who, Rights> all =
                new TreeMap<>(Comparator.comparing(Who::tag).thenComparing(Who::id, Integer::compareUnsigned));
        for (Tag tag : List.of(Tag.OWNER, Tag.GROUP, Tag.OTHER)) {
            all.put(new Who(tag, NO_ID), new Rights(0, 0));
        }
        Who everyone = new Who(Tag.OTHER, NO_ID);
        for (Ace ace : aces) {
            Rights ofEveryone = all.getOrDefault(everyone, new Rights(0, 0));
            all.putIfAbsent(new Who(ace.tag(), ace.id()), ofEveryone);
            apply(all, ace);
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
        for (Map.Entry<Who, Rights> entry : all.entrySet()) {
            Who who = entry.getKey();
            int permissions = entry.getValue().allowed();
            entries.add(new PosixAcl.Entry(who.tag(), who.id(), permissions));
            named |= who.tag() == Tag.USER || who.tag() == Tag.NAMED_GROUP;
            mask |= who.tag() == Tag.OWNER || who.tag() == Tag.OTHER ? 0 : permissions;
        }
        if (named) {
            entries.add(new PosixAcl.Entry(Tag.MASK, NO_ID, mask));
        }
        return new PosixAcl(entries);
    }
}
