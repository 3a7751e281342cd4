package dev.ring3.nfs.xdr;

/** Bytes that are not what they should be. */
public final class XdrException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Reports bad bytes.
     *
     * @param offset where in the message they begin
     */
    public XdrException(int offset, String what) {
        super("byte %d: %s".formatted(offset, what), null, false, false);
    }
}
