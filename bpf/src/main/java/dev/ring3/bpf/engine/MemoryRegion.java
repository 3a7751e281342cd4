package dev.ring3.bpf.engine;

/**
 * Memory that a run may touch besides its stack: one value, or a row of values of which an access may touch only one.
 *
 * @param start the address of the first byte
 * @param bytes the length of the whole row
 * @param strideBytes from one value to the next
 * @param valueBytes how much of each stride is the value
 * @param writable whether programs may write it
 */
public record MemoryRegion(long start, long bytes, long strideBytes, long valueBytes, boolean writable) {
    /** One value. */
    public static MemoryRegion of(long start, long bytes, boolean writable) {
        return new MemoryRegion(start, bytes, bytes, bytes, writable);
    }

    boolean contains(long address, long size) {
        long offset = address - start;
        if (offset < 0 || offset > bytes - size) {
            return false;
        }
        return strideBytes == bytes ? offset <= valueBytes - size : offset % strideBytes <= valueBytes - size;
    }
}
