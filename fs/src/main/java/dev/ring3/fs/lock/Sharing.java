package dev.ring3.fs.lock;

/**
 * What an open file is for, and what nobody else may do meanwhile (RFC 8881 section 9.7).
 *
 * @param access what is done; {@link Use#NONE} for a file that is open for its attributes only
 * @param denied what others may not; {@link Use#NONE} outside of NFS
 */
public record Sharing(Use access, Use denied) {
    /** Denies nothing. */
    public static Sharing of(Use access) {
        return new Sharing(access, Use.NONE);
    }

    /** What both do, and what both deny. */
    public Sharing and(Sharing other) {
        return new Sharing(access.and(other.access), denied.and(other.denied));
    }

    /** Whether one does what the other denies. */
    public boolean conflictsWith(Sharing other) {
        return access.overlaps(other.denied) || denied.overlaps(other.access);
    }
}
