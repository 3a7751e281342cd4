package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.type.FunctionContract;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which registers may be read, from a slot on, before they are written: a bit for each, from the code alone. Registers
 * that are not live need not be compared.
 */
final class Liveness {
    private static final int SCRATCH = 0b11_1111; // r0 to r5
    private static final int ARGUMENTS = 0b11_1110; // r1 to r5
    private static final int R0 = 1;
    private static final int R6 = 1 << 6;

    private final BpfCode code;
    private final IntFunction<@Nullable FunctionContract> contractOfHelper;
    private final IntFunction<@Nullable FunctionContract> contractOfHostFunction;
    private final int[] liveIn;

    private Liveness(
            BpfCode code,
            IntFunction<@Nullable FunctionContract> contractOfHelper,
            IntFunction<@Nullable FunctionContract> contractOfHostFunction) {
        this.code = code;
        this.contractOfHelper = contractOfHelper;
        this.contractOfHostFunction = contractOfHostFunction;
        this.liveIn = new int[code.slotCount()];
    }

    /** The live registers of a program whose control flow is in order. */
    static Liveness of(
            BpfCode code,
            IntFunction<@Nullable FunctionContract> contractOfHelper,
            IntFunction<@Nullable FunctionContract> contractOfHostFunction) {
        Liveness liveness = new Liveness(code, contractOfHelper, contractOfHostFunction);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int slot = code.slotCount() - 1; slot >= 0; slot--) {
                changed |= code.isInsn(slot) && liveness.update(slot);
            }
        }
        return liveness;
    }

    /** The registers that are live before a slot. */
    int before(int slot) {
        return liveIn[slot];
    }

    /** The registers of a caller that are live while what a call runs is active. */
    int duringCall(int callSlot, Frame.Kind kind) {
        return switch (kind) {
            case CALL -> liveIn[callSlot + 1] & ~SCRATCH;
            case CALLBACK -> liveIn[callSlot];
            case LATER -> 0;
        };
    }

    private boolean update(int slot) {
        Insn insn = code.at(slot);
        int out = 0;
        for (int next : ControlFlow.successors(slot, insn)) {
            out |= liveIn[next];
        }
        int live = (out & ~written(insn)) | read(slot, insn);
        boolean changed = live != liveIn[slot];
        liveIn[slot] = live;
        return changed;
    }

    private static int bit(Register register) {
        return 1 << register.number();
    }

    private static int bit(Operand operand) {
        return operand instanceof Register register ? bit(register) : 0;
    }

    private static int written(Insn insn) {
        return switch (insn) {
            case Insn.Alu alu -> bit(alu.dst());
            case Insn.MoveSignExtend move -> bit(move.dst());
            case Insn.Negate negate -> bit(negate.dst());
            case Insn.ByteSwap swap -> bit(swap.dst());
            case Insn.Load load -> bit(load.dst());
            case Insn.LoadAcquire load -> bit(load.dst());
            case Insn.LoadWide load -> bit(load.dst());
            case Insn.Atomic atomic ->
                !atomic.op().fetches() ? 0 : atomic.op() == AtomicOp.COMPARE_EXCHANGE ? R0 : bit(atomic.source());
            case Insn.CallHelper _, Insn.CallLocal _, Insn.CallHost _, Insn.CallRegister _ -> SCRATCH;
            case Insn.LoadPacketAbsolute _, Insn.LoadPacketIndirect _ -> R0;
            case Insn.Jump _,
                    Insn.JumpLong _,
                    Insn.JumpIf _,
                    Insn.MayGoto _,
                    Insn.Exit _,
                    Insn.Store _,
                    Insn.StoreRelease _ -> 0;
        };
    }

    private int read(int slot, Insn insn) {
        return switch (insn) {
            case Insn.Alu alu -> (alu.op() == AluOp.MOV ? 0 : bit(alu.dst())) | bit(alu.source());
            case Insn.MoveSignExtend move -> bit(move.source());
            case Insn.Negate negate -> bit(negate.dst());
            case Insn.ByteSwap swap -> bit(swap.dst());
            case Insn.Load load -> bit(load.base());
            case Insn.LoadAcquire load -> bit(load.base());
            case Insn.Store store -> bit(store.base()) | bit(store.value());
            case Insn.StoreRelease store -> bit(store.base()) | bit(store.source());
            case Insn.Atomic atomic ->
                bit(atomic.base()) | bit(atomic.source()) | (atomic.op() == AtomicOp.COMPARE_EXCHANGE ? R0 : 0);
            case Insn.JumpIf jump -> bit(jump.left()) | bit(jump.right());
            case Insn.CallLocal(int offset) -> liveIn[slot + 1 + offset] & ARGUMENTS;
            case Insn.CallHelper(int id) -> arguments(contractOfHelper.apply(id));
            case Insn.CallHost(int id) -> arguments(contractOfHostFunction.apply(id));
            case Insn.CallRegister(Register target) -> ARGUMENTS | bit(target);
            case Insn.LoadPacketAbsolute _ -> R6;
            case Insn.LoadPacketIndirect load -> R6 | bit(load.index());
            case Insn.Exit _ -> R0;
            case Insn.Jump _, Insn.JumpLong _, Insn.MayGoto _, Insn.LoadWide _ -> 0;
        };
    }

    private static int arguments(@Nullable FunctionContract contract) {
        return contract == null ? ARGUMENTS : ((1 << (contract.arguments().size() + 1)) - 1) & ARGUMENTS;
    }
}
