package dev.ring3.bpf.insn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The fields of one 8-byte slot (RFC 9669 section 3.1), before they mean anything.
 *
 * <pre>
 * byte     0        1           2..3     4..7
 *          opcode   registers   offset   imm
 * </pre>
 *
 * The two registers share a byte: little endian has {@code dst} in the low half, big endian in the high half.
 */
record RawInsn(int opcode, int dst, int src, int offset, int imm) {
    static final int BYTES = 8;

    private static final int OPCODE_AT = 0;
    private static final int REGISTERS_AT = 1;
    private static final int OFFSET_AT = 2;
    private static final int IMM_AT = 4;

    static RawInsn read(ByteBuffer code, int slot) {
        int at = slot * BYTES;
        int registers = Byte.toUnsignedInt(code.get(at + REGISTERS_AT));
        boolean little = code.order() == ByteOrder.LITTLE_ENDIAN;
        return new RawInsn(
                Byte.toUnsignedInt(code.get(at + OPCODE_AT)),
                little ? registers & 0xf : registers >> 4,
                little ? registers >> 4 : registers & 0xf,
                code.getShort(at + OFFSET_AT),
                code.getInt(at + IMM_AT));
    }

    void write(ByteBuffer code, int slot) {
        int at = slot * BYTES;
        boolean little = code.order() == ByteOrder.LITTLE_ENDIAN;
        code.put(at + OPCODE_AT, (byte) opcode);
        code.put(at + REGISTERS_AT, (byte) (little ? src << 4 | dst : dst << 4 | src));
        code.putShort(at + OFFSET_AT, (short) offset);
        code.putInt(at + IMM_AT, imm);
    }
}
