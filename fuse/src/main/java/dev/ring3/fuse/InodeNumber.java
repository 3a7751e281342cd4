package dev.ring3.fuse;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;

/**
 * The {@code st_ino} of an inode, which is one number where {@link NodeId} has two: the inode number itself in the first
 * subvolume; elsewhere the subvolume in the upper 24 bits. Unique while inode numbers are below 2^40 and subvolumes below
 * 2^24; beyond that the two are mixed, and two inodes may share a number.
 */
final class InodeNumber {
    private static final int INO_BITS = 40;
    private static final long SUBVOLUME_MAX = (1L << (64 - INO_BITS)) - 1;

    private InodeNumber() {}

    static long of(NodeId node) {
        long ino = node.ino().value();
        long subvolume = node.subvolume().value() - SubvolumeId.FIRST.value();
        if (subvolume <= SUBVOLUME_MAX && ino >>> INO_BITS == 0) {
            return (subvolume << INO_BITS) | ino;
        }
        return subvolume == 0 ? ino : ino ^ Long.rotateLeft(subvolume * 0x9e37_79b9_7f4a_7c15L, INO_BITS);
    }
}
