package dev.ring3.bpf.insn;

import java.util.EnumSet;
import java.util.Set;

/** Which registers an instruction writes. Calls are left out of {@code r1} to {@code r5}: what they lose is not written. */
public final class Registers {
    private Registers() {}

    /** The registers that receive a value. */
    public static Set<Register> writtenBy(Insn insn) {
        return switch (insn) {
            case Insn.Alu alu -> EnumSet.of(alu.dst());
            case Insn.MoveSignExtend move -> EnumSet.of(move.dst());
            case Insn.Negate negate -> EnumSet.of(negate.dst());
            case Insn.ByteSwap swap -> EnumSet.of(swap.dst());
            case Insn.Load load -> EnumSet.of(load.dst());
            case Insn.LoadAcquire load -> EnumSet.of(load.dst());
            case Insn.LoadWide load -> EnumSet.of(load.dst());
            case Insn.Atomic atomic when atomic.op() == AtomicOp.COMPARE_EXCHANGE -> EnumSet.of(Register.R0);
            case Insn.Atomic atomic when atomic.op().fetches() -> EnumSet.of(atomic.source());
            case Insn.CallHelper _,
                    Insn.CallLocal _,
                    Insn.CallHost _,
                    Insn.CallRegister _,
                    Insn.LoadPacketAbsolute _,
                    Insn.LoadPacketIndirect _ -> EnumSet.of(Register.R0);
            case Insn.Atomic _,
                    Insn.Jump _,
                    Insn.JumpLong _,
                    Insn.JumpIf _,
                    Insn.MayGoto _,
                    Insn.Exit _,
                    Insn.Store _,
                    Insn.StoreRelease _ -> EnumSet.noneOf(Register.class);
        };
    }

    /** The field that names the register an instruction writes. */
    static String fieldOfWrite(Insn insn) {
        return insn instanceof Insn.Atomic ? "src" : "dst";
    }
}
