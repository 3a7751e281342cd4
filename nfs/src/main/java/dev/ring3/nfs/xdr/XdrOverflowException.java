package dev.ring3.nfs.xdr;

/** What is to be written does not fit into the room that there is. */
public final class XdrOverflowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    XdrOverflowException(int wanted, int room) {
        super("%d bytes where %d are left".formatted(wanted, room), null, false, false);
    }
}
