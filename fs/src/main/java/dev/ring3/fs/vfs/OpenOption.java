package dev.ring3.fs.vfs;

/** How a file is opened, beyond what is done with it; {@code open(2)}. */
public enum OpenOption {
    /** Every write goes to the end. */
    APPEND,
    /** The file becomes empty; only for writers. */
    TRUNCATE,
    /** Reads do not move the access time; only for the owner and root. */
    NO_ACCESS_TIME,
    /** To be run: wants the permission for that in place of the one to read. */
    EXECUTE,
    /** What is written is durable when the write returns. */
    DATA_SYNC,
    /** What is written, and all attributes, are durable when the write returns. */
    SYNC
}
