package dev.ring3.bpf.verifier;

import static dev.ring3.bpf.verifier.FuzzWriter.W64;
import static dev.ring3.bpf.verifier.FuzzWriter.reg;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.verifier.FuzzWriter.Label;

/**
 * Numbers that differ by the way taken and are then trusted unchecked. Where one way gives a number that is wrong, only a
 * verifier that compares states too carelessly accepts the program.
 */
final class FuzzJoins {
    private static final int SCRATCH = -104;

    private final FuzzWorld world;
    private final FuzzWriter w;
    private final FuzzRandom random;
    private final FuzzAccess access;

    FuzzJoins(FuzzWorld world, FuzzWriter writer, FuzzAccess access) {
        this.world = world;
        this.w = writer;
        this.random = writer.random;
        this.access = access;
    }

    void write() {
        int before = w.numbers;
        Label skip = new Label();
        int kind = random.below(8);
        int number = random.pick(8, 9);
        long good = good(kind);
        long other = random.chance(25) ? bad(kind) : random.chance(50) ? good(kind) : good;
        boolean first = random.chance(70);
        branch(number, first ? good : other, first ? other : good);
        pad(number == 8 ? 9 : 8);
        int i = carried(number);
        use(kind, i, skip);
        w.busy = 0;
        w.numbers &= before;
        w.place(skip);
    }

    private long good(int kind) {
        return switch (kind) {
            case 0, 1, 2 -> random.below(40);
            case 3 -> 0;
            case 4 -> random.between(1, 20);
            case 5 -> random.below(4);
            case 6 -> random.pick(0, 0, 7);
            default -> random.below(3);
        };
    }

    private long bad(int kind) {
        return switch (kind) {
            case 3 -> random.pick(1, 5, 256);
            case 5 -> random.pick(4, 5, 1000);
            default -> random.pick(200L, 1000L, -1L, 0x1_0000_0000L, -9L, 64L, 256L);
        };
    }

    private void branch(int number, long one, long two) {
        Label otherwise = new Label();
        Label end = new Label();
        int left = number == 8 ? 9 : 8;
        w.jumpIf(random.pick(W64, FuzzWriter.W32), random.pick(Condition.values()), left, random.below(200), otherwise);
        w.set(number, one);
        w.jump(end);
        w.place(otherwise);
        w.set(number, two);
        w.place(end);
    }

    /** Enough for the verifier to keep a state. */
    private void pad(int left) {
        for (int i = random.below(3); i > 0; i--) {
            Label next = new Label();
            w.jumpIf(W64, Condition.GREATER, left, random.below(200), next);
            for (int j = random.between(1, 4); j > 0; j--) {
                w.set(0, j);
            }
            w.place(next);
        }
        w.lost(0);
    }

    /** The number in a temporary register, after a detour. */
    private int carried(int number) {
        int i = w.temporary();
        w.busy |= 1 << i;
        switch (random.below(10)) {
            case 0 -> {
                Size size = random.pick(Size.values());
                int at = SCRATCH + random.below(8 / size.bytes()) * size.bytes();
                w.store(size, 10, at, number);
                w.add(new Insn.Load(size, false, reg(i), dev.ring3.bpf.insn.Register.R10, at));
            }
            case 1 -> {
                w.store(Size.DOUBLE, 10, SCRATCH, number);
                Size size = random.pick(Size.BYTE, Size.HALF, Size.WORD);
                w.add(new Insn.Load(size, false, reg(i), dev.ring3.bpf.insn.Register.R10, SCRATCH));
            }
            case 2 -> {
                w.move(i, number);
                w.alu(random.pick(W64, FuzzWriter.W32), random.pick(AluOp.RSH, AluOp.AND), i, random.between(0, 31));
            }
            case 3 -> {
                w.set(i, 3);
                Label next = new Label();
                w.jumpIf(W64, Condition.LESS_OR_EQUAL, number, 50, next);
                w.set(i, 500);
                w.place(next);
            }
            case 4 -> {
                w.move(i, number);
                int copy = w.temporary(i);
                w.move(copy, number);
                w.jumpIf(W64, Condition.EQUAL, copy, random.below(40), w.afterNext());
                w.lost(copy);
            }
            case 5 -> {
                w.set(i, 0);
                w.alu(W64, random.pick(AluOp.ADD, AluOp.OR, AluOp.XOR), i, reg(number));
            }
            default -> w.move(i, number);
        }
        w.numbers |= 1 << i;
        return i;
    }

    private void use(int kind, int i, Label skip) {
        switch (kind) {
            case 0, 1 -> {
                int p = w.temporary();
                w.mapValue(p, FuzzWorld.ARRAY, 0);
                w.alu(W64, AluOp.ADD, p, reg(i));
                access.touch(p, random.below(8), Size.BYTE, true);
            }
            case 2 -> {
                int p = w.temporary();
                w.move(p, 10);
                w.alu(W64, AluOp.ADD, p, -FuzzGenerator.STACK_BYTES);
                w.alu(W64, AluOp.ADD, p, reg(i));
                access.touch(p, 0, Size.BYTE, true);
            }
            case 3 -> nullCompared(i, skip);
            case 4 -> {
                int p = i;
                w.move(2, p);
                w.mapValue(1, FuzzWorld.ARRAY, random.pick(0, 28));
                w.helper(random.chance(50) ? FuzzWorld.READ : FuzzWorld.CHANGE, true);
            }
            case 5 -> {
                w.store(Size.WORD, 10, SCRATCH, i);
                w.busy = 0;
                w.move(2, 10);
                w.alu(W64, AluOp.ADD, 2, SCRATCH);
                w.map(1, FuzzWorld.ARRAY);
                w.helper(FuzzWorld.LOOKUP, false);
                w.busy = 1;
                access.touch(0, random.below(40), Size.DOUBLE, true);
            }
            case 6 -> {
                w.jumpIf(random.pick(W64, FuzzWriter.W32), Condition.LESS, i, 50, skip);
                int p = w.temporary();
                w.mapValue(p, FuzzWorld.READ_ONLY, 0);
                w.load(Size.BYTE, w.temporary(p), p, 16);
            }
            default -> callbackOrResult(i);
        }
    }

    private void nullCompared(int i, Label skip) {
        w.store(Size.DOUBLE, 10, SCRATCH, i);
        w.busy = 0;
        w.storeImmediate(Size.DOUBLE, 10, SCRATCH - 8, 1);
        w.move(2, 10);
        w.alu(W64, AluOp.ADD, 2, SCRATCH - 8);
        w.map(1, FuzzWorld.HASH);
        w.helper(FuzzWorld.LOOKUP, false);
        w.add(new Insn.Load(Size.DOUBLE, false, reg(1), dev.ring3.bpf.insn.Register.R10, SCRATCH));
        w.busy = 1;
        if (random.chance(50)) {
            w.jumpIf(W64, Condition.EQUAL, 0, reg(1), skip);
        } else {
            w.jumpIf(W64, Condition.EQUAL, 1, reg(0), skip);
        }
        access.touch(0, random.below(16), Size.DOUBLE, true);
    }

    private void callbackOrResult(int i) {
        if (world.isContext() && random.chance(50)) {
            Label next = new Label();
            w.jumpIf(W64, Condition.GREATER, random.pick(8, 9), 77, next);
            w.move(0, i);
            w.add(new Insn.Exit());
            w.place(next);
            return;
        }
        // Zero at an odd place of the stack, then as an offset.
        w.storeImmediate(Size.DOUBLE, 10, SCRATCH, random.pick(0, -1));
        int at = SCRATCH + random.pick(1, 2, 3, 5, 6, 7);
        w.store(Size.BYTE, 10, at, i);
        w.load(Size.BYTE, i, 10, at);
        int p = w.temporary();
        w.mapValue(p, FuzzWorld.ARRAY, 0);
        w.alu(W64, AluOp.ADD, p, reg(i));
        access.touch(p, random.below(40), Size.BYTE, true);
    }
}
