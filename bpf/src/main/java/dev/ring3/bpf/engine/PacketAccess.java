package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The deprecated packet instructions (RFC 9669 section 5.5): a big-endian value of the packet into {@code r0}. The
 * offset is computed in 32 bits; outside the packet the whole program ends with 0.
 */
final class PacketAccess {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private PacketAccess() {}

    /** Loads, or returns false if the value does not lie in the packet. */
    static boolean load(Insn insn, Execution x, long[] r) {
        int index = insn instanceof Insn.LoadPacketIndirect load
                ? (int) r[load.index().number()]
                : 0;
        return load(insn, index, x, r);
    }

    /** The same with the value of the index, if the instruction has one. */
    static boolean load(Insn insn, int index, Execution x, long[] r) {
        return switch (insn) {
            case Insn.LoadPacketAbsolute(Size size, int offset) -> load(size, offset, x, r);
            case Insn.LoadPacketIndirect load -> load(load.size(), index + load.offset(), x, r);
            case Insn other -> throw new IllegalStateException("no packet access: " + other);
        };
    }

    private static boolean load(Size size, int offset, Execution x, long[] r) {
        if (offset < 0 || offset > x.memory().packetBytes() - size.bytes()) {
            return false;
        }
        long address = x.memory().packetAddress() + offset;
        r[0] = switch (size) {
            case BYTE -> Byte.toUnsignedLong(BpfMemory.SEGMENT.get(ValueLayout.JAVA_BYTE, address));
            case HALF -> Short.toUnsignedLong(BpfMemory.SEGMENT.get(SHORT, address));
            case WORD -> Integer.toUnsignedLong(BpfMemory.SEGMENT.get(INT, address));
            case DOUBLE -> throw new IllegalStateException("excluded by the record");
        };
        return true;
    }
}
