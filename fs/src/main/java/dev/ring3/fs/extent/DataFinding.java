package dev.ring3.fs.extent;

/** Something that is wrong with the data of a volume: what, and where. */
public record DataFinding(Kind kind, String where) {
    /** What can be wrong. */
    public enum Kind {
        /** An extent record that is none. Its data is lost; whatever else there is can be kept. */
        RECORD,
        /** Two extents of one file cover one block. */
        OVERLAP,
        /** A record names blocks that are in no segment. */
        MISSING,
        /** Blocks have more references than records that name them: space that is lost. Can be repaired. */
        LEAKED,
        /** Blocks have fewer references than records that name them: they could be given away. Can be repaired. */
        UNCOUNTED,
        /** Another number of blocks is promised than records promise. Can be repaired. */
        PROMISED,
        /** Blocks are free and in use, or neither. A restart repairs it. */
        FREE_SPACE,
        /** A block is not as it was written. */
        DAMAGED
    }

    @Override
    public String toString() {
        return kind + " " + where;
    }
}
