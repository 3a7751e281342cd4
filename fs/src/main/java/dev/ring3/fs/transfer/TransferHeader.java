package dev.ring3.fs.transfer;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a stream is about.
 *
 * @param volume where it was made
 * @param snapshot what it says: the identity of the content, which stays the same wherever it was received
 * @param parent what it builds on; null if it says everything
 * @param from where it begins: after what an earlier stream has said
 * @param created when the snapshot was taken
 */
public record TransferHeader(
        UUID volume, UUID snapshot, @Nullable UUID parent, TransferPosition from, Instant created) {}
