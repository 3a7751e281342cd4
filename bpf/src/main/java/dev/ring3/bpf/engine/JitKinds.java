package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Which registers are ints at which place: a bit for each register whose upper half is known to be zero, and whose value
 * is kept in an {@code int} variable, taken without sign. Where paths with different kinds meet it is a {@code long}.
 *
 * <p>What 32-bit instructions make is an int; what 64-bit ones make is where its range is that of positive ints and it
 * comes from one. Loops over such a register are loops that HotSpot counts, unrolls and frees of range checks.
 */
final class JitKinds {
    private final JitFunction function;
    private final JitRanges ranges;
    private final Map<Integer, Integer> before = new HashMap<>(); // by the first slot of a block

    JitKinds(JitFunction function, JitRanges ranges) {
        this.function = function;
        this.ranges = ranges;
        Map<Integer, JitFunction.Block> blocks = new HashMap<>();
        function.blocks.forEach(block -> blocks.put(block.start(), block));
        ArrayDeque<Integer> open = new ArrayDeque<>();
        open.add(function.entry);
        before.put(function.entry, 0);
        while (!open.isEmpty()) {
            JitFunction.Block block = Objects.requireNonNull(blocks.get(open.remove()));
            int after = after(block);
            for (int successor : function.successors(block)) {
                Integer known = before.get(successor);
                int met = known == null ? after : known & after;
                if (known == null || met != known) {
                    before.put(successor, met);
                    open.add(successor);
                }
            }
        }
    }

    /** The registers that are ints before the block that begins at a slot. */
    int before(int start) {
        return before.getOrDefault(start, 0);
    }

    private int after(JitFunction.Block block) {
        JitState state = ranges.before(block);
        int kinds = before(block.start());
        for (int slot = block.start(); slot < block.end(); ) {
            Insn insn = function.code.at(slot);
            ranges.apply(insn, slot, state);
            kinds = after(insn, kinds, state);
            slot += insn.slots();
        }
        return kinds;
    }

    static boolean isInt(int kinds, int register) {
        return (kinds & (1 << register)) != 0;
    }

    /** The kinds after an instruction, whose results have their ranges in {@code after}. */
    static int after(Insn insn, int kinds, JitState after) {
        return switch (insn) {
            case Insn.Alu alu -> with(kinds, alu.dst(), isInt(alu, kinds, after));
            case Insn.MoveSignExtend move ->
                with(kinds, move.dst(), move.width() == Width.BITS_32 || isPositiveInt(move.dst(), after));
            case Insn.Negate(Width width, Register dst) -> with(kinds, dst, width == Width.BITS_32);
            case Insn.ByteSwap swap -> with(kinds, swap.dst(), swap.size() != Size.DOUBLE);
            case Insn.LoadWide load -> with(kinds, load.dst(), isPositiveInt(load.dst(), after));
            case Insn.Load load ->
                with(
                        kinds,
                        load.dst(),
                        !load.signed() && (load.size() != Size.DOUBLE || isPositiveInt(load.dst(), after)));
            case Insn.LoadAcquire load -> with(kinds, load.dst(), load.size() != Size.DOUBLE);
            case Insn.Atomic atomic
            when atomic.op() == AtomicOp.COMPARE_EXCHANGE -> with(kinds, Register.R0, atomic.size() == Size.WORD);
            case Insn.Atomic atomic
            when atomic.op().fetches() -> with(kinds, atomic.source(), atomic.size() == Size.WORD);
            case Insn.CallHelper _, Insn.CallHost _, Insn.CallRegister _ -> with(kinds, Register.R0, false);
            case Insn.LoadPacketAbsolute _, Insn.LoadPacketIndirect _ -> with(kinds, Register.R0, false);
            case Insn.CallLocal _ -> kinds & (-1 << Register.R6.number());
            case Insn.Atomic _, Insn.Store _, Insn.StoreRelease _ -> kinds;
            case Insn.Jump _, Insn.JumpLong _, Insn.JumpIf _, Insn.MayGoto _, Insn.Exit _ -> kinds;
        };
    }

    private static boolean isInt(Insn.Alu alu, int kinds, JitState after) {
        if (alu.width() == Width.BITS_32) {
            return true;
        }
        if (alu.op() == AluOp.MOV) {
            return isInt(alu.source(), kinds);
        }
        return isPositiveInt(alu.dst(), after)
                && (alu.op() == AluOp.AND
                        || alu.op() == AluOp.RSH
                        || isInt(kinds, alu.dst().number()));
    }

    static boolean isInt(Operand operand, int kinds) {
        return switch (operand) {
            case Register register -> isInt(kinds, register.number());
            case Immediate(int value) -> value >= 0;
        };
    }

    private static boolean isPositiveInt(Register register, JitState state) {
        return state.range(register.number()).isPositiveInt();
    }

    private static int with(int kinds, Register register, boolean isInt) {
        int bit = 1 << register.number();
        return isInt ? kinds | bit : kinds & ~bit;
    }
}
