package dev.ring3.bpf;

import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;

/** Zeroed memory for tests of what maps are made of. */
final class MapMemory implements AutoCloseable {
    private final long address;
    private final long bytes;

    MapMemory(long bytes) {
        this.address = BpfMemory.allocate(bytes);
        this.bytes = bytes;
        if (address == 0) {
            throw new IllegalStateException("no memory: " + BpfMemory.failure());
        }
    }

    long address() {
        return address;
    }

    static long get(long address) {
        return BpfMemory.SEGMENT.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    }

    static void set(long address, long value) {
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
    }

    /** Writes a number into each word of some memory. */
    static void fill(long address, long bytes, long number) {
        for (long at = address; at < address + bytes; at += Long.BYTES) {
            set(at, number);
        }
    }

    /** The number in all words of some memory; {@link MapModel#TORN} if they are not the same. */
    static long whole(long address, long bytes) {
        long first = get(address);
        for (long at = address; at < address + bytes; at += Long.BYTES) {
            if (get(at) != first) {
                return MapModel.TORN;
            }
        }
        return first;
    }

    @Override
    public void close() {
        BpfMemory.free(address, bytes);
    }
}
