package dev.ring3.fs;

/**
 * How data is written.
 *
 * @param append at the end of the file, whatever offset is given
 * @param clearSetId takes the set-id bits away, as {@link AttrChange#clearSetId}
 */
public record WriteOptions(boolean append, Sync sync, boolean clearSetId) {
    /** Nothing special. */
    public static final WriteOptions PLAIN = new WriteOptions(false, Sync.NONE, false);

    /** What is durable when a write returns. */
    public enum Sync {
        NONE,
        /** The data, and what is needed to read it. */
        DATA,
        ALL
    }
}
