package dev.ring3.bpf;

import dev.ring3.bpf.memory.BpfMemory;

/** What one runtime takes of {@link BpfMemory}, and its limit. Thread-safe. */
final class MemoryAccount {
    private final long bytesMax;
    private final long bytesOfMapMax;
    private long bytesUsed; // guarded by this

    MemoryAccount(long bytesMax, long bytesOfMapMax) {
        this.bytesMax = bytesMax;
        this.bytesOfMapMax = bytesOfMapMax;
    }

    /** As {@link #allocate}, within what one map may have. */
    long allocateForMap(long bytes, String what) {
        if (BpfMemory.pageRounded(bytes) > bytesOfMapMax) {
            throw new BpfMemoryException("%s needs %d bytes, and a map of this runtime may have %d"
                    .formatted(what, BpfMemory.pageRounded(bytes), bytesOfMapMax));
        }
        return allocate(bytes, what);
    }

    /**
     * Zeroed memory.
     *
     * @param what what it is for, for the message
     * @throws BpfMemoryException if there is none
     */
    synchronized long allocate(long bytes, String what) {
        String failure = BpfMemory.failure();
        if (failure != null) {
            throw new BpfMemoryException("%s: %s".formatted(what, failure));
        }
        long rounded = BpfMemory.pageRounded(bytes);
        if (rounded > bytesMax - bytesUsed) {
            throw new BpfMemoryException("%s needs %d bytes, and %d of this runtime's limit of %d are in use"
                    .formatted(what, rounded, bytesUsed, bytesMax));
        }
        long address = BpfMemory.allocate(rounded);
        if (address == 0) {
            throw new BpfMemoryException(
                    "%s needs %d bytes in a row, and the %d bytes reserved have none (-D%s sets more)"
                            .formatted(what, rounded, BpfMemory.SEGMENT.byteSize(), BpfMemory.SIZE_PROPERTY));
        }
        bytesUsed += rounded;
        return address;
    }

    synchronized void free(long address, long bytes) {
        BpfMemory.free(address, bytes);
        bytesUsed -= BpfMemory.pageRounded(bytes);
    }

    synchronized long bytesUsed() {
        return bytesUsed;
    }
}
