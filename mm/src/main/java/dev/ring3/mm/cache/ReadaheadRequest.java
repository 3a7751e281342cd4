package dev.ring3.mm.cache;

/**
 * An access that was not in memory, or that met the end of what was read ahead.
 *
 * @param fileId the file's number
 * @param tag what its owner knows it by
 * @param hit whether what is read was in memory: a page that was read ahead to say that the reader has come so far
 * @param offset where the access begins, in bytes
 * @param length of the access, in bytes
 * @param fileSize in bytes
 * @param pattern what it continues
 * @param previousEnd where the last access to the file ended that was one of these, in bytes; 0 for none
 * @param previousBytes the last window of that stream; 0 for a new one or none
 * @param usualBytes the window that the built-in policy takes; 0 for what continues nothing
 * @param maxBytes the largest window
 */
public record ReadaheadRequest(
        long fileId,
        FileTag tag,
        boolean hit,
        long offset,
        long length,
        long fileSize,
        Pattern pattern,
        long previousEnd,
        long previousBytes,
        long usualBytes,
        long maxBytes) {
    /** How an access goes on from an earlier one. */
    public enum Pattern {
        /** From nowhere. */
        RANDOM,
        /** Where an earlier one ended, or at the file's beginning. */
        FORWARD,
        /** It ends where an earlier one began. */
        BACKWARD,
        /** At the same distance from the last as the last from the one before. */
        STRIDED
    }
}
