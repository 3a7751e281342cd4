package dev.ring3.bpf.insn;

/**
 * The conformance groups of RFC 9669 section 2.4, and three for what is not in it. A runtime that has a 64-bit group
 * has the 32-bit one of the same name.
 */
public enum ConformanceGroup {
    BASE32,
    BASE64,
    ATOMIC32,
    ATOMIC64,
    DIVMUL32,
    DIVMUL64,
    /** Deprecated by the RFC: packet access in the manner of classic BPF. */
    PACKET,
    /** Not in the RFC: a helper called by a number in a register. */
    CALLX,
    /** Not in the RFC: load-acquire and store-release. */
    ACQUIRE_RELEASE,
    /** Not in the RFC: jumps that bound loops. */
    MAY_GOTO;

    /** The group that an instruction belongs to. */
    public static ConformanceGroup of(Insn insn) {
        return switch (insn) {
            case Insn.Alu alu ->
                switch (alu.op()) {
                    case MUL, DIV, SDIV, MOD, SMOD -> alu.width() == Width.BITS_32 ? DIVMUL32 : DIVMUL64;
                    case ADD, SUB, OR, AND, LSH, RSH, XOR, MOV, ARSH -> base(alu.width());
                };
            case Insn.MoveSignExtend move -> base(move.width());
            case Insn.Negate negate -> base(negate.width());
            case Insn.ByteSwap swap -> base(swap.size());
            case Insn.JumpIf jump -> base(jump.width());
            case Insn.Load load -> base(load.size());
            case Insn.Store store -> base(store.size());
            case Insn.LoadWide _ -> BASE64;
            case Insn.Jump _, Insn.JumpLong _, Insn.CallHelper _, Insn.CallLocal _, Insn.CallHost _, Insn.Exit _ ->
                BASE32;
            case Insn.Atomic atomic -> atomic.size() == Size.WORD ? ATOMIC32 : ATOMIC64;
            case Insn.CallRegister _ -> CALLX;
            case Insn.MayGoto _ -> MAY_GOTO;
            case Insn.LoadAcquire _, Insn.StoreRelease _ -> ACQUIRE_RELEASE;
            case Insn.LoadPacketAbsolute _, Insn.LoadPacketIndirect _ -> PACKET;
        };
    }

    private static ConformanceGroup base(Width width) {
        return width == Width.BITS_32 ? BASE32 : BASE64;
    }

    private static ConformanceGroup base(Size size) {
        return size == Size.DOUBLE ? BASE64 : BASE32;
    }
}
