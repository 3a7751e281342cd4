package dev.ring3.bpf.insn;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The fields of 8 bytes of code, laid out as in RFC 9669 section 3.1 without help from the code under test. */
record Slot(int opcode, int dst, int src, int offset, int imm) {
    private static final int BYTES = 8;

    static final Slot ZERO = new Slot(0, 0, 0, 0, 0);
    static final Slot EXIT = new Slot(0x95, 0, 0, 0, 0);

    int get(EncodingTable.Field field) {
        return switch (field) {
            case DST -> dst;
            case SRC -> src;
            case OFFSET -> offset;
            case IMM -> imm;
        };
    }

    Slot with(EncodingTable.Field field, int value) {
        return switch (field) {
            case DST -> new Slot(opcode, value, src, offset, imm);
            case SRC -> new Slot(opcode, dst, value, offset, imm);
            case OFFSET -> new Slot(opcode, dst, src, value, imm);
            case IMM -> new Slot(opcode, dst, src, offset, value);
        };
    }

    byte[] bytes(ByteOrder order) {
        boolean little = order == ByteOrder.LITTLE_ENDIAN;
        return ByteBuffer.allocate(BYTES)
                .order(order)
                .put((byte) opcode)
                .put((byte) (little ? src * 16 + (dst & 0xf) : dst * 16 + (src & 0xf)))
                .putShort((short) offset)
                .putInt(imm)
                .array();
    }

    static byte[] bytes(ByteOrder order, Slot... slots) {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        for (Slot slot : slots) {
            code.writeBytes(slot.bytes(order));
        }
        return code.toByteArray();
    }
}
