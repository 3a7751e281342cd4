package dev.ring3.bpf.verifier;

import static dev.ring3.bpf.verifier.FuzzWriter.W64;
import static dev.ring3.bpf.verifier.FuzzWriter.reg;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.verifier.FuzzWriter.Label;

/** Calls of functions of the host, with what their contracts ask for, nearly always. */
final class FuzzCalls {
    /** Stack that is not initialised, for the host to fill. */
    private static final int OUTPUT = -112;

    private static final int OUTPUT_BYTES = 24;
    private static final int ITERATOR = -120;
    private static final int RESOURCE = -128;

    private final FuzzWorld world;
    private final FuzzWriter w;
    private final FuzzRandom random;
    private final FuzzBounds bounds;
    private final FuzzAccess access;
    private boolean main = true;

    FuzzCalls(FuzzWorld world, FuzzWriter writer, FuzzBounds bounds, FuzzAccess access) {
        this.world = world;
        this.w = writer;
        this.random = writer.random;
        this.bounds = bounds;
        this.access = access;
    }

    /** What follows is in another function. */
    void enterFunction() {
        main = false;
    }

    void write() {
        Label skip = new Label();
        int before = w.numbers;
        switch (random.below(9)) {
            case 0 -> read(skip);
            case 1 -> fill();
            case 2 -> object(skip);
            case 3 -> reserved(skip);
            case 4 -> locked(skip);
            case 5 -> iterator();
            case 6 -> small();
            case 7 -> update();
            default -> {
                if (world.isContext() && main) {
                    w.move(1, 6);
                    w.map(2, FuzzWorld.PROGRAMS);
                    w.set(3, random.below(4));
                    w.helper(FuzzWorld.TAIL_CALL, false);
                } else {
                    w.helper(FuzzWorld.RANDOM, true);
                    w.move(8, 0);
                }
            }
        }
        w.busy = 0;
        w.numbers &= before;
        w.place(skip);
    }

    private void size(int register, long max, Label skip) {
        if (random.chance(50)) {
            w.set(register, bounds.mistake() ? max + 1 : random.between(1, (int) max));
        } else {
            w.move(register, random.pick(8, 9));
            w.numbers |= 1 << register;
            bounds.bound(register, max, skip);
        }
    }

    /** The host reads memory, or changes it. */
    private void read(Label skip) {
        FuzzAccess.Region region = access.region(skip);
        int p = region.pointer();
        if (p != 1) {
            w.move(1, p);
            w.lost(1);
            w.busy = 1 << 1;
        }
        int room = region.bytes();
        if (random.chance(40)) {
            int i = access.index();
            int half = room / 2;
            bounds.bound(i, half, skip);
            w.alu(W64, AluOp.ADD, 1, reg(i));
            room -= half;
        }
        size(2, room, skip);
        boolean change = region.writable() && random.chance(50);
        if (change && !bounds.mistake()) {
            w.jumpIf(W64, Condition.EQUAL, 2, 0, skip);
        }
        w.helper(change ? FuzzWorld.CHANGE : FuzzWorld.READ, true);
        w.move(random.pick(8, 9), 0);
    }

    /** The host fills stack that was not written, which is then read. */
    private void fill() {
        w.move(1, 10);
        w.alu(W64, AluOp.ADD, 1, OUTPUT);
        w.lost(1);
        w.busy |= 1 << 1;
        int filled = OUTPUT_BYTES;
        if (random.chance(50)) {
            w.helper(FuzzWorld.FILL_FIXED, true);
        } else {
            filled = random.between(1, OUTPUT_BYTES);
            w.set(2, filled);
            w.helper(FuzzWorld.FILL, true);
        }
        w.busy = 0;
        Size size = random.pick(Size.values());
        int last = filled / size.bytes() - (bounds.mistake() ? 0 : 1);
        if (last >= 0) {
            w.load(size, 8, 10, OUTPUT + random.between(0, last) * size.bytes());
        }
    }

    private void object(Label skip) {
        w.set(1, 0);
        w.helper(FuzzWorld.ACQUIRE, false);
        access.requireNotNull(0, skip);
        if (random.chance(40)) {
            w.store(Size.DOUBLE, 10, RESOURCE, 0);
        }
        int copy = random.between(1, 4);
        w.move(copy, 0);
        w.lost(copy);
        w.busy |= 1 | 1 << copy;
        w.load(Size.WORD, 8, 0, 0);
        if (random.chance(30)) {
            access.requireNotNull(copy, skip);
        }
        if (!bounds.mistake()) {
            w.move(1, copy);
            w.helper(FuzzWorld.RELEASE, false);
        }
        if (bounds.mistake()) {
            w.loadPlain(1, 10, RESOURCE);
            w.helper(FuzzWorld.RELEASE, false);
        }
    }

    private void reserved(Label skip) {
        int bytes = random.between(8, 40);
        w.map(1, FuzzWorld.RING);
        w.set(2, bytes);
        w.set(3, 0);
        w.helper(FuzzWorld.RESERVE, false);
        access.requireNotNull(0, skip);
        w.busy |= 1;
        w.storeImmediate(Size.BYTE, 0, bytes - 1 + (bounds.mistake() ? 1 : 0), 3);
        if (random.chance(60)) {
            Label missed = new Label();
            int i = access.index(0);
            int p = w.temporary(i);
            bounds.bound(i, bytes - 4, missed);
            w.move(p, 0);
            w.alu(W64, AluOp.ADD, p, reg(i));
            w.lost(p);
            w.storeImmediate(Size.WORD, p, 0, 7);
            w.place(missed);
        }
        w.move(1, 0);
        w.set(2, 0);
        w.helper(random.pick(FuzzWorld.SUBMIT, FuzzWorld.DISCARD), false);
    }

    private void locked(Label skip) {
        w.storeImmediate(Size.WORD, 10, OUTPUT, random.below(3));
        w.move(2, 10);
        w.alu(W64, AluOp.ADD, 2, OUTPUT);
        w.map(1, FuzzWorld.LOCKED);
        w.helper(FuzzWorld.LOOKUP, false);
        access.requireNotNull(0, skip);
        w.store(Size.DOUBLE, 10, RESOURCE, 0);
        w.move(1, 0);
        w.alu(W64, AluOp.ADD, 1, FuzzWorld.LOCK_OFFSET);
        w.helper(FuzzWorld.LOCK, false);
        w.loadPlain(1, 10, RESOURCE);
        w.storeImmediate(Size.WORD, 1, random.pick(0, 4, 12, 16, bounds.mistake() ? 8 : 20), 1);
        w.alu(W64, AluOp.ADD, 1, FuzzWorld.LOCK_OFFSET);
        if (!bounds.mistake()) {
            w.helper(FuzzWorld.UNLOCK, false);
        }
    }

    private void iterator() {
        Label top = new Label();
        Label end = new Label();
        w.move(1, 10);
        w.alu(W64, AluOp.ADD, 1, ITERATOR);
        w.set(2, random.below(4));
        w.set(3, random.between(0, 8));
        w.helper(FuzzWorld.ITERATOR_NEW, true);
        w.place(top);
        w.move(1, 10);
        w.alu(W64, AluOp.ADD, 1, ITERATOR);
        w.helper(FuzzWorld.ITERATOR_NEXT, false);
        w.jumpIf(W64, Condition.EQUAL, 0, 0, end);
        w.load(Size.WORD, random.pick(8, 9), 0, 0);
        if (random.chance(70)) {
            access.inRegion();
        }
        w.jump(top);
        w.place(end);
        if (!bounds.mistake()) {
            w.move(1, 10);
            w.alu(W64, AluOp.ADD, 1, ITERATOR);
            w.helper(FuzzWorld.ITERATOR_DESTROY, false);
        }
    }

    /** A number whose range the contract says is an index. */
    private void small() {
        w.set(1, 1);
        w.helper(FuzzWorld.SMALL_NUMBER, true);
        int p = w.temporary(0);
        w.mapValue(p, FuzzWorld.ARRAY, 0);
        w.busy |= 1 << p | 1;
        int extra = -FuzzWorld.SMALL_NUMBER_MIN - (bounds.mistake() ? 1 : 0);
        w.alu(W64, AluOp.ADD, p, reg(0));
        int bytes = 48 - FuzzWorld.SMALL_NUMBER_MAX;
        Size size = random.pick(Size.values());
        access.touch(p, random.chance(50) ? extra : bytes - size.bytes() + (bounds.mistake() ? 1 : 0), size, true);
    }

    private void update() {
        if (!main) {
            return;
        }
        w.map(1, FuzzWorld.ARRAY);
        w.move(2, 10);
        w.alu(W64, AluOp.ADD, 2, -64);
        w.move(3, 10);
        w.alu(W64, AluOp.ADD, 3, -56 + (bounds.mistake() ? 16 : 0));
        w.set(4, 0);
        w.lost(2);
        w.lost(3);
        w.helper(FuzzWorld.UPDATE, true);
    }
}
