package dev.ring3.fs;

/** What names an inode, for ever: an inode number means the same inode in every snapshot, so the subvolume belongs to it. */
public record NodeId(SubvolumeId subvolume, Ino ino) implements Comparable<NodeId> {
    /** The root directory of a subvolume. */
    public static NodeId rootOf(SubvolumeId subvolume) {
        return new NodeId(subvolume, Ino.ROOT);
    }

    /** The order in which inodes are locked. */
    @Override
    public int compareTo(NodeId other) {
        int order = subvolume.compareTo(other.subvolume);
        return order != 0 ? order : ino.compareTo(other.ino);
    }

    @Override
    public String toString() {
        return subvolume + " " + ino;
    }
}
