package dev.ring3.bpf.insn;

import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * One instruction with its bytes in both byte orders, derived from RFC 9669 alone, its conformance group in the RFC and
 * its version in the public conformance suite. The rows together hold every line of the RFC's appendix, and what it
 * leaves out: sign-extending loads (section 5.2), load-acquire, store-release, the call through a register, and
 * may_goto.
 *
 * <p>The bytes are written as opcode, registers, offset, immediate; those of wide instructions twice over.
 */
record Golden(String little, String big, ConformanceGroup group, CpuVersion version, Insn insn) {

    record Row(String little, String big, Insn insn) {}

    static Stream<Golden> all() {
        return Stream.of(GoldenArithmetic.rows(), GoldenJumps.rows(), GoldenMemory.rows())
                .flatMap(rows -> rows);
    }

    static List<Golden> golden(ConformanceGroup group, CpuVersion version, Row... rows) {
        return Stream.of(rows)
                .map(row -> new Golden(row.little, row.big, group, version, row.insn))
                .toList();
    }

    static Row row(String little, String big, Insn insn) {
        return new Row(little, big, insn);
    }

    byte[] bytes(ByteOrder order) {
        return bytes(order == ByteOrder.LITTLE_ENDIAN ? little : big);
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static Immediate imm(int value) {
        return new Immediate(value);
    }

    static Insn alu32(AluOp op, Register dst, Operand source) {
        return new Insn.Alu(Width.BITS_32, op, dst, source);
    }

    static Insn alu64(AluOp op, Register dst, Operand source) {
        return new Insn.Alu(Width.BITS_64, op, dst, source);
    }

    static Insn jump32(Condition condition, Register left, Operand right, int offset) {
        return new Insn.JumpIf(Width.BITS_32, condition, left, right, offset);
    }

    static Insn jump64(Condition condition, Register left, Operand right, int offset) {
        return new Insn.JumpIf(Width.BITS_64, condition, left, right, offset);
    }
}
