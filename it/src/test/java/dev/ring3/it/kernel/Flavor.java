package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import dev.ring3.linux.KernelProgramType;
import java.util.List;

/** Where a body's memory is in the kernel, and what the verifier allows a body to do with it there. */
enum Flavor {
    /** The packet of an XDP program: accesses at constant offsets, of any alignment. */
    XDP_PACKET,

    /** The packet of a traffic control program: as XDP, and packet loads read the same bytes through {@code r6}. */
    SKB_PACKET,

    /** The value of an array map: also variable offsets, atomics, acquire and release. */
    MAP_VALUE;

    // struct xdp_md and struct __sk_buff of include/uapi/linux/bpf.h
    private static final int XDP_DATA_AT = 0;
    private static final int XDP_DATA_END_AT = 4;
    private static final int SKB_DATA_AT = 76;
    private static final int SKB_DATA_END_AT = 80;

    /** The kernel's type for programs of this flavor. */
    KernelProgramType type() {
        return switch (this) {
            case XDP_PACKET -> KernelProgramType.XDP;
            case SKB_PACKET -> KernelProgramType.SCHED_CLS;
            case MAP_VALUE -> KernelProgramType.SOCKET_FILTER;
        };
    }

    /** Whether the memory can be accessed atomically and at variable offsets. */
    boolean hasPlainMemory() {
        return this == MAP_VALUE;
    }

    /** Whether packet loads work; {@code r6} then holds the context and is not the body's. */
    boolean hasPacketLoads() {
        return this == SKB_PACKET;
    }

    /**
     * What the kernel executes before a body, so that {@code r1} is the memory and {@code r2} its length.
     *
     * @param mapDescriptor the map for {@link #MAP_VALUE}
     */
    List<Insn> prologue(int mapDescriptor, int memoryBytes) {
        return switch (this) {
            case XDP_PACKET -> packetPrologue(XDP_DATA_AT, XDP_DATA_END_AT, memoryBytes);
            case SKB_PACKET -> packetPrologue(SKB_DATA_AT, SKB_DATA_END_AT, memoryBytes);
            case MAP_VALUE ->
                List.of(
                        new Insn.LoadWide(Register.R1, WideSource.MAP_VALUE_BY_FD, mapDescriptor, 0),
                        move(Register.R2, memoryBytes));
        };
    }

    /** The verifier allows accesses to a packet below what a comparison with its end has shown to be there. */
    private static List<Insn> packetPrologue(int dataAt, int dataEndAt, int memoryBytes) {
        return List.of(
                new Insn.Alu(Width.BITS_64, AluOp.MOV, Register.R6, Register.R1),
                new Insn.Load(Size.WORD, false, Register.R1, Register.R6, dataAt),
                new Insn.Load(Size.WORD, false, Register.R2, Register.R6, dataEndAt),
                new Insn.Alu(Width.BITS_64, AluOp.MOV, Register.R3, Register.R1),
                new Insn.Alu(Width.BITS_64, AluOp.ADD, Register.R3, new Immediate(memoryBytes)),
                new Insn.JumpIf(Width.BITS_64, Condition.LESS_OR_EQUAL, Register.R3, Register.R2, 2),
                move(Register.R0, KernelEngine.NO_PACKET),
                new Insn.Exit(),
                move(Register.R2, memoryBytes));
    }

    private static Insn move(Register dst, int value) {
        return new Insn.Alu(Width.BITS_64, AluOp.MOV, dst, new Immediate(value));
    }
}
