package dev.ring3.litmus;

import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import org.jspecify.annotations.Nullable;

/** What can be said of an instruction's accesses without running it. */
public final class Accesses {
    private Accesses() {}

    /** The register with the address that an instruction accesses; null if it accesses no memory. */
    public static @Nullable Register base(Insn insn) {
        return switch (insn) {
            case Insn.Load load -> load.base();
            case Insn.Store store -> store.base();
            case Insn.Atomic atomic -> atomic.base();
            case Insn.LoadAcquire load -> load.base();
            case Insn.StoreRelease store -> store.base();
            default -> null;
        };
    }

    /** How many bytes an instruction accesses; 0 if it accesses no memory. */
    public static int bytes(Insn insn) {
        return switch (insn) {
            case Insn.Load load -> load.size().bytes();
            case Insn.Store store -> store.size().bytes();
            case Insn.Atomic atomic -> atomic.size().bytes();
            case Insn.LoadAcquire load -> load.size().bytes();
            case Insn.StoreRelease store -> store.size().bytes();
            default -> 0;
        };
    }

    /** Whether an instruction may write memory. */
    public static boolean stores(Insn insn) {
        return insn instanceof Insn.Store || insn instanceof Insn.StoreRelease || insn instanceof Insn.Atomic;
    }

    /** Whether an instruction may change a register. */
    public static boolean writes(Insn insn, Register register) {
        return switch (insn) {
            case Insn.Alu alu -> alu.dst() == register;
            case Insn.MoveSignExtend move -> move.dst() == register;
            case Insn.Negate negate -> negate.dst() == register;
            case Insn.ByteSwap swap -> swap.dst() == register;
            case Insn.Load load -> load.dst() == register;
            case Insn.LoadAcquire load -> load.dst() == register;
            case Insn.LoadWide wide -> wide.dst() == register;
            case Insn.Atomic atomic ->
                atomic.op() == AtomicOp.COMPARE_EXCHANGE
                        ? register == Register.R0
                        : atomic.op().fetches() && atomic.source() == register;
            case Insn.CallLocal _ -> register.number() <= Register.R5.number() || register == Register.R10;
            default -> false;
        };
    }
}
