package dev.ring3.linux;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A subvolume or snapshot of a filesystem.
 *
 * @param id its number, for ever
 * @param name in the directory that holds it; empty for the top
 * @param path from the top of the filesystem, without a leading slash; empty if it was not asked for or is not known
 * @param parentId the subvolume that holds it, empty for the top
 * @param directoryInode the inode, in the parent, of the directory that holds it
 * @param generation the transaction of the last change, of filesystems that count those
 * @param isReadOnly whether it can be written
 * @param uuid its identity, also after it was sent elsewhere
 * @param sourceUuid that of the subvolume it was taken of: there is one exactly if it is a snapshot
 * @param receivedUuid that of the subvolume it was received from
 * @param created when it was made
 * @param changed when it last changed
 */
public record Subvolume(
        long id,
        String name,
        Optional<String> path,
        OptionalLong parentId,
        long directoryInode,
        OptionalLong generation,
        boolean isReadOnly,
        Optional<UUID> uuid,
        Optional<UUID> sourceUuid,
        Optional<UUID> receivedUuid,
        Optional<Instant> created,
        Optional<Instant> changed) {
    /** Whether it was taken of another. */
    public boolean isSnapshot() {
        return sourceUuid.isPresent();
    }
}
