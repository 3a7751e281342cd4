package dev.ring3.mm.cache;

import dev.ring3.mm.FolioOrder;

/**
 * What a policy is told about a folio.
 *
 * @param frame the number of its first frame, its name; -1 if it has no memory yet
 * @param fileId the file's number, see {@link AddressSpace#id}
 * @param tag what its owner knows it by
 * @param page where it begins in the file, in pages of 4 KiB
 * @param order its size
 * @param readahead whether nobody has asked for it yet
 * @param uncached whether it is there only while it is in use
 */
public record FolioContext(
        int frame, long fileId, FileTag tag, long page, FolioOrder order, boolean readahead, boolean uncached) {}
