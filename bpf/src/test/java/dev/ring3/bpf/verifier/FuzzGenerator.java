package dev.ring3.bpf.verifier;

import static dev.ring3.bpf.verifier.FuzzWriter.W32;
import static dev.ring3.bpf.verifier.FuzzWriter.W64;
import static dev.ring3.bpf.verifier.FuzzWriter.reg;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.verifier.FuzzWriter.Label;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes programs that are nearly safe: pieces that compute numbers, bring them into bounds in one of many ways, and
 * access memory by them, now and then with a mistake.
 *
 * <p>In the main function r6 is the block or the context, r7 the block's length or the packet's first byte; r8 and r9 are
 * numbers. In others r6 is 16 bytes of a caller's stack.
 */
final class FuzzGenerator {
    /** So many bytes of memory or packet are there behind the prologue. */
    static final int FIRST_BYTES = 16;

    /** The stack that holds numbers from the start. */
    static final int STACK_BYTES = 64;

    static final int LENT_STACK_BYTES = 16;
    private static final int NESTING_MAX = 3;
    private static final int FUNCTIONS_MAX = 3;

    /** A function to be written. */
    private record Function(Label entry, boolean callback, boolean element, int level) {}

    private final FuzzWorld world;
    private final FuzzRandom random;
    private final FuzzWriter w;
    private final FuzzBounds bounds;
    private final FuzzAccess access;
    private final FuzzCalls calls;
    private final FuzzJoins joins;
    private final List<Function> functions = new ArrayList<>();
    private int mistakesPercent;
    private int stackBytes = STACK_BYTES;
    private boolean main = true;
    private int level;

    private FuzzGenerator(long seed) {
        random = new FuzzRandom(seed);
        world = random.pick(FuzzWorld.ALL);
        mistakesPercent = random.pick(0, 1, 2, 4);
        w = new FuzzWriter(random);
        bounds = new FuzzBounds(w, mistakesPercent);
        access = new FuzzAccess(world, w, bounds);
        calls = new FuzzCalls(world, w, bounds, access);
        joins = new FuzzJoins(world, w, access);
    }

    /** The program of a seed: made anew, or one made anew and then changed; null where it did not become one. */
    static @Nullable FuzzProgram ofSeed(long seed) {
        FuzzRandom random = new FuzzRandom(~seed);
        if (random.chance(60)) {
            return generate(seed);
        }
        FuzzProgram base = generate(random.next());
        return base == null ? null : FuzzMutation.mutate(base, random);
    }

    private static @Nullable FuzzProgram generate(long seed) {
        FuzzGenerator generator = new FuzzGenerator(seed);
        BpfCode code = generator.program();
        return code == null ? null : new FuzzProgram(generator.world, code);
    }

    private @Nullable BpfCode program() {
        prologue();
        pieces(random.between(2, 9), 0);
        end();
        for (int i = 0; i < functions.size(); i++) {
            write(functions.get(i));
        }
        return w.link();
    }

    private void prologue() {
        Label enough = new Label();
        w.move(6, 1);
        if (world.isContext()) {
            w.loadPlain(7, 6, 0);
            w.loadPlain(2, 6, 8);
            w.move(3, 7);
            w.alu(W64, AluOp.ADD, 3, FIRST_BYTES);
            w.jumpIf(W64, Condition.LESS_OR_EQUAL, 3, Register.R2, enough);
        } else {
            w.move(7, 2);
            w.jumpIf(W64, Condition.GREATER_OR_EQUAL, 7, FIRST_BYTES, enough);
        }
        w.alu(W64, AluOp.MOV, 0, 0);
        w.add(new Insn.Exit());
        w.place(enough);
        w.load(random.pick(Size.values()), 8, world.isContext() ? 7 : 6, 8);
        w.load(random.pick(Size.values()), 9, world.isContext() ? 7 : 6, 0);
        initialiseStack();
    }

    private void initialiseStack() {
        for (int at = -stackBytes; at < 0; at += Long.BYTES) {
            if (random.chance(50)) {
                w.storeImmediate(Size.DOUBLE, 10, at, random.below(20) - 2);
            } else {
                w.store(Size.DOUBLE, 10, at, random.pick(8, 9));
            }
        }
    }

    private void end() {
        if (main && world.isContext()) {
            if (random.chance(50) && w.isNumber(8)) {
                w.move(0, 8);
                bounds.bound(0, 3, skipToZero());
            } else {
                w.set(0, random.below(4));
            }
        } else {
            w.move(0, 8);
        }
        w.add(new Insn.Exit());
        if (zero != null) {
            w.place(zero);
            w.set(0, 0);
            w.add(new Insn.Exit());
            zero = null;
        }
    }

    private @Nullable Label zero;

    private Label skipToZero() {
        zero = new Label();
        return zero;
    }

    // Functions.

    private void write(Function function) {
        main = false;
        level = function.level();
        stackBytes = random.pick(0, 16);
        w.numbers = 0;
        w.busy = 0;
        w.place(function.entry());
        if (function.callback()) {
            callback(function.element());
        } else {
            w.move(6, 1);
            w.move(8, 2);
            w.move(9, 3);
            w.numbers = 1 << 8 | 1 << 9;
        }
        initialiseStack();
        access.enterFunction(function.element() ? 7 : -1);
        calls.enterFunction();
        if (function.callback() && random.chance(40)) {
            counted();
        }
        pieces(random.between(1, 4), 1);
        if (function.callback()) {
            w.move(0, 8);
            if (!bounds.mistake()) {
                w.alu(W64, AluOp.AND, 0, random.chance(60) ? 0 : 1);
            }
        } else {
            w.move(0, random.pick(8, 9));
        }
        w.add(new Insn.Exit());
    }

    private void callback(boolean element) {
        if (element) {
            w.move(6, 4);
            w.move(7, 3);
            w.load(Size.WORD, 8, 2, 0);
            w.set(9, 5);
        } else {
            w.move(8, 1);
            w.move(6, 2);
            w.load(random.pick(Size.values()), 9, 6, 8);
        }
        w.numbers = 1 << 8 | 1 << 9;
    }

    /** A number in the callback's context that goes on from round to round, and is trusted. */
    private void counted() {
        int n = w.temporary();
        int p = w.temporary(n);
        Label plus = new Label();
        Label done = new Label();
        w.loadPlain(n, 6, 0);
        w.jumpIf(W64, random.pick(Condition.NOT_EQUAL, Condition.GREATER), n, random.below(3), plus);
        w.jumpIf(W64, random.pick(Condition.values()), 9, random.below(100), plus);
        w.set(n, random.between(0, 40));
        w.jump(done);
        w.place(plus);
        w.alu(W64, AluOp.ADD, n, random.between(1, 12));
        if (random.chance(30)) {
            w.alu(W64, AluOp.AND, n, 31);
        }
        w.place(done);
        w.store(Size.DOUBLE, 6, 0, n);
        w.mapValue(p, FuzzWorld.ARRAY, 0);
        w.alu(W64, AluOp.ADD, p, reg(n));
        w.busy = 1 << p;
        access.touch(p, random.below(8), Size.BYTE, true);
        w.busy = 0;
        w.lost(p);
        w.numbers &= ~0b11_1111;
    }

    private Label function(boolean callback, boolean element) {
        Label entry = new Label();
        functions.add(new Function(entry, callback, element, level + 1));
        return entry;
    }

    // Pieces.

    private void pieces(int count, int nesting) {
        for (int i = 0; i < count && w.size() < 160; i++) {
            piece(nesting);
        }
    }

    private void piece(int nesting) {
        int kind = random.below(100);
        if (kind < 14) {
            arithmetic();
        } else if (kind < 20) {
            stack();
        } else if (kind < 42) {
            access.inRegion();
        } else if (kind < 58) {
            if (main) {
                access.inPacket();
            } else {
                access.inRegion();
            }
        } else if (kind < 66 && nesting < NESTING_MAX) {
            branch(nesting);
        } else if (kind < 72 && nesting < NESTING_MAX) {
            loop(nesting);
        } else if (kind < 78) {
            call();
        } else if (kind < 82 && main) {
            access.pointers();
        } else if (kind < 90 && main) {
            joins.write();
        } else {
            calls.write();
        }
    }

    private int number() {
        int known = w.someNumber();
        if (known >= 0 && random.chance(70)) {
            return known;
        }
        int dst = w.temporary();
        number(dst);
        return dst;
    }

    private void number(int dst) {
        switch (random.below(4)) {
            case 0 -> w.set(dst, random.number());
            case 1 -> w.move(dst, random.pick(8, 9));
            case 2 -> {
                if (stackBytes > 0) {
                    Size size = random.pick(Size.values());
                    w.load(size, dst, 10, -stackBytes + random.below(stackBytes / size.bytes()) * size.bytes());
                } else {
                    w.set(dst, 7);
                }
            }
            default -> w.set(dst, random.below(70));
        }
        w.numbers |= 1 << dst;
    }

    private void packetInstruction() {
        Size size = random.pick(Size.BYTE, Size.HALF, Size.WORD);
        if (random.chance(50)) {
            w.add(new Insn.LoadPacketAbsolute(size, random.below(20)));
        } else {
            w.add(new Insn.LoadPacketIndirect(size, reg(number()), random.below(4)));
        }
        w.numbers |= 1;
    }

    private void arithmetic() {
        if (world.equals(FuzzWorld.TRUSTED) && random.chance(15)) {
            packetInstruction();
        }
        for (int i = random.between(1, 3); i > 0; i--) {
            int dst = random.chance(35) ? random.pick(8, 9) : w.temporary();
            if (!w.isNumber(dst)) {
                number(dst);
            }
            Width width = random.chance(60) ? W64 : W32;
            AluOp op = random.pick(AluOp.values());
            if (op == AluOp.MOV && random.chance(50)) {
                op = AluOp.AND;
            }
            int right = number();
            if (random.chance(55)) {
                boolean shift = op == AluOp.LSH || op == AluOp.RSH || op == AluOp.ARSH;
                int value = shift ? random.below(width.bits()) : (int) random.number();
                w.alu(width, op, dst, value);
            } else {
                w.alu(width, op, dst, reg(right));
            }
        }
    }

    private void stack() {
        if (stackBytes == 0) {
            return;
        }
        int source = number();
        Size size = random.pick(Size.values());
        int at = -stackBytes + random.below(stackBytes / size.bytes()) * size.bytes();
        if (random.chance(70)) {
            w.store(size, 10, at, source);
        } else {
            w.storeImmediate(size, 10, at, (int) random.number());
        }
        if (random.chance(70)) {
            Size read = random.pick(Size.values());
            w.load(read, w.temporary(), 10, (at & -read.bytes()));
        }
    }

    private Insn.JumpIf condition() {
        int left = number();
        Width width = random.pick(Width.values());
        Condition condition = random.pick(Condition.values());
        if (random.chance(60)) {
            return new Insn.JumpIf(
                    width, condition, reg(left), new dev.ring3.bpf.insn.Immediate((int) random.number()), 0);
        }
        return new Insn.JumpIf(width, condition, reg(left), reg(number()), 0);
    }

    /** Two arms that leave different numbers, so that states differ where they join. */
    private void branch(int nesting) {
        Label otherwise = new Label();
        Label end = new Label();
        Insn.JumpIf condition = condition();
        w.add(condition, otherwise);
        int before = w.numbers;
        arm(nesting);
        int first = w.numbers;
        if (random.chance(60)) {
            w.jump(end);
            w.place(otherwise);
            w.numbers = before;
            arm(nesting);
            w.place(end);
            w.numbers &= first;
        } else {
            w.place(otherwise);
            w.numbers &= before;
        }
    }

    private void arm(int nesting) {
        if (random.chance(50)) {
            w.set(random.pick(8, 9), random.chance(70) ? random.below(50) : random.number());
        }
        if (random.chance(60)) {
            pieces(random.between(0, 2), nesting + 1);
        }
        if (random.chance(10)) {
            Label next = new Label();
            w.add(condition(), next);
            w.set(0, 0);
            w.add(new Insn.Exit());
            w.place(next);
        }
    }

    private void loop(int nesting) {
        int counter = random.pick(8, 9);
        int trips = random.between(1, 9);
        Label top = new Label();
        Label end = new Label();
        Width width = random.chance(70) ? W64 : W32;
        int kind = random.below(4);
        if (kind == 0) {
            bounds.bound(counter, trips, end);
        } else {
            w.set(counter, kind == 1 ? trips : 0);
        }
        w.place(top);
        int before = w.numbers;
        if (kind == 3) {
            w.add(new Insn.MayGoto(0), end);
            if (random.chance(70)) {
                w.jumpIf(width, Condition.GREATER_OR_EQUAL, counter, trips, end);
            }
        } else if (kind == 2) {
            int limit = number();
            if (limit != counter && random.chance(30)) {
                w.jumpIf(width, Condition.GREATER_OR_EQUAL, counter, reg(limit), end);
            }
            w.jumpIf(width, Condition.GREATER_OR_EQUAL, counter, trips, end);
        }
        access.byCounter(counter, trips);
        pieces(random.between(0, 1), nesting + 1);
        w.numbers &= before;
        if (kind < 2) {
            w.alu(width, AluOp.SUB, counter, 1);
            w.jumpIf(width, kind == 0 ? Condition.SIGNED_GREATER : Condition.NOT_EQUAL, counter, 0, top);
        } else {
            w.alu(width, AluOp.ADD, counter, 1);
            w.jump(top);
        }
        w.place(end);
        w.numbers &= before;
        w.numbers |= 1 << counter;
    }

    // Calls of functions of the program.

    private void call() {
        if (level >= 2 || functions.size() >= FUNCTIONS_MAX || stackBytes < LENT_STACK_BYTES) {
            return;
        }
        int kind = random.below(4);
        int at = -stackBytes;
        if (kind < 2) {
            localCall(at);
        } else if (kind == 2) {
            loopCall(at);
        } else {
            w.map(1, FuzzWorld.ARRAY);
            w.function(2, function(true, true));
            w.move(3, 10);
            w.alu(W64, AluOp.ADD, 3, at);
            w.set(4, 0);
            w.helper(FuzzWorld.FOR_EACH, true);
        }
        w.numbers |= 1;
        if (random.chance(40)) {
            w.move(random.pick(8, 9), 0);
        }
    }

    private void localCall(int at) {
        w.move(3, number());
        w.numbers |= 1 << 3;
        w.busy |= 1 << 3;
        w.move(2, random.pick(8, 9));
        w.numbers |= 1 << 2;
        if (random.chance(50)) {
            w.alu(W64, AluOp.AND, 2, 15);
        }
        w.busy = 0;
        w.move(1, 10);
        w.alu(W64, AluOp.ADD, 1, at);
        w.add(new Insn.CallLocal(0), function(false, false));
        w.called(true);
    }

    private void loopCall(int at) {
        Label end = new Label();
        if (random.chance(50)) {
            w.storeImmediate(Size.DOUBLE, 10, at, random.below(3));
        }
        if (random.chance(60)) {
            w.set(1, random.between(0, 6));
        } else {
            w.move(1, 8);
            bounds.bound(1, 15, end);
        }
        w.function(2, function(true, false));
        w.move(3, 10);
        w.alu(W64, AluOp.ADD, 3, at);
        w.set(4, 0);
        w.helper(FuzzWorld.LOOP, true);
        w.place(end);
        w.set(0, 1);
    }
}
