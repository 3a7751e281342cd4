package dev.ring3.bpf.engine;

import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;

/**
 * What a run is called with and what else it may touch besides its stack and its maps: a block of memory, or a context
 * and the packet that it leads to; and numbers that the host lends to callbacks. Belongs to one {@link Execution}.
 */
final class RunMemory {
    /** Lent numbers have a place each, of which this much is used. */
    private static final int LENT_BYTES = Integer.BYTES;

    private static final int LENT_STRIDE_BYTES = Long.BYTES;

    /** Bytes for as many numbers as functions can be active, each of which may be a callback. */
    static final int LENT_BYTES_MAX = Execution.FRAMES_MAX * LENT_STRIDE_BYTES;

    private final long lentAddress;
    private int lentCount;

    private long entryAddress;
    private long entryBytes;
    private long r2;
    private boolean hasContext;
    private long packetAddress;
    private long packetBytes;
    private boolean packetWritable;

    RunMemory(long lentAddress) {
        this.lentAddress = lentAddress;
    }

    void block(long address, long bytes) {
        hasContext = false;
        entryAddress = address;
        entryBytes = bytes;
        r2 = bytes;
        packetAddress = address;
        packetBytes = bytes;
        packetWritable = true;
    }

    void context(long address, int structBytes) {
        hasContext = true;
        entryAddress = address;
        entryBytes = structBytes;
        r2 = 0;
        packet(0, 0, false);
    }

    void packet(long address, long bytes, boolean writable) {
        ContextLayout.write(entryAddress, (int) entryBytes, address, bytes);
        packetAddress = address;
        packetBytes = bytes;
        packetWritable = writable;
    }

    /** What programs have in {@code r1} at their start. */
    long r1() {
        return entryAddress;
    }

    /** What programs have in {@code r2} at their start. */
    long r2() {
        return r2;
    }

    /** The length of what {@code r1} points to. */
    long entryBytes() {
        return entryBytes;
    }

    long packetAddress() {
        return packetAddress;
    }

    long packetBytes() {
        return packetBytes;
    }

    /** Whether these bytes are of what {@code r1} points to, which may be read and written. */
    boolean isInEntry(long address, long size) {
        long inEntry = address - entryAddress;
        return inEntry >= 0 && inEntry <= entryBytes - size;
    }

    /** Whether these bytes, which are not {@link #isInEntry there}, may be accessed. */
    boolean allows(long address, long size, boolean write) {
        long inPacket = address - packetAddress;
        if (inPacket >= 0 && inPacket <= packetBytes - size) {
            return packetWritable || !write;
        }
        long inLent = address - lentAddress;
        return !write
                && inLent >= 0
                && inLent < (long) lentCount * LENT_STRIDE_BYTES
                && inLent % LENT_STRIDE_BYTES <= LENT_BYTES - size;
    }

    /** Whether this is the address of one of the addresses behind the context's structure. */
    boolean isPacketAddress(long address) {
        long offset = address - entryAddress - ContextLayout.addresses((int) entryBytes);
        return hasContext
                && offset >= 0
                && offset < ContextLayout.bytes((int) entryBytes) - ContextLayout.addresses((int) entryBytes)
                && offset % Long.BYTES == 0;
    }

    /** Gives a number an address that the program may read, until it is {@link #takeBack taken back}. */
    long lend(int value) {
        long address = lentAddress + (long) lentCount * LENT_STRIDE_BYTES;
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_INT, address, value);
        lentCount++;
        return address;
    }

    /** Ends the life of the number that was lent last. */
    void takeBack() {
        lentCount--;
    }

    void takeBackAll() {
        lentCount = 0;
    }
}
