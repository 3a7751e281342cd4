package dev.ring3.fs.lock;

/**
 * A client of a front end, which has opens, locks and leases, and may go away with all of them.
 *
 * @param origin the front end
 * @param id which of its clients: the mount of FUSE, the client id of NFS
 */
public record Client(Origin origin, long id) {
    /** The front end that a request came through. */
    public enum Origin {
        FUSE,
        NFS,
        /** {@code java.nio} and other users in the same process. */
        LOCAL
    }
}
