package dev.ring3.bpf.insn;

import static dev.ring3.bpf.insn.ConformanceGroup.ACQUIRE_RELEASE;
import static dev.ring3.bpf.insn.ConformanceGroup.ATOMIC32;
import static dev.ring3.bpf.insn.ConformanceGroup.ATOMIC64;
import static dev.ring3.bpf.insn.ConformanceGroup.BASE32;
import static dev.ring3.bpf.insn.ConformanceGroup.BASE64;
import static dev.ring3.bpf.insn.ConformanceGroup.PACKET;
import static dev.ring3.bpf.insn.CpuVersion.V1;
import static dev.ring3.bpf.insn.CpuVersion.V3;
import static dev.ring3.bpf.insn.CpuVersion.V4;
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
import static dev.ring3.bpf.insn.WideSource.CODE;
import static dev.ring3.bpf.insn.WideSource.IMMEDIATE;
import static dev.ring3.bpf.insn.WideSource.MAP_BY_FD;
import static dev.ring3.bpf.insn.WideSource.MAP_BY_INDEX;
import static dev.ring3.bpf.insn.WideSource.MAP_VALUE_BY_FD;
import static dev.ring3.bpf.insn.WideSource.MAP_VALUE_BY_INDEX;
import static dev.ring3.bpf.insn.WideSource.VARIABLE;

import dev.ring3.bpf.insn.Insn.Atomic;
import dev.ring3.bpf.insn.Insn.Load;
import dev.ring3.bpf.insn.Insn.LoadAcquire;
import dev.ring3.bpf.insn.Insn.LoadPacketAbsolute;
import dev.ring3.bpf.insn.Insn.LoadPacketIndirect;
import dev.ring3.bpf.insn.Insn.LoadWide;
import dev.ring3.bpf.insn.Insn.Store;
import dev.ring3.bpf.insn.Insn.StoreRelease;
import java.util.List;
import java.util.stream.Stream;

/** Golden bytes for RFC 9669 section 5: loads and stores, with acquire and release. */
final class GoldenMemory {
    private GoldenMemory() {}

    static Stream<Golden> rows() {
        return Stream.of(
                        golden(
                                BASE32,
                                V1,
                                row(
                                        "61 96 ff7f 00000000",
                                        "61 69 7fff 00000000",
                                        new Load(WORD, false, R6, R9, 0x7fff)),
                                row(
                                        "62 07 ff7f 00000080",
                                        "62 70 7fff 80000000",
                                        new Store(WORD, R7, 0x7fff, imm(-0x80000000))),
                                row("63 08 0080 00000000", "63 80 8000 00000000", new Store(WORD, R8, -0x8000, R0)),
                                row(
                                        "69 20 3412 00000000",
                                        "69 02 1234 00000000",
                                        new Load(HALF, false, R0, R2, 0x1234)),
                                row(
                                        "6a 01 3412 44332211",
                                        "6a 10 1234 11223344",
                                        new Store(HALF, R1, 0x1234, imm(0x11223344))),
                                row("6b 42 feff 00000000", "6b 24 fffe 00000000", new Store(HALF, R2, -2, R4)),
                                row(
                                        "71 64 ff7f 00000000",
                                        "71 46 7fff 00000000",
                                        new Load(BYTE, false, R4, R6, 0x7fff)),
                                row("72 05 ff7f feffffff", "72 50 7fff fffffffe", new Store(BYTE, R5, 0x7fff, imm(-2))),
                                row("73 86 0080 00000000", "73 68 8000 00000000", new Store(BYTE, R6, -0x8000, R8))),
                        golden(
                                BASE32,
                                V4,
                                row(
                                        "81 19 0080 00000000",
                                        "81 91 8000 00000000",
                                        new Load(WORD, true, R9, R1, -0x8000)),
                                row("89 53 feff 00000000", "89 35 fffe 00000000", new Load(HALF, true, R3, R5, -2)),
                                row(
                                        "91 97 0080 00000000",
                                        "91 79 8000 00000000",
                                        new Load(BYTE, true, R7, R9, -0x8000))),
                        golden(
                                BASE64,
                                V1,
                                row(
                                        "79 a8 3412 00000000",
                                        "79 8a 1234 00000000",
                                        new Load(DOUBLE, false, R8, R10, 0x1234)),
                                row(
                                        "7a 09 3412 00000080",
                                        "7a 90 1234 80000000",
                                        new Store(DOUBLE, R9, 0x1234, imm(-0x80000000))),
                                row("7b 10 feff 00000000", "7b 01 fffe 00000000", new Store(DOUBLE, R0, -2, R1)),
                                row(
                                        "18 09 0000 feffffff 00 00 0000 88776655",
                                        "18 90 0000 fffffffe 00 00 0000 55667788",
                                        new LoadWide(R9, IMMEDIATE, -2, 0x55667788)),
                                row(
                                        "18 10 0000 feffffff 00 00 0000 00000000",
                                        "18 01 0000 fffffffe 00 00 0000 00000000",
                                        new LoadWide(R0, MAP_BY_FD, -2, 0)),
                                row(
                                        "18 21 0000 feffffff 00 00 0000 88776655",
                                        "18 12 0000 fffffffe 00 00 0000 55667788",
                                        new LoadWide(R1, MAP_VALUE_BY_FD, -2, 0x55667788)),
                                row(
                                        "18 32 0000 ffffff7f 00 00 0000 00000000",
                                        "18 23 0000 7fffffff 00 00 0000 00000000",
                                        new LoadWide(R2, VARIABLE, 0x7fffffff, 0)),
                                row(
                                        "18 43 0000 ffffff7f 00 00 0000 00000000",
                                        "18 34 0000 7fffffff 00 00 0000 00000000",
                                        new LoadWide(R3, CODE, 0x7fffffff, 0)),
                                row(
                                        "18 54 0000 ffffff7f 00 00 0000 00000000",
                                        "18 45 0000 7fffffff 00 00 0000 00000000",
                                        new LoadWide(R4, MAP_BY_INDEX, 0x7fffffff, 0)),
                                row(
                                        "18 65 0000 00000080 00 00 0000 88776655",
                                        "18 56 0000 80000000 00 00 0000 55667788",
                                        new LoadWide(R5, MAP_VALUE_BY_INDEX, -0x80000000, 0x55667788))),
                        golden(
                                ATOMIC32,
                                V3,
                                row(
                                        "c3 21 feff 00000000",
                                        "c3 12 fffe 00000000",
                                        new Atomic(WORD, AtomicOp.ADD, R1, -2, R2)),
                                row(
                                        "c3 32 ff7f 01000000",
                                        "c3 23 7fff 00000001",
                                        new Atomic(WORD, AtomicOp.FETCH_ADD, R2, 0x7fff, R3)),
                                row(
                                        "c3 43 ff7f 40000000",
                                        "c3 34 7fff 00000040",
                                        new Atomic(WORD, AtomicOp.OR, R3, 0x7fff, R4)),
                                row(
                                        "c3 54 0080 41000000",
                                        "c3 45 8000 00000041",
                                        new Atomic(WORD, AtomicOp.FETCH_OR, R4, -0x8000, R5)),
                                row(
                                        "c3 65 0080 50000000",
                                        "c3 56 8000 00000050",
                                        new Atomic(WORD, AtomicOp.AND, R5, -0x8000, R6)),
                                row(
                                        "c3 76 3412 51000000",
                                        "c3 67 1234 00000051",
                                        new Atomic(WORD, AtomicOp.FETCH_AND, R6, 0x1234, R7)),
                                row(
                                        "c3 87 3412 a0000000",
                                        "c3 78 1234 000000a0",
                                        new Atomic(WORD, AtomicOp.XOR, R7, 0x1234, R8)),
                                row(
                                        "c3 98 feff a1000000",
                                        "c3 89 fffe 000000a1",
                                        new Atomic(WORD, AtomicOp.FETCH_XOR, R8, -2, R9)),
                                row(
                                        "c3 a9 feff e1000000",
                                        "c3 9a fffe 000000e1",
                                        new Atomic(WORD, AtomicOp.EXCHANGE, R9, -2, R10)),
                                row(
                                        "c3 10 ff7f f1000000",
                                        "c3 01 7fff 000000f1",
                                        new Atomic(WORD, AtomicOp.COMPARE_EXCHANGE, R0, 0x7fff, R1))),
                        golden(
                                ATOMIC64,
                                V3,
                                row(
                                        "db 21 ff7f 00000000",
                                        "db 12 7fff 00000000",
                                        new Atomic(DOUBLE, AtomicOp.ADD, R1, 0x7fff, R2)),
                                row(
                                        "db 32 0080 01000000",
                                        "db 23 8000 00000001",
                                        new Atomic(DOUBLE, AtomicOp.FETCH_ADD, R2, -0x8000, R3)),
                                row(
                                        "db 43 0080 40000000",
                                        "db 34 8000 00000040",
                                        new Atomic(DOUBLE, AtomicOp.OR, R3, -0x8000, R4)),
                                row(
                                        "db 54 3412 41000000",
                                        "db 45 1234 00000041",
                                        new Atomic(DOUBLE, AtomicOp.FETCH_OR, R4, 0x1234, R5)),
                                row(
                                        "db 65 3412 50000000",
                                        "db 56 1234 00000050",
                                        new Atomic(DOUBLE, AtomicOp.AND, R5, 0x1234, R6)),
                                row(
                                        "db 76 feff 51000000",
                                        "db 67 fffe 00000051",
                                        new Atomic(DOUBLE, AtomicOp.FETCH_AND, R6, -2, R7)),
                                row(
                                        "db 87 feff a0000000",
                                        "db 78 fffe 000000a0",
                                        new Atomic(DOUBLE, AtomicOp.XOR, R7, -2, R8)),
                                row(
                                        "db 98 ff7f a1000000",
                                        "db 89 7fff 000000a1",
                                        new Atomic(DOUBLE, AtomicOp.FETCH_XOR, R8, 0x7fff, R9)),
                                row(
                                        "db a9 ff7f e1000000",
                                        "db 9a 7fff 000000e1",
                                        new Atomic(DOUBLE, AtomicOp.EXCHANGE, R9, 0x7fff, R10)),
                                row(
                                        "db a0 0080 f1000000",
                                        "db 0a 8000 000000f1",
                                        new Atomic(DOUBLE, AtomicOp.COMPARE_EXCHANGE, R0, -0x8000, R10))),
                        golden(
                                ACQUIRE_RELEASE,
                                V4,
                                row(
                                        "c3 01 0080 00010000",
                                        "c3 10 8000 00000100",
                                        new LoadAcquire(WORD, R1, R0, -0x8000)),
                                row(
                                        "c3 12 3412 10010000",
                                        "c3 21 1234 00000110",
                                        new StoreRelease(WORD, R2, 0x1234, R1)),
                                row(
                                        "cb 23 3412 00010000",
                                        "cb 32 1234 00000100",
                                        new LoadAcquire(HALF, R3, R2, 0x1234)),
                                row("cb 34 feff 10010000", "cb 43 fffe 00000110", new StoreRelease(HALF, R4, -2, R3)),
                                row("d3 45 feff 00010000", "d3 54 fffe 00000100", new LoadAcquire(BYTE, R5, R4, -2)),
                                row(
                                        "d3 56 ff7f 10010000",
                                        "d3 65 7fff 00000110",
                                        new StoreRelease(BYTE, R6, 0x7fff, R5)),
                                row(
                                        "db 67 ff7f 00010000",
                                        "db 76 7fff 00000100",
                                        new LoadAcquire(DOUBLE, R7, R6, 0x7fff)),
                                row(
                                        "db 78 0080 10010000",
                                        "db 87 8000 00000110",
                                        new StoreRelease(DOUBLE, R8, -0x8000, R7))),
                        golden(
                                PACKET,
                                V1,
                                row(
                                        "20 00 0000 00000080",
                                        "20 00 0000 80000000",
                                        new LoadPacketAbsolute(WORD, -0x80000000)),
                                row(
                                        "40 50 0000 00000080",
                                        "40 05 0000 80000000",
                                        new LoadPacketIndirect(WORD, R5, -0x80000000)),
                                row(
                                        "28 00 0000 44332211",
                                        "28 00 0000 11223344",
                                        new LoadPacketAbsolute(HALF, 0x11223344)),
                                row(
                                        "48 70 0000 44332211",
                                        "48 07 0000 11223344",
                                        new LoadPacketIndirect(HALF, R7, 0x11223344)),
                                row(
                                        "30 00 0000 44332211",
                                        "30 00 0000 11223344",
                                        new LoadPacketAbsolute(BYTE, 0x11223344)),
                                row(
                                        "50 90 0000 feffffff",
                                        "50 09 0000 fffffffe",
                                        new LoadPacketIndirect(BYTE, R9, -2))))
                .flatMap(List::stream);
    }
}
