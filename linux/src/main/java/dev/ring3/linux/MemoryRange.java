package dev.ring3.linux;

/** Memory of some process, by its address there. */
public record MemoryRange(long address, long lengthBytes) {}
