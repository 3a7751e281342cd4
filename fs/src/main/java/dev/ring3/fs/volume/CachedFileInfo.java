package dev.ring3.fs.volume;

import dev.ring3.fs.NodeId;

/**
 * A file with content in the page cache. A look at what others change meanwhile.
 *
 * @param sizeBytes how large the file is in memory, which may not have been committed yet
 * @param residentBytes what of it is in memory, in whole pages
 * @param dirtyBytes what of that is not on the disk yet
 */
public record CachedFileInfo(NodeId node, long sizeBytes, long residentBytes, long dirtyBytes) {}
