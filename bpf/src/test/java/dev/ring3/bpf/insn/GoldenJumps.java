package dev.ring3.bpf.insn;

import static dev.ring3.bpf.insn.Condition.BITS_SET;
import static dev.ring3.bpf.insn.Condition.EQUAL;
import static dev.ring3.bpf.insn.Condition.GREATER;
import static dev.ring3.bpf.insn.Condition.GREATER_OR_EQUAL;
import static dev.ring3.bpf.insn.Condition.LESS;
import static dev.ring3.bpf.insn.Condition.LESS_OR_EQUAL;
import static dev.ring3.bpf.insn.Condition.NOT_EQUAL;
import static dev.ring3.bpf.insn.Condition.SIGNED_GREATER;
import static dev.ring3.bpf.insn.Condition.SIGNED_GREATER_OR_EQUAL;
import static dev.ring3.bpf.insn.Condition.SIGNED_LESS;
import static dev.ring3.bpf.insn.Condition.SIGNED_LESS_OR_EQUAL;
import static dev.ring3.bpf.insn.ConformanceGroup.BASE32;
import static dev.ring3.bpf.insn.ConformanceGroup.BASE64;
import static dev.ring3.bpf.insn.ConformanceGroup.CALLX;
import static dev.ring3.bpf.insn.ConformanceGroup.MAY_GOTO;
import static dev.ring3.bpf.insn.CpuVersion.V1;
import static dev.ring3.bpf.insn.CpuVersion.V2;
import static dev.ring3.bpf.insn.CpuVersion.V3;
import static dev.ring3.bpf.insn.CpuVersion.V4;
import static dev.ring3.bpf.insn.Golden.golden;
import static dev.ring3.bpf.insn.Golden.imm;
import static dev.ring3.bpf.insn.Golden.jump32;
import static dev.ring3.bpf.insn.Golden.jump64;
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

import dev.ring3.bpf.insn.Insn.CallHelper;
import dev.ring3.bpf.insn.Insn.CallHost;
import dev.ring3.bpf.insn.Insn.CallLocal;
import dev.ring3.bpf.insn.Insn.CallRegister;
import dev.ring3.bpf.insn.Insn.Exit;
import dev.ring3.bpf.insn.Insn.Jump;
import dev.ring3.bpf.insn.Insn.JumpLong;
import dev.ring3.bpf.insn.Insn.MayGoto;
import java.util.List;
import java.util.stream.Stream;

/** Golden bytes for RFC 9669 section 4.3: jumps and calls, and the call through a register. */
final class GoldenJumps {
    private GoldenJumps() {}

    static Stream<Golden> rows() {
        return Stream.of(
                        golden(
                                BASE64,
                                V1,
                                row(
                                        "15 02 3412 44332211",
                                        "15 20 1234 11223344",
                                        jump64(EQUAL, R2, imm(0x11223344), 0x1234)),
                                row("1d a3 3412 00000000", "1d 3a 1234 00000000", jump64(EQUAL, R3, R10, 0x1234)),
                                row(
                                        "25 04 feff 44332211",
                                        "25 40 fffe 11223344",
                                        jump64(GREATER, R4, imm(0x11223344), -2)),
                                row("2d 15 feff 00000000", "2d 51 fffe 00000000", jump64(GREATER, R5, R1, -2)),
                                row(
                                        "35 06 ff7f feffffff",
                                        "35 60 7fff fffffffe",
                                        jump64(GREATER_OR_EQUAL, R6, imm(-2), 0x7fff)),
                                row(
                                        "3d 37 ff7f 00000000",
                                        "3d 73 7fff 00000000",
                                        jump64(GREATER_OR_EQUAL, R7, R3, 0x7fff)),
                                row(
                                        "45 08 0080 ffffff7f",
                                        "45 80 8000 7fffffff",
                                        jump64(BITS_SET, R8, imm(0x7fffffff), -0x8000)),
                                row("4d 59 0080 00000000", "4d 95 8000 00000000", jump64(BITS_SET, R9, R5, -0x8000)),
                                row(
                                        "55 00 3412 ffffff7f",
                                        "55 00 1234 7fffffff",
                                        jump64(NOT_EQUAL, R0, imm(0x7fffffff), 0x1234)),
                                row("5d 71 3412 00000000", "5d 17 1234 00000000", jump64(NOT_EQUAL, R1, R7, 0x1234)),
                                row(
                                        "65 02 feff 00000080",
                                        "65 20 fffe 80000000",
                                        jump64(SIGNED_GREATER, R2, imm(-0x80000000), -2)),
                                row("6d 93 feff 00000000", "6d 39 fffe 00000000", jump64(SIGNED_GREATER, R3, R9, -2)),
                                row(
                                        "75 04 ff7f 44332211",
                                        "75 40 7fff 11223344",
                                        jump64(SIGNED_GREATER_OR_EQUAL, R4, imm(0x11223344), 0x7fff)),
                                row(
                                        "7d 05 ff7f 00000000",
                                        "7d 50 7fff 00000000",
                                        jump64(SIGNED_GREATER_OR_EQUAL, R5, R0, 0x7fff))),
                        golden(
                                BASE64,
                                V2,
                                row(
                                        "a5 06 0080 44332211",
                                        "a5 60 8000 11223344",
                                        jump64(LESS, R6, imm(0x11223344), -0x8000)),
                                row("ad 27 0080 00000000", "ad 72 8000 00000000", jump64(LESS, R7, R2, -0x8000)),
                                row(
                                        "b5 08 3412 feffffff",
                                        "b5 80 1234 fffffffe",
                                        jump64(LESS_OR_EQUAL, R8, imm(-2), 0x1234)),
                                row(
                                        "bd 49 3412 00000000",
                                        "bd 94 1234 00000000",
                                        jump64(LESS_OR_EQUAL, R9, R4, 0x1234)),
                                row(
                                        "c5 00 feff ffffff7f",
                                        "c5 00 fffe 7fffffff",
                                        jump64(SIGNED_LESS, R0, imm(0x7fffffff), -2)),
                                row("cd 61 feff 00000000", "cd 16 fffe 00000000", jump64(SIGNED_LESS, R1, R6, -2)),
                                row(
                                        "d5 02 ff7f ffffff7f",
                                        "d5 20 7fff 7fffffff",
                                        jump64(SIGNED_LESS_OR_EQUAL, R2, imm(0x7fffffff), 0x7fff)),
                                row(
                                        "dd 83 ff7f 00000000",
                                        "dd 38 7fff 00000000",
                                        jump64(SIGNED_LESS_OR_EQUAL, R3, R8, 0x7fff))),
                        golden(
                                BASE32,
                                V3,
                                row(
                                        "16 04 0080 00000080",
                                        "16 40 8000 80000000",
                                        jump32(EQUAL, R4, imm(-0x80000000), -0x8000)),
                                row("1e a5 0080 00000000", "1e 5a 8000 00000000", jump32(EQUAL, R5, R10, -0x8000)),
                                row(
                                        "26 06 3412 44332211",
                                        "26 60 1234 11223344",
                                        jump32(GREATER, R6, imm(0x11223344), 0x1234)),
                                row("2e 17 3412 00000000", "2e 71 1234 00000000", jump32(GREATER, R7, R1, 0x1234)),
                                row(
                                        "36 08 feff 44332211",
                                        "36 80 fffe 11223344",
                                        jump32(GREATER_OR_EQUAL, R8, imm(0x11223344), -2)),
                                row("3e 39 feff 00000000", "3e 93 fffe 00000000", jump32(GREATER_OR_EQUAL, R9, R3, -2)),
                                row(
                                        "46 00 ff7f feffffff",
                                        "46 00 7fff fffffffe",
                                        jump32(BITS_SET, R0, imm(-2), 0x7fff)),
                                row("4e 51 ff7f 00000000", "4e 15 7fff 00000000", jump32(BITS_SET, R1, R5, 0x7fff)),
                                row(
                                        "56 02 0080 ffffff7f",
                                        "56 20 8000 7fffffff",
                                        jump32(NOT_EQUAL, R2, imm(0x7fffffff), -0x8000)),
                                row("5e 73 0080 00000000", "5e 37 8000 00000000", jump32(NOT_EQUAL, R3, R7, -0x8000)),
                                row(
                                        "66 04 3412 ffffff7f",
                                        "66 40 1234 7fffffff",
                                        jump32(SIGNED_GREATER, R4, imm(0x7fffffff), 0x1234)),
                                row(
                                        "6e 95 3412 00000000",
                                        "6e 59 1234 00000000",
                                        jump32(SIGNED_GREATER, R5, R9, 0x1234)),
                                row(
                                        "76 06 feff 00000080",
                                        "76 60 fffe 80000000",
                                        jump32(SIGNED_GREATER_OR_EQUAL, R6, imm(-0x80000000), -2)),
                                row(
                                        "7e 07 feff 00000000",
                                        "7e 70 fffe 00000000",
                                        jump32(SIGNED_GREATER_OR_EQUAL, R7, R0, -2)),
                                row(
                                        "a6 08 ff7f 44332211",
                                        "a6 80 7fff 11223344",
                                        jump32(LESS, R8, imm(0x11223344), 0x7fff)),
                                row("ae 29 ff7f 00000000", "ae 92 7fff 00000000", jump32(LESS, R9, R2, 0x7fff)),
                                row(
                                        "b6 00 0080 44332211",
                                        "b6 00 8000 11223344",
                                        jump32(LESS_OR_EQUAL, R0, imm(0x11223344), -0x8000)),
                                row(
                                        "be 41 0080 00000000",
                                        "be 14 8000 00000000",
                                        jump32(LESS_OR_EQUAL, R1, R4, -0x8000)),
                                row(
                                        "c6 02 3412 feffffff",
                                        "c6 20 1234 fffffffe",
                                        jump32(SIGNED_LESS, R2, imm(-2), 0x1234)),
                                row("ce 63 3412 00000000", "ce 36 1234 00000000", jump32(SIGNED_LESS, R3, R6, 0x1234)),
                                row(
                                        "d6 04 feff ffffff7f",
                                        "d6 40 fffe 7fffffff",
                                        jump32(SIGNED_LESS_OR_EQUAL, R4, imm(0x7fffffff), -2)),
                                row(
                                        "de 85 feff 00000000",
                                        "de 58 fffe 00000000",
                                        jump32(SIGNED_LESS_OR_EQUAL, R5, R8, -2)),
                                row("85 10 0000 feffffff", "85 01 0000 fffffffe", new CallLocal(-2)),
                                row("85 20 0000 44332211", "85 02 0000 11223344", new CallHost(0x11223344))),
                        golden(
                                BASE32,
                                V1,
                                row("05 00 3412 00000000", "05 00 1234 00000000", new Jump(0x1234)),
                                row("05 00 feff 00000000", "05 00 fffe 00000000", new Jump(-2)),
                                row("85 00 0000 44332211", "85 00 0000 11223344", new CallHelper(0x11223344)),
                                row("95 00 0000 00000000", "95 00 0000 00000000", new Exit())),
                        golden(
                                BASE32,
                                V4,
                                row("06 00 0000 44332211", "06 00 0000 11223344", new JumpLong(0x11223344)),
                                row("06 00 0000 feffffff", "06 00 0000 fffffffe", new JumpLong(-2))),
                        golden(
                                MAY_GOTO,
                                V1,
                                row("e5 00 3412 00000000", "e5 00 1234 00000000", new MayGoto(0x1234)),
                                row("e5 00 feff 00000000", "e5 00 fffe 00000000", new MayGoto(-2))),
                        golden(CALLX, V1, row("8d 07 0000 00000000", "8d 70 0000 00000000", new CallRegister(R7))))
                .flatMap(List::stream);
    }
}
