package dev.ring3.bpf.insn;

import static dev.ring3.bpf.insn.AluOp.ADD;
import static dev.ring3.bpf.insn.AluOp.AND;
import static dev.ring3.bpf.insn.AluOp.ARSH;
import static dev.ring3.bpf.insn.AluOp.DIV;
import static dev.ring3.bpf.insn.AluOp.LSH;
import static dev.ring3.bpf.insn.AluOp.MOD;
import static dev.ring3.bpf.insn.AluOp.MOV;
import static dev.ring3.bpf.insn.AluOp.MUL;
import static dev.ring3.bpf.insn.AluOp.OR;
import static dev.ring3.bpf.insn.AluOp.RSH;
import static dev.ring3.bpf.insn.AluOp.SDIV;
import static dev.ring3.bpf.insn.AluOp.SMOD;
import static dev.ring3.bpf.insn.AluOp.SUB;
import static dev.ring3.bpf.insn.AluOp.XOR;
import static dev.ring3.bpf.insn.ConformanceGroup.BASE32;
import static dev.ring3.bpf.insn.ConformanceGroup.BASE64;
import static dev.ring3.bpf.insn.ConformanceGroup.DIVMUL32;
import static dev.ring3.bpf.insn.ConformanceGroup.DIVMUL64;
import static dev.ring3.bpf.insn.CpuVersion.V1;
import static dev.ring3.bpf.insn.CpuVersion.V4;
import static dev.ring3.bpf.insn.Golden.alu32;
import static dev.ring3.bpf.insn.Golden.alu64;
import static dev.ring3.bpf.insn.Golden.golden;
import static dev.ring3.bpf.insn.Golden.imm;
import static dev.ring3.bpf.insn.Golden.row;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R10;
import static dev.ring3.bpf.insn.Register.R2;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R4;
import static dev.ring3.bpf.insn.Register.R5;
import static dev.ring3.bpf.insn.Register.R6;
import static dev.ring3.bpf.insn.Register.R7;
import static dev.ring3.bpf.insn.Register.R8;
import static dev.ring3.bpf.insn.Register.R9;
import static dev.ring3.bpf.insn.Size.BYTE;
import static dev.ring3.bpf.insn.Size.DOUBLE;
import static dev.ring3.bpf.insn.Size.HALF;
import static dev.ring3.bpf.insn.Size.WORD;
import static dev.ring3.bpf.insn.SwapKind.REVERSE;
import static dev.ring3.bpf.insn.SwapKind.TO_BIG_ENDIAN;
import static dev.ring3.bpf.insn.SwapKind.TO_LITTLE_ENDIAN;
import static dev.ring3.bpf.insn.Width.BITS_32;
import static dev.ring3.bpf.insn.Width.BITS_64;

import dev.ring3.bpf.insn.Insn.ByteSwap;
import dev.ring3.bpf.insn.Insn.MoveSignExtend;
import dev.ring3.bpf.insn.Insn.Negate;
import java.util.List;
import java.util.stream.Stream;

/** Golden bytes for RFC 9669 sections 4.1 and 4.2: arithmetic and byte swaps. */
final class GoldenArithmetic {
    private GoldenArithmetic() {}

    static Stream<Golden> rows() {
        return Stream.of(
                        golden(
                                BASE32,
                                V1,
                                row("04 00 0000 44332211", "04 00 0000 11223344", alu32(ADD, R0, imm(0x11223344))),
                                row("0c 41 0000 00000000", "0c 14 0000 00000000", alu32(ADD, R1, R4)),
                                row("14 02 0000 44332211", "14 20 0000 11223344", alu32(SUB, R2, imm(0x11223344))),
                                row("1c 63 0000 00000000", "1c 36 0000 00000000", alu32(SUB, R3, R6)),
                                row("44 00 0000 00000080", "44 00 0000 80000000", alu32(OR, R0, imm(-0x80000000))),
                                row("4c 31 0000 00000000", "4c 13 0000 00000000", alu32(OR, R1, R3)),
                                row("54 02 0000 44332211", "54 20 0000 11223344", alu32(AND, R2, imm(0x11223344))),
                                row("5c 53 0000 00000000", "5c 35 0000 00000000", alu32(AND, R3, R5)),
                                row("64 04 0000 44332211", "64 40 0000 11223344", alu32(LSH, R4, imm(0x11223344))),
                                row("6c 75 0000 00000000", "6c 57 0000 00000000", alu32(LSH, R5, R7)),
                                row("74 06 0000 feffffff", "74 60 0000 fffffffe", alu32(RSH, R6, imm(-2))),
                                row("7c 97 0000 00000000", "7c 79 0000 00000000", alu32(RSH, R7, R9)),
                                row("a4 02 0000 00000080", "a4 20 0000 80000000", alu32(XOR, R2, imm(-0x80000000))),
                                row("ac 43 0000 00000000", "ac 34 0000 00000000", alu32(XOR, R3, R4)),
                                row("b4 04 0000 44332211", "b4 40 0000 11223344", alu32(MOV, R4, imm(0x11223344))),
                                row("bc 65 0000 00000000", "bc 56 0000 00000000", alu32(MOV, R5, R6)),
                                row("c4 06 0000 44332211", "c4 60 0000 11223344", alu32(ARSH, R6, imm(0x11223344))),
                                row("cc 87 0000 00000000", "cc 78 0000 00000000", alu32(ARSH, R7, R8)),
                                row("84 08 0000 00000000", "84 80 0000 00000000", new Negate(BITS_32, R8)),
                                row(
                                        "d4 03 0000 10000000",
                                        "d4 30 0000 00000010",
                                        new ByteSwap(TO_LITTLE_ENDIAN, HALF, R3)),
                                row(
                                        "d4 04 0000 20000000",
                                        "d4 40 0000 00000020",
                                        new ByteSwap(TO_LITTLE_ENDIAN, WORD, R4)),
                                row(
                                        "dc 06 0000 10000000",
                                        "dc 60 0000 00000010",
                                        new ByteSwap(TO_BIG_ENDIAN, HALF, R6)),
                                row(
                                        "dc 07 0000 20000000",
                                        "dc 70 0000 00000020",
                                        new ByteSwap(TO_BIG_ENDIAN, WORD, R7))),
                        golden(
                                DIVMUL32,
                                V1,
                                row("24 04 0000 feffffff", "24 40 0000 fffffffe", alu32(MUL, R4, imm(-2))),
                                row("2c 85 0000 00000000", "2c 58 0000 00000000", alu32(MUL, R5, R8)),
                                row("34 06 0000 ffffff7f", "34 60 0000 7fffffff", alu32(DIV, R6, imm(0x7fffffff))),
                                row("3c a7 0000 00000000", "3c 7a 0000 00000000", alu32(DIV, R7, R10)),
                                row("94 08 0000 ffffff7f", "94 80 0000 7fffffff", alu32(MOD, R8, imm(0x7fffffff))),
                                row("9c 09 0000 00000000", "9c 90 0000 00000000", alu32(MOD, R9, R0))),
                        golden(
                                DIVMUL32,
                                V4,
                                row("34 08 0100 ffffff7f", "34 80 0001 7fffffff", alu32(SDIV, R8, imm(0x7fffffff))),
                                row("3c 19 0100 00000000", "3c 91 0001 00000000", alu32(SDIV, R9, R1)),
                                row("94 00 0100 ffffff7f", "94 00 0001 7fffffff", alu32(SMOD, R0, imm(0x7fffffff))),
                                row("9c 21 0100 00000000", "9c 12 0001 00000000", alu32(SMOD, R1, R2))),
                        golden(
                                BASE32,
                                V4,
                                row(
                                        "bc a9 0800 00000000",
                                        "bc 9a 0008 00000000",
                                        new MoveSignExtend(BITS_32, BYTE, R9, R10)),
                                row(
                                        "bc 10 1000 00000000",
                                        "bc 01 0010 00000000",
                                        new MoveSignExtend(BITS_32, HALF, R0, R1)),
                                row("d7 09 0000 10000000", "d7 90 0000 00000010", new ByteSwap(REVERSE, HALF, R9)),
                                row("d7 00 0000 20000000", "d7 00 0000 00000020", new ByteSwap(REVERSE, WORD, R0))),
                        golden(
                                BASE64,
                                V1,
                                row("07 01 0000 ffffff7f", "07 10 0000 7fffffff", alu64(ADD, R1, imm(0x7fffffff))),
                                row("0f 32 0000 00000000", "0f 23 0000 00000000", alu64(ADD, R2, R3)),
                                row("17 03 0000 00000080", "17 30 0000 80000000", alu64(SUB, R3, imm(-0x80000000))),
                                row("1f 54 0000 00000000", "1f 45 0000 00000000", alu64(SUB, R4, R5)),
                                row("47 01 0000 feffffff", "47 10 0000 fffffffe", alu64(OR, R1, imm(-2))),
                                row("4f 12 0000 00000000", "4f 21 0000 00000000", alu64(OR, R2, R1)),
                                row("57 03 0000 ffffff7f", "57 30 0000 7fffffff", alu64(AND, R3, imm(0x7fffffff))),
                                row("5f 34 0000 00000000", "5f 43 0000 00000000", alu64(AND, R4, R3)),
                                row("67 05 0000 00000080", "67 50 0000 80000000", alu64(LSH, R5, imm(-0x80000000))),
                                row("6f 56 0000 00000000", "6f 65 0000 00000000", alu64(LSH, R6, R5)),
                                row("77 07 0000 00000080", "77 70 0000 80000000", alu64(RSH, R7, imm(-0x80000000))),
                                row("7f 78 0000 00000000", "7f 87 0000 00000000", alu64(RSH, R8, R7)),
                                row("a7 03 0000 feffffff", "a7 30 0000 fffffffe", alu64(XOR, R3, imm(-2))),
                                row("af 24 0000 00000000", "af 42 0000 00000000", alu64(XOR, R4, R2)),
                                row("b7 05 0000 ffffff7f", "b7 50 0000 7fffffff", alu64(MOV, R5, imm(0x7fffffff))),
                                row("bf 46 0000 00000000", "bf 64 0000 00000000", alu64(MOV, R6, R4)),
                                row("c7 07 0000 00000080", "c7 70 0000 80000000", alu64(ARSH, R7, imm(-0x80000000))),
                                row("cf 68 0000 00000000", "cf 86 0000 00000000", alu64(ARSH, R8, R6)),
                                row("87 09 0000 00000000", "87 90 0000 00000000", new Negate(BITS_64, R9)),
                                row(
                                        "d4 05 0000 40000000",
                                        "d4 50 0000 00000040",
                                        new ByteSwap(TO_LITTLE_ENDIAN, DOUBLE, R5)),
                                row(
                                        "dc 08 0000 40000000",
                                        "dc 80 0000 00000040",
                                        new ByteSwap(TO_BIG_ENDIAN, DOUBLE, R8))),
                        golden(
                                DIVMUL64,
                                V1,
                                row("27 05 0000 00000080", "27 50 0000 80000000", alu64(MUL, R5, imm(-0x80000000))),
                                row("2f 76 0000 00000000", "2f 67 0000 00000000", alu64(MUL, R6, R7)),
                                row("37 07 0000 44332211", "37 70 0000 11223344", alu64(DIV, R7, imm(0x11223344))),
                                row("3f 98 0000 00000000", "3f 89 0000 00000000", alu64(DIV, R8, R9)),
                                row("97 09 0000 44332211", "97 90 0000 11223344", alu64(MOD, R9, imm(0x11223344))),
                                row("9f 90 0000 00000000", "9f 09 0000 00000000", alu64(MOD, R0, R9))),
                        golden(
                                DIVMUL64,
                                V4,
                                row("37 09 0100 feffffff", "37 90 0001 fffffffe", alu64(SDIV, R9, imm(-2))),
                                row("3f a0 0100 00000000", "3f 0a 0001 00000000", alu64(SDIV, R0, R10)),
                                row("97 01 0100 feffffff", "97 10 0001 fffffffe", alu64(SMOD, R1, imm(-2))),
                                row("9f 02 0100 00000000", "9f 20 0001 00000000", alu64(SMOD, R2, R0))),
                        golden(
                                BASE64,
                                V4,
                                row(
                                        "bf 80 0800 00000000",
                                        "bf 08 0008 00000000",
                                        new MoveSignExtend(BITS_64, BYTE, R0, R8)),
                                row(
                                        "bf 91 1000 00000000",
                                        "bf 19 0010 00000000",
                                        new MoveSignExtend(BITS_64, HALF, R1, R9)),
                                row(
                                        "bf a2 2000 00000000",
                                        "bf 2a 0020 00000000",
                                        new MoveSignExtend(BITS_64, WORD, R2, R10)),
                                row("d7 01 0000 40000000", "d7 10 0000 00000040", new ByteSwap(REVERSE, DOUBLE, R1))))
                .flatMap(List::stream);
    }
}
