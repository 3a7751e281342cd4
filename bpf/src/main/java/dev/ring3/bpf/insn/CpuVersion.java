package dev.ring3.bpf.insn;

/** The versions that compilers name with {@code -mcpu}; each has all instructions of those before it. */
public enum CpuVersion {
    V1,
    /** Adds the conditions "less" and "less or equal", signed and unsigned. */
    V2,
    /** Adds 32-bit jumps, atomic operations, and calls of local and host functions. */
    V3,
    /** Adds signed division, sign extension, unconditional byte swaps, long jumps, acquire and release. */
    V4;

    /** The first version that has an instruction, as the public conformance suite counts them. */
    public static CpuVersion of(Insn insn) {
        return switch (insn) {
            case Insn.Alu alu -> alu.op() == AluOp.SDIV || alu.op() == AluOp.SMOD ? V4 : V1;
            case Insn.ByteSwap swap -> swap.kind() == SwapKind.REVERSE ? V4 : V1;
            case Insn.Load load -> load.signed() ? V4 : V1;
            case Insn.JumpIf jump when jump.width() == Width.BITS_32 -> V3;
            case Insn.JumpIf jump ->
                switch (jump.condition()) {
                    case LESS, LESS_OR_EQUAL, SIGNED_LESS, SIGNED_LESS_OR_EQUAL -> V2;
                    case EQUAL,
                            NOT_EQUAL,
                            BITS_SET,
                            GREATER,
                            GREATER_OR_EQUAL,
                            SIGNED_GREATER,
                            SIGNED_GREATER_OR_EQUAL -> V1;
                };
            case Insn.Atomic _, Insn.CallLocal _, Insn.CallHost _ -> V3;
            case Insn.MoveSignExtend _, Insn.JumpLong _, Insn.LoadAcquire _, Insn.StoreRelease _ -> V4;
            case Insn.Negate _,
                    Insn.Jump _,
                    Insn.MayGoto _,
                    Insn.CallHelper _,
                    Insn.CallRegister _,
                    Insn.Exit _,
                    Insn.Store _,
                    Insn.LoadWide _,
                    Insn.LoadPacketAbsolute _,
                    Insn.LoadPacketIndirect _ -> V1;
        };
    }
}
