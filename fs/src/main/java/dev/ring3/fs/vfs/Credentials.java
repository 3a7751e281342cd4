package dev.ring3.fs.vfs;

import java.util.Arrays;

/** Who somebody is to permission checks: a user, a group, and further groups. */
public final class Credentials {
    /** The user whom no permission stops, in his own group. */
    public static final Credentials ROOT = of(0, 0);

    private final int uid;
    private final int gid;

    /** Sorted. */
    private final int[] groups;

    private Credentials(int uid, int gid, int[] groups) {
        this.uid = uid;
        this.gid = gid;
        this.groups = groups;
    }

    /** A user and groups; ids are unsigned, all 32 bits count. */
    public static Credentials of(int uid, int gid, int... groups) {
        int[] sorted = groups.clone();
        Arrays.sort(sorted);
        return new Credentials(uid, gid, sorted);
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
        return group == gid || Arrays.binarySearch(groups, group) >= 0;
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
                && Arrays.equals(groups, that.groups);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * uid + gid) + Arrays.hashCode(groups);
    }

    @Override
    public String toString() {
        return "uid %s gid %s groups %s"
                .formatted(
                        Integer.toUnsignedString(uid),
                        Integer.toUnsignedString(gid),
                        Arrays.stream(groups)
                                .mapToObj(Integer::toUnsignedString)
                                .toList());
    }
}
