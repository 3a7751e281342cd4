package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Small changes of programs. */
final class FuzzMutation {
    private FuzzMutation() {}

    /** The program with up to three changes, or null where they left none. */
    static @Nullable FuzzProgram mutate(FuzzProgram program, FuzzRandom random) {
        FuzzCode code = FuzzCode.of(program.code());
        for (int i = random.between(1, 3); i > 0; i--) {
            mutate(code.items, code, random);
        }
        BpfCode linked = code.link();
        return linked == null ? null : program.with(linked);
    }

    private static void mutate(List<FuzzCode.Item> items, FuzzCode code, FuzzRandom random) {
        int at = random.below(items.size());
        FuzzCode.Item item = items.get(at);
        switch (random.below(10)) {
            case 0 -> {
                if (items.size() > 2) {
                    code.remove(at);
                }
            }
            case 1 -> items.add(at, new FuzzCode.Item(item.insn, item.target));
            case 2 -> {
                if (at > 0) {
                    Collections.swap(items, at, at - 1);
                }
            }
            case 3 -> {
                FuzzCode.Item other = items.get(random.below(items.size()));
                items.add(at, new FuzzCode.Item(other.insn, other.target));
            }
            case 4 -> {
                if (item.target != null && item.insn instanceof Insn.JumpIf) {
                    item.target = items.get(Math.min(items.size() - 1, at + random.between(0, 6)));
                }
            }
            default -> item.insn = changed(item.insn, random);
        }
    }

    private static int near(int value, FuzzRandom random) {
        return switch (random.below(4)) {
            case 0 -> value + random.pick(-1, 1);
            case 1 -> value + random.pick(-8, -4, -2, 2, 4, 8);
            case 2 -> -value;
            default -> (int) random.number();
        };
    }

    private static Operand changed(Operand operand, FuzzRandom random) {
        return switch (operand) {
            case Immediate(int value) -> random.chance(80) ? new Immediate(near(value, random)) : register(random);
            case Register _ -> random.chance(80) ? register(random) : new Immediate((int) random.number());
        };
    }

    private static Register register(FuzzRandom random) {
        return Register.of(random.below(10));
    }

    private static int offset(int offset, FuzzRandom random) {
        return (short) (offset + random.pick(-1, 1, -8, 8, 4, -4, 2));
    }

    private static Insn changed(Insn insn, FuzzRandom random) {
        int what = random.below(4);
        return switch (insn) {
            case Insn.Alu(Width width, AluOp op, Register dst, Operand source) ->
                switch (what) {
                    case 0 -> new Insn.Alu(random.pick(Width.values()), op, dst, source);
                    case 1 -> new Insn.Alu(width, random.pick(AluOp.values()), dst, source);
                    case 2 -> new Insn.Alu(width, op, random.chance(50) ? register(random) : dst, source);
                    default -> new Insn.Alu(width, op, dst, changed(source, random));
                };
            case Insn.JumpIf(Width width, Condition condition, Register left, Operand right, int offset) ->
                switch (what) {
                    case 0 -> new Insn.JumpIf(random.pick(Width.values()), condition, left, right, offset);
                    case 1 -> new Insn.JumpIf(width, random.pick(Condition.values()), left, right, offset);
                    case 2 -> new Insn.JumpIf(width, condition, register(random), right, offset);
                    default -> new Insn.JumpIf(width, condition, left, changed(right, random), offset);
                };
            case Insn.Load(Size size, boolean signed, Register dst, Register base, int offset) ->
                switch (what) {
                    case 0 -> new Insn.Load(random.pick(Size.values()), false, dst, base, offset);
                    case 1 -> new Insn.Load(size, signed, register(random), base, offset);
                    default -> new Insn.Load(size, signed, dst, base, offset(offset, random));
                };
            case Insn.Store(Size size, Register base, int offset, Operand value) ->
                switch (what) {
                    case 0 -> new Insn.Store(random.pick(Size.values()), base, offset, value);
                    case 1 -> new Insn.Store(size, base, offset, changed(value, random));
                    default -> new Insn.Store(size, base, offset(offset, random), value);
                };
            case Insn.Atomic atomic ->
                new Insn.Atomic(
                        atomic.size(), atomic.op(), atomic.base(), offset(atomic.offset(), random), register(random));
            case Insn.MoveSignExtend move ->
                new Insn.MoveSignExtend(move.width(), move.from(), register(random), move.source());
            case Insn.Negate negate -> new Insn.Negate(random.pick(Width.values()), negate.dst());
            case Insn.ByteSwap swap -> new Insn.ByteSwap(swap.kind(), Size.WORD, swap.dst());
            case Insn other -> other;
        };
    }
}
