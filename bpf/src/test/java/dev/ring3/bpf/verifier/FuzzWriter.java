package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes instructions one after the other, with labels, and knows which registers hold numbers. */
final class FuzzWriter {
    static final Width W64 = Width.BITS_64;
    static final Width W32 = Width.BITS_32;

    /** A place in the code. */
    static final class Label {
        FuzzCode.@Nullable Item item;
    }

    final FuzzRandom random;
    private final FuzzCode code = FuzzCode.empty();
    private final Map<FuzzCode.Item, Label> aims = new HashMap<>();
    private final List<Label> pending = new ArrayList<>();
    private final List<Label> later = new ArrayList<>();

    /** The registers that hold numbers, a bit each. */
    int numbers;

    /** Those of r0 to r5 that are no temporaries for the moment. */
    int busy;

    FuzzWriter(FuzzRandom random) {
        this.random = random;
    }

    @Nullable
    BpfCode link() {
        aims.forEach((item, label) -> item.target = label.item);
        return code.link();
    }

    int size() {
        return code.items.size();
    }

    /** A label behind the next instruction. */
    Label afterNext() {
        Label label = new Label();
        later.add(label);
        return label;
    }

    // Instructions.

    void add(Insn insn) {
        FuzzCode.Item item = new FuzzCode.Item(insn, null);
        code.items.add(item);
        pending.forEach(label -> label.item = item);
        pending.clear();
        pending.addAll(later);
        later.clear();
    }

    void add(Insn insn, Label target) {
        add(insn);
        aims.put(code.items.getLast(), target);
    }

    void place(Label label) {
        pending.add(label);
    }

    static Register reg(int number) {
        return Register.of(number);
    }

    void alu(Width width, AluOp op, int dst, int value) {
        add(new Insn.Alu(width, op, reg(dst), new Immediate(value)));
    }

    void alu(Width width, AluOp op, int dst, Register source) {
        add(new Insn.Alu(width, op, reg(dst), source));
    }

    void move(int dst, int source) {
        alu(W64, AluOp.MOV, dst, reg(source));
    }

    void set(int dst, long value) {
        if (value == (int) value && random.chance(85)) {
            alu(value >= 0 && random.chance(30) ? W32 : W64, AluOp.MOV, dst, (int) value);
        } else {
            add(Insn.LoadWide.of(reg(dst), value));
        }
        numbers |= 1 << dst;
    }

    void add(int dst, long value) {
        if (random.chance(50) && value != Integer.MIN_VALUE) {
            alu(W64, AluOp.SUB, dst, (int) -value);
        } else {
            alu(W64, AluOp.ADD, dst, (int) value);
        }
    }

    void jump(Label target) {
        add(random.chance(80) ? new Insn.Jump(0) : new Insn.JumpLong(0), target);
    }

    void jumpIf(Width width, Condition condition, int left, long right, Label target) {
        jumpIf(width, condition, left, new Immediate((int) right), target);
    }

    void jumpIf(Width width, Condition condition, int left, Operand right, Label target) {
        add(new Insn.JumpIf(width, condition, reg(left), right, 0), target);
    }

    void load(Size size, int dst, int base, int offset) {
        boolean signed = size != Size.DOUBLE && random.chance(12);
        add(new Insn.Load(size, signed, reg(dst), reg(base), offset));
        numbers |= 1 << dst;
    }

    void loadPlain(int dst, int base, int offset) {
        add(new Insn.Load(Size.DOUBLE, false, reg(dst), reg(base), offset));
    }

    void store(Size size, int base, int offset, int source) {
        add(new Insn.Store(size, reg(base), offset, reg(source)));
    }

    void storeImmediate(Size size, int base, int offset, int value) {
        add(new Insn.Store(size, reg(base), offset, new Immediate(value)));
    }

    void mapValue(int dst, int map, int offset) {
        add(new Insn.LoadWide(reg(dst), WideSource.MAP_VALUE_BY_INDEX, map, offset));
        lost(dst);
    }

    void map(int dst, int map) {
        add(new Insn.LoadWide(reg(dst), WideSource.MAP_BY_INDEX, map, 0));
        lost(dst);
    }

    void function(int dst, Label entry) {
        add(new Insn.LoadWide(reg(dst), WideSource.CODE, 0, 0), entry);
        lost(dst);
    }

    /** A call of the host; r0 is a number afterwards, if it is one. */
    void helper(int number, boolean givesNumber) {
        if (number >= FuzzWorld.ITERATOR_NEW) {
            add(new Insn.CallHost(number - FuzzWorld.ITERATOR_NEW + 1));
        } else if (random.chance(4)) {
            set(0, number);
            add(new Insn.CallRegister(Register.R0));
        } else {
            add(new Insn.CallHelper(number));
        }
        called(givesNumber);
    }

    void called(boolean givesNumber) {
        numbers &= ~0b11_1111;
        numbers |= givesNumber ? 1 : 0;
    }

    // What registers hold.

    void lost(int register) {
        numbers &= ~(1 << register);
    }

    boolean isNumber(int register) {
        return (numbers >> register & 1) != 0;
    }

    /** A register that can be written, of r0 to r5, and not one of these. */
    int temporary(int... others) {
        while (true) {
            int register = random.below(6);
            boolean free = (busy >> register & 1) == 0;
            for (int other : others) {
                free &= other != register;
            }
            if (free) {
                return register;
            }
        }
    }

    /** A register with a number, or -1. */
    int someNumber() {
        int count = Integer.bitCount(numbers);
        if (count == 0) {
            return -1;
        }
        int skip = random.below(count);
        for (int i = 0; i < 10; i++) {
            if (isNumber(i) && skip-- == 0) {
                return i;
            }
        }
        return -1;
    }
}
