package dev.ring3.fs.volume;

/** Something that is wrong with a volume: what, and where. */
public record VolumeFinding(Kind kind, String where) {
    /** What can be wrong. */
    public enum Kind {
        /** A record that cannot be read. */
        RECORD,
        /** The tree of snapshots, or a subvolume in it. */
        TREE,
        /** A key of a node that is not there, or that the node does not count. */
        KEYS,
        /** A key that the index of changes does not name. */
        INDEX,
        /** An item of an inode that is not there. */
        ORPHANED_ITEM,
        /** A name that leads nowhere, or to something else than it says. */
        ENTRY,
        /** An inode that does not know where its name is, or counts its names wrongly. */
        LINKS,
        /** A directory that counts its entries wrongly, or that cannot be reached. */
        DIRECTORY,
        /** A subvolume that counts its bytes or inodes wrongly. */
        USAGE,
        /** The extents of a file, or the blocks that they name. */
        DATA
    }

    @Override
    public String toString() {
        return kind + " " + where;
    }
}
