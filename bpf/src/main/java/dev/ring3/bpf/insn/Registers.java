package dev.ring3.bpf.insn;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which registers an instruction reads and writes. Calls are left out of {@code r1} to {@code r5}: what they lose is not
 * written, and that they read all of them is as much as can be said without knowing the function.
 */
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

    /** The registers whose value matters. */
    public static Set<Register> readBy(Insn insn) {
        return switch (insn) {
            case Insn.Alu alu -> alu.op() == AluOp.MOV ? operands(alu.source()) : operands(alu.source(), alu.dst());
            case Insn.MoveSignExtend move -> EnumSet.of(move.source());
            case Insn.Negate negate -> EnumSet.of(negate.dst());
            case Insn.ByteSwap swap -> EnumSet.of(swap.dst());
            case Insn.Load load -> EnumSet.of(load.base());
            case Insn.LoadAcquire load -> EnumSet.of(load.base());
            case Insn.Store store -> operands(store.value(), store.base());
            case Insn.StoreRelease store -> EnumSet.of(store.base(), store.source());
            case Insn.Atomic atomic
            when atomic.op() == AtomicOp.COMPARE_EXCHANGE -> EnumSet.of(atomic.base(), atomic.source(), Register.R0);
            case Insn.Atomic atomic -> EnumSet.of(atomic.base(), atomic.source());
            case Insn.JumpIf jump -> operands(jump.right(), jump.left());
            case Insn.CallRegister call -> withArguments(call.target());
            case Insn.CallHelper _, Insn.CallLocal _, Insn.CallHost _ -> withArguments(Register.R1);
            case Insn.LoadPacketIndirect load -> EnumSet.of(load.index());
            case Insn.Exit _ -> EnumSet.of(Register.R0);
            case Insn.LoadWide _, Insn.LoadPacketAbsolute _, Insn.Jump _, Insn.JumpLong _, Insn.MayGoto _ ->
                EnumSet.noneOf(Register.class);
        };
    }

    private static EnumSet<Register> operands(Operand operand, Register... others) {
        EnumSet<Register> all = EnumSet.noneOf(Register.class);
        all.addAll(List.of(others));
        if (operand instanceof Register register) {
            all.add(register);
        }
        return all;
    }

    private static EnumSet<Register> withArguments(Register register) {
        EnumSet<Register> all = EnumSet.range(Register.R1, Register.R5);
        all.add(register);
        return all;
    }

    /** The field that names the register an instruction writes. */
    static String fieldOfWrite(Insn insn) {
        return insn instanceof Insn.Atomic ? "src" : "dst";
    }
}
