package dev.ring3.bpf.engine;

import dev.ring3.bpf.memory.BpfMemory;
import dev.ring3.bpf.type.FieldKind;
import java.lang.foreign.ValueLayout;

/**
 * The memory of a context, in the host's byte order:
 *
 * <pre>
 * offset             bytes
 * 0                  size of the structure   what programs and the host see
 * S (size, up to 8)  8                       address of the packet's first byte
 * S + 8              8                       address one past its last
 * S + 16             8                       address of the metadata before it
 * </pre>
 *
 * Linux has 4 bytes for an address of the packet in the structure ({@code __u32 data} of {@code struct xdp_md}). Loads of
 * these fields are rewritten to loads of the addresses behind the structure, which nothing else may touch.
 */
public final class ContextLayout {
    private static final int ADDRESSES = 3;

    private ContextLayout() {}

    /** Bytes of everything. */
    public static int bytes(int structBytes) {
        return addresses(structBytes) + ADDRESSES * Long.BYTES;
    }

    /** Where the address of a part of the packet is, in bytes from the context's start. */
    public static int offset(int structBytes, FieldKind.Part part) {
        return addresses(structBytes)
                + switch (part) {
                    case START -> 0;
                    case END -> Long.BYTES;
                    case META -> 2 * Long.BYTES;
                };
    }

    /** Where the first of the addresses is, and so one past the structure rounded up. */
    static int addresses(int structBytes) {
        return (structBytes + Long.BYTES - 1) & -Long.BYTES;
    }

    /** Writes the addresses of a packet without metadata. */
    static void write(long context, int structBytes, long packet, long packetBytes) {
        write(context + offset(structBytes, FieldKind.Part.START), packet);
        write(context + offset(structBytes, FieldKind.Part.END), packet + packetBytes);
        write(context + offset(structBytes, FieldKind.Part.META), packet);
    }

    private static void write(long at, long address) {
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_LONG, at, address);
    }
}
