package dev.ring3.bpf.verifier;

import static dev.ring3.bpf.verifier.FuzzWriter.W32;
import static dev.ring3.bpf.verifier.FuzzWriter.W64;
import static dev.ring3.bpf.verifier.FuzzWriter.reg;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.verifier.FuzzWriter.Label;

/** Accesses to memory at variable offsets that were checked before, nearly all of them rightly. */
final class FuzzAccess {
    /** Pointers are spilled here, and nothing else. */
    static final int POINTER_SPILL = -72;

    private final FuzzWorld world;
    private final FuzzWriter w;
    private final FuzzRandom random;
    private final FuzzBounds bounds;
    private boolean main = true;
    private int element = -1;

    FuzzAccess(FuzzWorld world, FuzzWriter writer, FuzzBounds bounds) {
        this.world = world;
        this.w = writer;
        this.random = writer.random;
        this.bounds = bounds;
    }

    /** What follows is in another function, whose register has the address of a map value, or -1. */
    void enterFunction(int elementRegister) {
        main = false;
        element = elementRegister;
    }

    /** Memory of a size, with its address in a register. */
    record Region(int pointer, int bytes, boolean writable, boolean stack) {}

    /** Puts the address of some memory in a temporary register, which is then busy. */
    Region region(Label skip) {
        int kind = random.below(100);
        Region region;
        if (element >= 0 && kind < 35) {
            region = copied(element, 48, true, false);
        } else if (kind < 30) {
            region = main
                    ? copied(world.isContext() ? 7 : 6, FuzzGenerator.FIRST_BYTES, true, false)
                    : copied(6, FuzzGenerator.LENT_STACK_BYTES, true, true);
        } else if (kind < 50) {
            region = value(FuzzWorld.ARRAY, 48, true);
        } else if (kind < 58) {
            region = value(FuzzWorld.CONSTANTS, 32, bounds.mistake());
        } else if (kind < 63) {
            region = value(FuzzWorld.READ_ONLY, 16, bounds.mistake());
        } else if (kind < 80 && main) {
            int pointer = w.temporary();
            w.move(pointer, 10);
            w.alu(W64, AluOp.ADD, pointer, -FuzzGenerator.STACK_BYTES);
            region = new Region(pointer, FuzzGenerator.STACK_BYTES, true, true);
        } else if (kind < 92 && main) {
            region = lookup(skip);
        } else if (kind < 96) {
            w.set(1, 5);
            w.helper(FuzzWorld.LENT, false);
            requireNotNull(0, skip);
            region = new Region(0, FuzzWorld.FIXED_BYTES, true, false);
        } else {
            region = value(FuzzWorld.ARRAY, 48, true);
        }
        w.lost(region.pointer());
        w.busy |= 1 << region.pointer();
        return region;
    }

    private Region copied(int from, int bytes, boolean writable, boolean stack) {
        int pointer = w.temporary();
        w.move(pointer, from);
        return new Region(pointer, bytes, writable, stack);
    }

    private Region value(int map, int bytes, boolean writable) {
        int pointer = w.temporary();
        int offset = random.chance(25) ? random.below(bytes / 2) & -8 : 0;
        w.mapValue(pointer, map, offset);
        return new Region(pointer, bytes - offset, writable, false);
    }

    private Region lookup(Label skip) {
        boolean hash = random.chance(40);
        if (random.chance(40)) {
            w.storeImmediate(Size.WORD, 10, -64, random.below(6));
            w.storeImmediate(Size.WORD, 10, -60, 0);
        }
        w.move(2, 10);
        w.alu(W64, AluOp.ADD, 2, -64);
        w.map(1, hash ? FuzzWorld.HASH : FuzzWorld.ARRAY);
        w.helper(FuzzWorld.LOOKUP, false);
        if (random.chance(20)) {
            w.store(Size.DOUBLE, 10, POINTER_SPILL, 0);
            requireNotNull(0, skip);
            if (random.chance(50)) {
                w.loadPlain(1, 10, POINTER_SPILL);
                return new Region(1, hash ? 24 : 48, true, false);
            }
        } else if (!bounds.mistake()) {
            requireNotNull(0, skip);
        }
        return new Region(0, hash ? 24 : 48, true, false);
    }

    void requireNotNull(int register, Label skip) {
        if (random.chance(50)) {
            w.jumpIf(W64, Condition.EQUAL, register, 0, skip);
        } else {
            Label fits = new Label();
            w.jumpIf(W64, Condition.NOT_EQUAL, register, 0, fits);
            w.jump(skip);
            w.place(fits);
        }
    }

    /** A register with a copy of some number. */
    int index(int... others) {
        int i = w.temporary(others);
        int known = w.someNumber();
        if (known < 0) {
            w.set(i, random.below(10));
        } else if (random.chance(85)) {
            w.move(i, known);
        } else {
            w.alu(W32, AluOp.MOV, i, reg(known));
        }
        w.numbers |= 1 << i;
        return i;
    }

    void inRegion() {
        Label skip = new Label();
        int before = w.numbers;
        Region region = region(skip);
        int p = region.pointer();
        Size size = random.pick(Size.values());
        int room = Math.max(0, region.bytes() - size.bytes());
        int offset = room == 0 ? 0 : random.below(room + 1);
        offset = region.stack() ? offset & -size.bytes() : offset;
        int i = index(p);
        long max = (long) room - offset;
        int sign = 1;
        if (region.stack()) {
            max = max / size.bytes() * size.bytes();
            aligned(i, max, size, skip);
        } else {
            bounds.bound(i, max, skip);
        }
        if (random.chance(15)) {
            sign = -1;
            offset += (int) max;
        }
        int shift = random.chance(30) ? random.between(-30, 30) * (region.stack() ? size.bytes() : 1) : 0;
        if (shift != 0) {
            w.add(random.chance(50) ? p : i, sign < 0 ? 0 : shift);
            shift = sign < 0 ? 0 : shift;
        }
        if (sign < 0) {
            w.alu(W64, AluOp.SUB, p, reg(i));
        } else if (random.chance(80)) {
            w.alu(W64, AluOp.ADD, p, reg(i));
        } else {
            w.alu(W64, AluOp.ADD, i, reg(p));
            w.lost(i);
            w.busy |= 1 << i;
            p = i;
        }
        touch(p, offset - shift + (bounds.mistake() ? random.pick(-1, 1, 8) : 0), size, region.writable());
        w.busy = 0;
        w.numbers &= before;
        w.place(skip);
    }

    private void aligned(int i, long max, Size size, Label skip) {
        int bytes = size.bytes();
        if (random.chance(50)) {
            bounds.bound(i, max / bytes, skip);
            w.alu(W64, AluOp.LSH, i, Integer.numberOfTrailingZeros(bytes));
        } else {
            bounds.bound(i, max, skip);
            w.alu(W64, AluOp.AND, i, -bytes);
        }
    }

    /** An access of any kind. */
    void touch(int p, int offset, Size size, boolean writable) {
        int kind = random.below(100);
        if (kind < 50 || !writable) {
            int dst = random.chance(20) ? random.pick(8, 9) : w.temporary();
            if (random.chance(5) && size.bytes() >= 4) {
                w.add(new Insn.LoadAcquire(size, reg(dst), reg(p), offset));
                w.numbers |= 1 << dst;
            } else {
                w.load(size, dst, p, offset);
            }
        } else if (kind < 88) {
            int source = w.someNumber();
            if (source < 0 || random.chance(30)) {
                w.storeImmediate(size, p, offset, (int) random.number());
            } else {
                w.store(size, p, offset, source);
            }
        } else if (size.bytes() >= 4) {
            int source = w.someNumber();
            if (source >= 0) {
                AtomicOp op = random.pick(AtomicOp.values());
                if (op == AtomicOp.COMPARE_EXCHANGE && !w.isNumber(0)) {
                    op = AtomicOp.EXCHANGE;
                }
                w.add(new Insn.Atomic(size, op, reg(p), offset, reg(source)));
            }
        }
    }

    /** An access by the counter of a loop, which stays in [0, trips]. */
    void byCounter(int counter, int trips) {
        int before = w.numbers;
        Label skip = new Label();
        Region region = region(skip);
        Size size = region.stack() ? Size.BYTE : random.pick(Size.values());
        int room = region.bytes() - size.bytes() - trips;
        if (room >= 0) {
            w.alu(W64, AluOp.ADD, region.pointer(), reg(counter));
            int offset = random.chance(50) ? room : random.below(room + 1);
            touch(region.pointer(), offset + (bounds.mistake() ? 1 : 0), size, region.writable());
        }
        w.busy = 0;
        w.numbers &= before;
        w.place(skip);
    }

    // The packet, or the block: memory whose length is known only when the program runs.

    void inPacket() {
        Label skip = new Label();
        int before = w.numbers;
        Size size = random.pick(Size.values());
        int k = random.between(size.bytes(), 24);
        if (world.isContext() || random.chance(50)) {
            byPointer(k, size, skip);
        } else {
            byLength(k, size, skip);
        }
        w.busy = 0;
        w.numbers &= before;
        w.place(skip);
    }

    private int base() {
        return world.isContext() ? 7 : 6;
    }

    private void end(int dst) {
        if (world.isContext()) {
            w.loadPlain(dst, 6, 8);
        } else {
            w.move(dst, 6);
            w.alu(W64, AluOp.ADD, dst, reg(7));
        }
        w.lost(dst);
        w.busy |= 1 << dst;
    }

    private int hold() {
        int register = w.temporary();
        w.lost(register);
        w.busy |= 1 << register;
        return register;
    }

    private void byPointer(int k, Size size, Label skip) {
        int p = hold();
        if (world.isContext() && random.chance(30)) {
            w.loadPlain(p, 6, 0);
        } else {
            w.move(p, base());
        }
        int i = -1;
        int below = 0;
        if (random.chance(75)) {
            i = index();
            bounds.bound(i, random.pick(1, 7, 15, 100, 255, 4000, 60000), skip);
            if (random.chance(20)) {
                below = random.between(1, 20);
                w.alu(W64, AluOp.SUB, i, below);
            }
            w.alu(W64, AluOp.ADD, p, reg(i));
            w.add(p, below);
            w.busy |= 1 << i;
        }
        int e = hold();
        end(e);
        int distance = bounds.mistake() ? k + random.pick(-1, 1) : k;
        boolean strict = false;
        int q = p;
        switch (random.below(4)) {
            case 0, 1 -> {
                q = hold();
                w.move(q, p);
                w.add(q, distance);
            }
            case 2 -> {
                if (world.isContext()) {
                    w.add(p, distance);
                } else {
                    w.add(e, -distance);
                }
            }
            default -> {
                q = hold();
                w.move(q, p);
                w.add(q, distance - 1);
                strict = true;
            }
        }
        boolean moved = q == p && world.isContext();
        compare(q, e, strict, skip);
        int offset = random.between(0, k - size.bytes());
        touch(p, offset - (moved ? distance : 0) + (bounds.mistake() ? 1 : 0), size, true);
        if (i >= 0 && i != p && random.chance(25)) {
            again(i, k);
        }
    }

    /** The offset of a pointer that was compared with the end, made smaller, is used once more. */
    private void again(int i, int k) {
        switch (random.below(5)) {
            case 0 -> w.alu(random.pick(W64, W32), AluOp.AND, i, random.below(256));
            case 1 -> w.alu(random.pick(W64, W32), AluOp.RSH, i, random.below(8));
            case 2 -> w.alu(W64, random.pick(AluOp.MOD, AluOp.DIV), i, random.between(1, 40));
            case 3 -> w.add(i, random.between(-3, 1));
            default -> w.alu(W64, AluOp.ADD, i, 0);
        }
        w.alu(W64, AluOp.ADD, i, reg(base()));
        w.lost(i);
        touch(i, random.between(0, k - 1), Size.BYTE, true);
    }

    /** Goes on where q is at most e, or below it. */
    private void compare(int q, int e, boolean strict, Label skip) {
        Label fits = new Label();
        boolean wrong = bounds.mistake();
        boolean below = strict ^ wrong;
        switch (random.below(4)) {
            case 0 -> w.jumpIf(W64, below ? Condition.GREATER_OR_EQUAL : Condition.GREATER, q, reg(e), skip);
            case 1 -> w.jumpIf(W64, below ? Condition.LESS_OR_EQUAL : Condition.LESS, e, reg(q), skip);
            case 2 -> {
                w.jumpIf(W64, below ? Condition.LESS : Condition.LESS_OR_EQUAL, q, reg(e), fits);
                w.jump(skip);
                w.place(fits);
            }
            default -> {
                w.jumpIf(W64, below ? Condition.GREATER : Condition.GREATER_OR_EQUAL, e, reg(q), fits);
                w.jump(skip);
                w.place(fits);
            }
        }
    }

    private void byLength(int k, Size size, Label skip) {
        int p = hold();
        w.move(p, 6);
        int i = index();
        w.busy |= 1 << i;
        int offset = random.between(0, k - size.bytes());
        switch (random.below(8)) {
            case 0 -> {
                w.jumpIf(width(), Condition.LESS, 7, bounds.mistake() ? k - 1 : k, skip);
                touch(p, offset, size, true);
                return;
            }
            case 1 -> {
                bounds.bound(i, 1000, skip);
                int j = w.temporary();
                w.move(j, i);
                w.alu(W64, AluOp.ADD, j, bounds.mistake() ? k - 1 : k);
                w.numbers |= 1 << j;
                w.jumpIf(width(), Condition.GREATER, j, Register.R7, skip);
            }
            case 2 -> {
                w.jumpIf(W64, Condition.GREATER_OR_EQUAL, i, Register.R7, skip);
                offset = 0;
                size = bounds.mistake() ? Size.HALF : Size.BYTE;
            }
            case 3 -> {
                if (bounds.mistake()) {
                    w.alu(W64, AluOp.ADD, i, 1);
                } else {
                    w.alu(random.pick(W64, W32), AluOp.MOD, i, Register.R7);
                }
                offset = 0;
                size = Size.BYTE;
            }
            default -> offsetByLength(p, i, k, skip);
        }
        w.alu(W64, AluOp.ADD, p, reg(i));
        touch(p, offset, size, true);
    }

    /** Brings an offset into [0, length - k], by a number that is so. */
    private void offsetByLength(int p, int i, int k, Label skip) {
        switch (random.below(4)) {
            case 0 -> {
                int n = w.temporary();
                w.move(n, 7);
                w.numbers |= 1 << n;
                if (!bounds.mistake()) {
                    w.jumpIf(W64, Condition.LESS, 7, k, skip);
                }
                w.alu(W64, AluOp.SUB, n, k);
                w.jumpIf(width(), Condition.GREATER, i, reg(n), skip);
            }
            case 1 -> {
                w.move(i, 7);
                w.alu(W64, AluOp.SUB, i, k);
                if (!bounds.mistake()) {
                    w.jumpIf(
                            W64,
                            random.pick(Condition.SIGNED_LESS, Condition.GREATER),
                            i,
                            random.chance(50) ? 0 : 60000,
                            skip);
                }
                w.alu(random.pick(W64, W32), random.pick(AluOp.AND, AluOp.RSH, AluOp.DIV), i, random.between(0, 20));
            }
            case 2 -> {
                int e = hold();
                end(e);
                w.alu(W64, AluOp.SUB, e, reg(p));
                w.numbers |= 1 << e;
                w.jumpIf(W64, Condition.LESS, e, k + (bounds.mistake() ? -1 : 0), skip);
                w.alu(W64, AluOp.MOV, i, 0);
            }
            default -> {
                int n = w.temporary();
                w.move(n, 7);
                w.numbers |= 1 << n;
                w.alu(W64, AluOp.AND, i, reg(n));
                w.alu(W64, AluOp.SUB, n, k);
                w.jumpIf(W64, Condition.SIGNED_LESS, n, 0, skip);
                w.jumpIf(W64, Condition.GREATER, i, reg(n), skip);
            }
        }
    }

    private Width width() {
        return random.chance(85) ? W64 : W32;
    }

    // Pointers as such.

    void pointers() {
        Label skip = new Label();
        int before = w.numbers;
        switch (random.below(5)) {
            case 0 -> spilledPointer(skip);
            case 1 -> difference();
            case 2 -> {
                int p = hold();
                w.move(p, 6);
                w.alu(W64, AluOp.SUB, p, random.below(3));
                w.jumpIf(W64, random.pick(Condition.values()), p, Register.R6, skip);
                touch(base(), random.below(8), Size.BYTE, true);
            }
            case 3 -> context(skip);
            default -> {
                int p = hold();
                w.move(p, base());
                w.jumpIf(W64, Condition.EQUAL, p, 0, skip);
                touch(p, random.below(8), Size.DOUBLE, true);
            }
        }
        w.busy = 0;
        w.numbers &= before;
        w.place(skip);
    }

    private void spilledPointer(Label skip) {
        Region region = region(skip);
        int p = region.pointer();
        w.store(Size.DOUBLE, 10, POINTER_SPILL, p);
        if (bounds.mistake()) {
            w.storeImmediate(random.pick(Size.BYTE, Size.WORD), 10, POINTER_SPILL + random.pick(0, 4), 0);
        }
        int q = hold();
        if (bounds.mistake()) {
            w.move(q, 10);
            int i = index();
            w.alu(W64, AluOp.AND, i, 8);
            w.alu(W64, AluOp.ADD, q, reg(i));
            w.loadPlain(q, q, POINTER_SPILL);
            w.numbers |= 1 << q;
            w.busy &= ~(1 << q);
            return;
        }
        w.loadPlain(q, 10, POINTER_SPILL);
        touch(q, region.stack() ? 0 : random.between(0, region.bytes() - 8), Size.DOUBLE, region.writable());
    }

    private void difference() {
        int p = hold();
        w.move(p, base());
        int i = index();
        w.alu(W64, AluOp.AND, i, 127);
        w.alu(W64, AluOp.ADD, p, reg(i));
        w.add(p, random.between(-5, 5));
        if (random.chance(50)) {
            w.alu(W64, AluOp.SUB, p, reg(base()));
        } else {
            int e = hold();
            end(e);
            w.alu(W64, AluOp.SUB, e, reg(base()));
            w.move(8, e);
            return;
        }
        w.move(8, p);
    }

    private void context(Label skip) {
        if (!world.isContext()) {
            return;
        }
        switch (random.below(4)) {
            case 0 -> w.load(random.pick(Size.WORD, Size.HALF, Size.BYTE), 8, 6, FuzzWorld.FuzzContext.NUMBER_AT);
            case 1 -> w.store(Size.DOUBLE, 6, FuzzWorld.FuzzContext.WRITABLE_AT, 8);
            case 2 -> w.load(Size.WORD, 9, 6, FuzzWorld.FuzzContext.WORDS_AT + 4 * random.below(4));
            default -> {
                int p = hold();
                w.loadPlain(p, 6, FuzzWorld.FuzzContext.OBJECT_AT);
                if (!bounds.mistake()) {
                    requireNotNull(p, skip);
                }
                w.load(Size.DOUBLE, 9, p, 8);
            }
        }
    }
}
