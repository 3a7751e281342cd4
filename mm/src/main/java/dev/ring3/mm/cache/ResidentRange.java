package dev.ring3.mm.cache;

/**
 * A run of pages of a file that are in memory alike.
 *
 * @param offset where it begins in the file, in bytes
 * @param length in bytes
 * @param dirty newer than the backing's content
 * @param writeback on the way to the backing
 * @param folioBytes the size of its folios
 */
public record ResidentRange(long offset, long length, boolean dirty, boolean writeback, int folioBytes) {}
