package dev.ring3.fs.volume;

/**
 * The most that a volume takes of memory outside of the heap.
 *
 * @param fileDataBytes for the content of files
 * @param storeBytes for metadata, by the store's engine
 */
public record MemoryBudget(long fileDataBytes, long storeBytes) {}
