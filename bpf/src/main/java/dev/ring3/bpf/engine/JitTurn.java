package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Registers;
import dev.ring3.bpf.insn.Width;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one turn of a loop does that is a single block: which registers it moves on by a constant, and the one thing that
 * it loads and adds to a register. Registers are followed as sums of what they were where the turn began.
 */
final class JitTurn {
    /**
     * A number: registers as they were where the turn began, and a constant.
     *
     * @param registers at most two
     */
    record Sum(List<Register> registers, long constant) {
        Sum plus(long more) {
            return new Sum(registers, constant + more);
        }

        Sum plus(Sum other) {
            List<Register> all = new ArrayList<>(registers);
            all.addAll(other.registers);
            return new Sum(all, constant + other.constant);
        }
    }

    private static final int REGISTERS_MAX = 2;

    private final @Nullable Sum[] sums = new Sum[Register.COUNT]; // null for what is none
    private final Set<Register> written = EnumSet.noneOf(Register.class);
    private final Set<Register> loaded = EnumSet.noneOf(Register.class); // registers that hold what was loaded
    private Insn.@Nullable Load load;
    private Insn.@Nullable Alu addition;
    private @Nullable Sum place;

    private JitTurn() {
        for (Register register : Register.values()) {
            sums[register.number()] = new Sum(List.of(register), 0);
        }
    }

    /**
     * The turn of a loop from one slot to its last, or null if there is anything else in it.
     *
     * @param before what is known where it begins
     */
    static @Nullable JitTurn of(BpfCode code, int start, int last, JitRanges ranges, JitState before) {
        JitTurn turn = new JitTurn();
        JitState state = before.copy();
        for (int slot = start; slot < last; slot += code.at(slot).slots()) {
            Insn insn = code.at(slot);
            boolean isKnown = switch (insn) {
                case Insn.Load each -> turn.load(each, state);
                case Insn.Alu alu -> turn.alu(alu, state);
                case Insn _ -> false;
            };
            if (!isKnown) {
                return null;
            }
            turn.written.addAll(Registers.writtenBy(insn));
            ranges.apply(insn, slot, state);
        }
        Insn.Alu found = turn.addition;
        return found != null && turn.isAlone(found, code, start, last) ? turn : null;
    }

    /** Whether nothing but one instruction has to do with the register that it adds to. */
    private boolean isAlone(Insn.Alu alone, BpfCode code, int start, int last) {
        for (int slot = start; slot <= last; slot += code.at(slot).slots()) {
            Insn insn = code.at(slot);
            if (!insn.equals(alone)
                    && (Registers.readBy(insn).contains(alone.dst())
                            || Registers.writtenBy(insn).contains(alone.dst()))) {
                return false;
            }
        }
        return true;
    }

    private boolean load(Insn.Load each, JitState state) {
        Sum base = sums[each.base().number()];
        if (load != null || base == null || !state.isOwnMemory(each.base().number())) {
            return false;
        }
        load = each;
        place = base.plus(each.offset());
        loaded.add(each.dst());
        sums[each.dst().number()] = null;
        return true;
    }

    private boolean alu(Insn.Alu alu, JitState state) {
        if (alu.op() != AluOp.ADD && alu.op() != AluOp.MOV) {
            return false;
        }
        if (alu.source() instanceof Register from && loaded.contains(from)) {
            boolean isFirst = addition == null && alu.op() == AluOp.ADD && !loaded.contains(alu.dst());
            addition = alu;
            sums[alu.dst().number()] = null;
            return isFirst;
        }
        Sum source = switch (alu.source()) {
            case Register from -> sums[from.number()];
            case Immediate(int value) -> new Sum(List.of(), value);
        };
        Sum old = sums[alu.dst().number()];
        boolean fits = alu.width() == Width.BITS_64 || isNarrow(alu, state);
        if (!fits || source == null || (alu.op() == AluOp.ADD && old == null)) {
            return false;
        }
        Sum result = alu.op() == AluOp.MOV || old == null ? source : old.plus(source);
        sums[alu.dst().number()] = result;
        loaded.remove(alu.dst());
        return result.registers.size() <= REGISTERS_MAX;
    }

    /** Whether the result of a 32-bit operation is that of the 64-bit one. */
    private static boolean isNarrow(Insn.Alu alu, JitState state) {
        JitRange source = JitRanges.operand(alu.source(), state);
        JitRange old = state.range(alu.dst().number());
        return alu.op() == AluOp.MOV
                ? source.isPositiveInt()
                : old.isPositiveInt() && old.plus(source).isPositiveInt();
    }

    Insn.@Nullable Load load() {
        return load;
    }

    Insn.@Nullable Alu addition() {
        return addition;
    }

    /** Where it loads. */
    @Nullable
    Sum place() {
        return place;
    }

    /** What a register is where the turn ends. */
    @Nullable
    Sum after(Register register) {
        return sums[register.number()];
    }

    /** Whether the turn does not change an operand. */
    boolean isFixed(Operand operand) {
        return !(operand instanceof Register register && written.contains(register));
    }

    /** By how much a number goes up with each turn; 0 if that is not known. */
    long stepOf(Sum sum) {
        long all = 0;
        for (Register register : sum.registers) {
            if (!isFixed(register)) {
                long step = stepOf(register);
                if (step == 0) {
                    return 0;
                }
                all += step;
            }
        }
        return all;
    }

    /** By how much a register goes up in each turn; 0 if that is not known. */
    long stepOf(Register register) {
        Sum after = sums[register.number()];
        return after != null && after.registers.equals(List.of(register)) ? after.constant : 0;
    }
}
