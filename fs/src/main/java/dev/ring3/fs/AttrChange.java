package dev.ring3.fs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Attributes to be set together, in one transaction; null leaves one as it is.
 *
 * @param permissions the new permission bits; also carries over to an access ACL ({@code posix_acl_chmod})
 * @param sizeBytes of a regular file
 * @param flags the new value of the {@link StatFlags#SETTABLE} flags
 * @param clearSetId takes the set-id bits away as a write does ({@code setattr_should_drop_sgid}): set-user-id always,
 *     set-group-id where the group may execute; Vfs decides when
 */
public record AttrChange(
        @Nullable Integer permissions,
        @Nullable Integer uid,
        @Nullable Integer gid,
        @Nullable Long sizeBytes,
        @Nullable TimeChange accessTime,
        @Nullable TimeChange modifyTime,
        @Nullable Integer flags,
        boolean clearSetId) {
    /** Changes nothing. */
    public static final AttrChange NONE = new AttrChange(null, null, null, null, null, null, null, false);

    /** A time to be set. */
    public sealed interface TimeChange {}

    /** The clock's, at the transaction. */
    public record Now() implements TimeChange {}

    /** This one. */
    public record At(Instant time) implements TimeChange {}

    public AttrChange withPermissions(int value) {
        return new AttrChange(value, uid, gid, sizeBytes, accessTime, modifyTime, flags, clearSetId);
    }

    public AttrChange withOwner(@Nullable Integer newUid, @Nullable Integer newGid) {
        return new AttrChange(permissions, newUid, newGid, sizeBytes, accessTime, modifyTime, flags, clearSetId);
    }

    public AttrChange withSize(long bytes) {
        return new AttrChange(permissions, uid, gid, bytes, accessTime, modifyTime, flags, clearSetId);
    }

    public AttrChange withTimes(@Nullable TimeChange access, @Nullable TimeChange modify) {
        return new AttrChange(permissions, uid, gid, sizeBytes, access, modify, flags, clearSetId);
    }

    public AttrChange withFlags(int value) {
        return new AttrChange(permissions, uid, gid, sizeBytes, accessTime, modifyTime, value, clearSetId);
    }

    public AttrChange withClearSetId() {
        return new AttrChange(permissions, uid, gid, sizeBytes, accessTime, modifyTime, flags, true);
    }
}
