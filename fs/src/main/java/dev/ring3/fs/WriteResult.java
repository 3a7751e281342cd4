package dev.ring3.fs;

/**
 * What a write did.
 *
 * @param offsetBytes where it went
 * @param sizeBytes of the file, afterwards
 */
public record WriteResult(long offsetBytes, long lengthBytes, long sizeBytes) {}
