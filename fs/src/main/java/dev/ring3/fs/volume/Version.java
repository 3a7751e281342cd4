package dev.ring3.fs.volume;

/**
 * The version of an item that a snapshot sees, whiteouts included.
 *
 * @param node in which it was written
 * @param value empty for a whiteout
 */
@SuppressWarnings("ArrayRecordComponent") // handed through, never compared
record Version(long node, byte[] value) {
    boolean isWhiteout() {
        return value.length == 0;
    }
}
