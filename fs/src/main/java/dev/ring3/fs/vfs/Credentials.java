package dev.ring3.fs.vfs;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who somebody is to permission checks: a user, a group, and further groups. */
public final class Credentials {
    /** The user whom no permission stops, in his own group. */
    public static final Credentials ROOT = of(0, 0);

    private final int uid;
    private final int gid;

    private final Supplier<int[]> further;

    // Sorted; null until somebody asks. Asking twice from two threads does no harm.
    private volatile int @Nullable [] groups;

    private Credentials(int uid, int gid, Supplier<int[]> further) {
        this.uid = uid;
        this.gid = gid;
        this.further = further;
    }

    /** A user and groups; ids are unsigned, all 32 bits count. */
    public static Credentials of(int uid, int gid, int... groups) {
        int[] copy = groups.clone();
        return ofLazy(uid, gid, () -> copy);
    }

    /** The same, with the further groups found out only where they decide; then once. */
    public static Credentials ofLazy(int uid, int gid, Supplier<int[]> groups) {
        return new Credentials(uid, gid, groups);
    }

    /** The user. */
    public int uid() {
        return uid;
    }

    /** The group that new inodes get. */
    public int gid() {
        return gid;
    }

    /** Whether this user is in a group, by either way. */
    public boolean isMember(int group) {
        return group == gid || Arrays.binarySearch(groups(), group) >= 0;
    }

    private int[] groups() {
        int[] known = groups;
        if (known == null) {
            known = further.get().clone();
            Arrays.sort(known);
            groups = known;
        }
        return known;
    }

    /** Whether no permission stops this user. */
    public boolean isPrivileged() {
        return uid == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credentials that
                && uid == that.uid
                && gid == that.gid
                && Arrays.equals(groups(), that.groups());
    }

    @Override
    public int hashCode() {
        return 31 * (31 * uid + gid) + Arrays.hashCode(groups());
    }

    @Override
    public String toString() {
        return "uid %s gid %s groups %s"
                .formatted(
                        Integer.toUnsignedString(uid),
                        Integer.toUnsignedString(gid),
                        Arrays.stream(groups())
                                .mapToObj(Integer::toUnsignedString)
                                .toList());
    }
}
