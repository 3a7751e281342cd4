package dev.ring3.fs.volume;

import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.extent.CompressionMode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A subvolume, as of one moment.
 *
 * @param node of the snapshot tree that it shows; read-only ones may share
 * @param origin what it is a snapshot of, or null
 * @param place the directory in which it is found, null for the first; a {@code .snapshots} folder for most snapshots
 * @param name by which it is found there
 * @param referencedBytes allocated bytes of all files in it; exact
 * @param referencedInodes all inodes in it; exact
 * @param writtenBytes data that was written while its node was a head; exact
 * @param quotaBytes limit of referenced bytes, -1 for none
 * @param quotaInodes limit of referenced inodes, -1 for none
 * @param holds how many keep it from being deleted
 * @param compression of data that is written from now on
 * @param received where its content came from, if it was received; nobody writes to one that has not all of it
 */
public record SubvolumeInfo(
        SubvolumeId id,
        UUID uuid,
        SnapshotId node,
        @Nullable SubvolumeId origin,
        @Nullable NodeId place,
        Name name,
        boolean readOnly,
        Instant created,
        long referencedBytes,
        long referencedInodes,
        long writtenBytes,
        long quotaBytes,
        long quotaInodes,
        int holds,
        CompressionMode compression,
        @Nullable ReceivedState received) {}
