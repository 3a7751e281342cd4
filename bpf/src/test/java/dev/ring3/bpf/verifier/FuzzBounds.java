package dev.ring3.bpf.verifier;

import static dev.ring3.bpf.verifier.FuzzWriter.W32;
import static dev.ring3.bpf.verifier.FuzzWriter.W64;
import static dev.ring3.bpf.verifier.FuzzWriter.reg;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.verifier.FuzzWriter.Label;

/** The ways in which programs bring a number into [0, max], nearly all of them right. */
final class FuzzBounds {
    /** Spilled numbers go here, below what functions use otherwise. */
    static final int SPILL = -80;

    private static final int FORMS = 22;

    private final FuzzWriter w;
    private final FuzzRandom random;
    private final int mistakesPercent;

    FuzzBounds(FuzzWriter writer, int mistakesPercent) {
        this.w = writer;
        this.random = writer.random;
        this.mistakesPercent = mistakesPercent;
    }

    boolean mistake() {
        return random.below(1000) < mistakesPercent * 10;
    }

    /** Brings the number in a register into [0, max], or leads to the label. */
    void bound(int i, long wanted, Label skip) {
        long max = mistake() ? Math.max(0, wanted + random.pick(1, 1, 2, 3, 7, 8, -1)) : wanted;
        switch (random.below(FORMS)) {
            case 0 -> w.alu(width(), AluOp.AND, i, (int) mask(max));
            case 1, 2 -> above(i, max, skip);
            case 3 -> low32(i, max, skip);
            case 4, 5 -> signedPair(i, max, skip);
            case 6 -> w.alu(width(), AluOp.MOD, i, (int) Math.min(max + 1, Integer.MAX_VALUE));
            case 7 -> shifted(i, max);
            case 8 -> divided(i, max);
            case 9 -> smaller(i, max);
            case 10 -> equal(i, max, skip);
            case 11 -> bits(i, max, skip);
            case 12 -> copied(i, max, skip);
            case 13 -> spilled(i, max, skip);
            case 14 -> registers(i, max, skip);
            case 15 -> moved(i, max, skip);
            case 16 -> swapped(i, max, skip);
            case 17 -> negated(i, max, skip);
            case 18 -> mixed(i, max);
            case 19 -> multiplied(i, max, skip);
            case 20 -> extended(i, max, skip);
            default -> product(i, max, skip);
        }
        w.numbers |= 1 << i;
    }

    private Width width() {
        return random.chance(60) ? W64 : W32;
    }

    /** A number that has no bits beyond max's highest but for max itself. */
    private long mask(long max) {
        return random.chance(60)
                ? Math.max(0, Long.highestOneBit(max + 1) - 1)
                : random.below((int) Math.min(max, 1 << 20) + 1);
    }

    /** One comparison, with the right outcome behind it. */
    void above(int i, long max, Label skip) {
        Label fits = new Label();
        boolean wrongWidth = mistake();
        boolean wrongSign = mistake();
        Width width = wrongWidth ? W32 : W64;
        switch (random.below(4)) {
            case 0 -> w.jumpIf(width, wrongSign ? Condition.SIGNED_GREATER : Condition.GREATER, i, max, skip);
            case 1 ->
                w.jumpIf(
                        width,
                        wrongSign ? Condition.SIGNED_GREATER_OR_EQUAL : Condition.GREATER_OR_EQUAL,
                        i,
                        max + 1,
                        skip);
            case 2 -> {
                w.jumpIf(width, wrongSign ? Condition.SIGNED_LESS_OR_EQUAL : Condition.LESS_OR_EQUAL, i, max, fits);
                w.jump(skip);
                w.place(fits);
            }
            default -> {
                w.jumpIf(width, wrongSign ? Condition.SIGNED_LESS : Condition.LESS, i, max + 1, fits);
                w.jump(skip);
                w.place(fits);
            }
        }
    }

    private void low32(int i, long max, Label skip) {
        boolean first = random.chance(50);
        boolean extend = !mistake();
        if (first && extend) {
            zeroExtend(i);
        }
        switch (random.below(3)) {
            case 0 -> w.jumpIf(W32, Condition.GREATER, i, max, skip);
            case 1 -> w.jumpIf(W32, Condition.GREATER_OR_EQUAL, i, max + 1, skip);
            default -> {
                w.jumpIf(W32, Condition.SIGNED_GREATER, i, max, skip);
                w.jumpIf(W32, Condition.SIGNED_LESS, i, 0, skip);
            }
        }
        if (!first && extend) {
            zeroExtend(i);
        }
    }

    private void zeroExtend(int i) {
        switch (random.below(4)) {
            case 0 -> w.alu(W32, AluOp.MOV, i, reg(i));
            case 1 -> {
                w.alu(W64, AluOp.LSH, i, 32);
                w.alu(W64, AluOp.RSH, i, 32);
            }
            case 2 -> w.add(new Insn.MoveSignExtend(W64, Size.WORD, reg(i), reg(i)));
            default -> w.alu(W32, random.pick(AluOp.ADD, AluOp.OR, AluOp.XOR), i, 0);
        }
    }

    private void signedPair(int i, long max, Label skip) {
        boolean lowFirst = random.chance(50);
        boolean forgetsLow = mistake();
        Width width = mistake() ? W32 : W64;
        if (lowFirst && !forgetsLow) {
            atLeastZero(width, i, skip);
        }
        if (random.chance(50)) {
            w.jumpIf(width, Condition.SIGNED_GREATER, i, max, skip);
        } else {
            w.jumpIf(width, Condition.SIGNED_GREATER_OR_EQUAL, i, max + 1, skip);
        }
        if (!lowFirst && !forgetsLow) {
            atLeastZero(width, i, skip);
        }
    }

    private void atLeastZero(Width width, int i, Label skip) {
        switch (random.below(3)) {
            case 0 -> w.jumpIf(width, Condition.SIGNED_LESS, i, 0, skip);
            case 1 -> w.jumpIf(width, Condition.SIGNED_LESS_OR_EQUAL, i, -1, skip);
            default -> {
                Label fits = new Label();
                w.jumpIf(width, Condition.SIGNED_GREATER, i, -1, fits);
                w.jump(skip);
                w.place(fits);
            }
        }
    }

    private void shifted(int i, long max) {
        int bits = 63 - Long.numberOfLeadingZeros(max + 1);
        if (random.chance(50)) {
            w.alu(W64, AluOp.RSH, i, 64 - bits & 63);
            if (bits == 0) {
                w.alu(W64, AluOp.AND, i, 0);
            }
        } else if (random.chance(50)) {
            w.alu(W32, AluOp.RSH, i, 32 - bits & 31);
            if (bits == 0) {
                w.alu(W32, AluOp.AND, i, 0);
            }
        } else {
            w.alu(W64, AluOp.LSH, i, 64 - bits & 63);
            w.alu(W64, mistake() ? AluOp.ARSH : AluOp.RSH, i, 64 - bits & 63);
            if (bits == 0) {
                w.alu(W64, AluOp.AND, i, 0);
            }
        }
    }

    private void divided(int i, long max) {
        long divisor = (1L << 32) / (max + 1) + 1;
        if (divisor > Integer.MAX_VALUE) {
            w.alu(W32, AluOp.MOD, i, (int) Math.min(max + 1, Integer.MAX_VALUE));
            return;
        }
        w.alu(W32, AluOp.DIV, i, (int) divisor);
    }

    private void smaller(int i, long max) {
        Label fits = new Label();
        w.jumpIf(mistake() ? W32 : W64, Condition.LESS_OR_EQUAL, i, max, fits);
        w.set(i, random.chance(50) ? max : random.below((int) Math.min(max, 1 << 20) + 1));
        w.place(fits);
    }

    private void equal(int i, long max, Label skip) {
        long first = random.below((int) Math.min(max, 1 << 20) + 1);
        Width width = mistake() ? W32 : W64;
        if (random.chance(50)) {
            w.jumpIf(width, Condition.NOT_EQUAL, i, first, skip);
        } else {
            Label fits = new Label();
            w.jumpIf(width, Condition.EQUAL, i, first, fits);
            w.jumpIf(width, Condition.NOT_EQUAL, i, max, skip);
            w.place(fits);
        }
    }

    private void bits(int i, long max, Label skip) {
        long mask = Math.max(0, Long.highestOneBit(max + 1) - 1);
        w.jumpIf(mistake() ? W32 : W64, Condition.BITS_SET, i, ~mask, skip);
    }

    private void copied(int i, long max, Label skip) {
        int copy = w.temporary(i);
        if (random.chance(mistakesPercent)) {
            w.alu(W32, AluOp.MOV, copy, reg(i));
        } else {
            w.move(copy, i);
        }
        w.numbers |= 1 << copy;
        if (random.chance(50)) {
            above(copy, max, skip);
        } else {
            signedPair(copy, max, skip);
        }
        if (random.chance(20)) {
            w.add(new Insn.MoveSignExtend(W64, Size.WORD, reg(i), reg(i)));
        }
    }

    private void spilled(int i, long max, Label skip) {
        Size size = random.pick(Size.DOUBLE, Size.DOUBLE, Size.WORD, Size.HALF, Size.BYTE);
        int at = SPILL + (size == Size.DOUBLE ? 0 : random.below(8 / size.bytes()) * size.bytes());
        w.store(size, Register.R10.number(), at, i);
        if (random.chance(50)) {
            above(i, max, skip);
            reload(size, i, at);
        } else {
            int copy = w.temporary(i);
            reload(size, copy, at);
            above(copy, max, skip);
            if (random.chance(70)) {
                reload(size, i, at);
            }
        }
    }

    private void reload(Size size, int dst, int at) {
        Size read = mistake() ? random.pick(Size.values()) : size;
        w.add(new Insn.Load(read, read != Size.DOUBLE && mistake(), reg(dst), Register.R10, at & -read.bytes()));
        w.numbers |= 1 << dst;
    }

    private void registers(int i, long max, Label skip) {
        int limit = w.temporary(i);
        switch (random.below(3)) {
            case 0 -> w.set(limit, max);
            case 1 -> {
                w.set(limit, max + 1);
                w.jumpIf(mistake() ? W32 : W64, Condition.GREATER_OR_EQUAL, i, reg(limit), skip);
                return;
            }
            default -> {
                int other = w.someNumber();
                w.move(limit, other < 0 || other == i ? i : other);
                w.alu(W64, AluOp.AND, limit, (int) mask(max));
                w.numbers |= 1 << limit;
            }
        }
        Condition condition = mistake() ? Condition.SIGNED_GREATER : Condition.GREATER;
        if (random.chance(60)) {
            w.jumpIf(mistake() ? W32 : W64, condition, i, reg(limit), skip);
        } else {
            w.jumpIf(W64, mistake() ? Condition.SIGNED_LESS : Condition.LESS, limit, reg(i), skip);
        }
    }

    /** Compares the number plus a constant, and uses the number. */
    private void moved(int i, long max, Label skip) {
        int copy = w.temporary(i);
        int shift = random.between(-20, 20);
        w.move(copy, i);
        w.numbers |= 1 << copy;
        Width width = mistake() ? W32 : W64;
        w.alu(width, AluOp.ADD, copy, shift);
        if (shift >= 0) {
            w.jumpIf(W64, Condition.GREATER, copy, max + shift, skip);
            if (!mistake()) {
                w.jumpIf(W64, Condition.LESS, copy, shift, skip);
            }
        } else {
            w.jumpIf(W64, Condition.SIGNED_GREATER, copy, max + shift, skip);
            if (!mistake()) {
                w.jumpIf(W64, Condition.SIGNED_LESS, copy, shift, skip);
            }
        }
    }

    private void swapped(int i, long max, Label skip) {
        w.add(new Insn.ByteSwap(
                random.pick(SwapKind.values()), random.pick(Size.HALF, Size.WORD, Size.DOUBLE), reg(i)));
        above(i, max, skip);
    }

    private void negated(int i, long max, Label skip) {
        w.jumpIf(W64, Condition.SIGNED_LESS, i, -max, skip);
        if (!mistake()) {
            w.jumpIf(W64, Condition.SIGNED_GREATER, i, 0, skip);
        }
        w.add(new Insn.Negate(mistake() ? W32 : W64, reg(i)));
    }

    private void mixed(int i, long max) {
        int mask = (int) Math.max(0, Long.highestOneBit(Math.min(max, 1 << 20) + 1) - 1);
        w.alu(width(), AluOp.AND, i, mask);
        w.alu(width(), random.pick(AluOp.XOR, AluOp.OR), i, random.below(mask + 1));
        if (random.chance(30)) {
            w.alu(width(), AluOp.AND, i, random.below(mask + 1));
        }
    }

    private void multiplied(int i, long max, Label skip) {
        int factor = random.between(1, 9);
        above(i, max / factor, skip);
        if (Integer.bitCount(factor) == 1) {
            w.alu(W64, AluOp.LSH, i, Integer.numberOfTrailingZeros(factor));
        } else {
            w.alu(width(), AluOp.MUL, i, factor);
        }
    }

    private void extended(int i, long max, Label skip) {
        Width to = random.chance(70) ? W64 : W32;
        Size from = random.pick(Size.BYTE, Size.HALF, Size.WORD);
        if (to == W32 && from == Size.WORD) {
            from = Size.HALF;
        }
        w.add(new Insn.MoveSignExtend(to, from, reg(i), reg(i)));
        signedPair(i, max, skip);
    }

    /** The sum, or difference, of two numbers that are bounded. */
    private void product(int i, long max, Label skip) {
        int other = w.temporary(i);
        int known = w.someNumber();
        w.move(other, known < 0 ? i : known);
        w.numbers |= 1 << other;
        long half = max / 2;
        w.alu(width(), AluOp.AND, other, (int) Math.max(0, Long.highestOneBit(half + 1) - 1));
        above(i, half, skip);
        switch (random.below(4)) {
            case 0 -> w.alu(width(), AluOp.ADD, i, reg(other));
            case 1 -> w.alu(width(), AluOp.OR, i, reg(other));
            case 2 -> {
                w.alu(W64, AluOp.SUB, i, reg(other));
                w.jumpIf(W64, Condition.SIGNED_LESS, i, 0, skip);
            }
            default -> w.alu(width(), AluOp.RSH, i, reg(other));
        }
    }
}
