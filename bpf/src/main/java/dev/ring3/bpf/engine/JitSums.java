package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Emits loops that add up bytes or halves in a row, as checksums do, eight bytes at a time: HotSpot vectorizes that,
 * where it does not widen what a loop loads. The loop itself follows, for the last turn and what else is left.
 *
 * <pre>
 * total = 0
 * while (the turn that takes the last of the next eight bytes is not the loop's last)
 *     total += both halves of the sums of what is in the eight bytes
 *     the counters go on by so many turns
 * sum += the low half of total + its high half
 * </pre>
 *
 * Both halves of the total have 32 bits, which is enough for {@link #GROUPS_MAX}. Nothing may stop the loop in between,
 * and what the turns would load they must be allowed to load: so it is in verified code that is not counted. In checked
 * code there are as many such turns as there is fuel for, and none unless all that they load is in what the program was
 * called with; where that is not so, the loop itself faults or stops where it is to.
 */
final class JitSums {
    /** Of halves, each of which adds twice 0xffff to a half of the total. */
    private static final long GROUPS_MAX = (1L << Integer.SIZE) / (2 * 0xffff);

    /** What is added to a counter before it is compared: enough for what loops look like, and no sum of ints overflows. */
    private static final long CONSTANT_MAX = 1 << 16;

    private static final MethodTypeDesc GROUPS =
            MethodTypeDesc.of(CD_int, CD_int, CD_int, CD_int, CD_int, CD_int, CD_long, CD_long, CD_long);

    private static final long BYTES = 0x00ff00ff_00ff00ffL;
    private static final long HALVES = 0x0000ffff_0000ffffL;

    private final JitMethod m;
    private final CodeBuilder c;
    private final JitTurn turn;
    private final Insn.JumpIf jump;
    private final JitTurn.Sum counter;
    private final Insn.Load load;
    private final JitTurn.Sum place;
    private final Insn.Alu addition;
    private final int insnsOfTurn;

    private JitSums(JitMethod method, JitTurn turn, Insn.JumpIf jump, JitTurn.Sum counter, int insnsOfTurn) {
        this.insnsOfTurn = insnsOfTurn;
        this.m = method;
        this.c = method.c;
        this.turn = turn;
        this.jump = jump;
        this.counter = counter;
        this.load = Objects.requireNonNull(turn.load());
        this.place = Objects.requireNonNull(turn.place());
        this.addition = Objects.requireNonNull(turn.addition());
    }

    /** What comes before the loop that a block is, or null if it adds nothing up. */
    static @Nullable JitSums of(JitMethod method, JitFunction.Block block) {
        JitFunction function = method.function;
        if (method.program.counted != method.program.checked || block.insns() == 0) {
            return null;
        }
        int last = function.lastSlot(block);
        if (!(function.code.at(last) instanceof Insn.JumpIf jump)
                || JitFunction.target(jump, last) != block.start()
                || last == block.start()) {
            return null;
        }
        JitState before = method.ranges.before(block);
        JitTurn turn = JitTurn.of(function.code, block.start(), last, method.ranges, before);
        JitTurn.Sum counter = turn == null ? null : turn.after(jump.left());
        if (turn == null
                || turn.load() == null
                || counter == null
                || counter.registers().size() != 1) {
            return null;
        }
        JitSums sums = new JitSums(method, turn, jump, counter, block.insns());
        return sums.isPossible(before) ? sums : null;
    }

    private boolean isPossible(JitState before) {
        int register = counter.registers().getFirst().number();
        long step = turn.stepOf(counter);
        JitRange range = before.range(register).plus(JitRange.of(counter.constant()));
        JitRange end = JitRanges.operand(jump.right(), before);
        return (load.size() == Size.BYTE || load.size() == Size.HALF)
                && !load.signed()
                && turn.stepOf(place) == load.size().bytes()
                && turn.isFixed(jump.right())
                && JitKinds.isInt(m.ints, register)
                && step > 0
                && counter.constant() >= 0
                && counter.constant() <= CONSTANT_MAX
                && range.isPositiveInt()
                && end.isPositiveInt()
                && isLess(range, end)
                && range.high() + step * Long.BYTES <= JitRange.INT_MAX
                && (range.high() - range.low()) / (step * group()) < GROUPS_MAX;
    }

    /** Whether the loop goes on as long as its counter is less than its end. */
    private boolean isLess(JitRange counter, JitRange end) {
        return switch (jump.condition()) {
            case LESS, SIGNED_LESS -> true;
            case NOT_EQUAL -> counter.high() <= end.low();
            case EQUAL,
                    BITS_SET,
                    GREATER,
                    GREATER_OR_EQUAL,
                    LESS_OR_EQUAL,
                    SIGNED_GREATER,
                    SIGNED_GREATER_OR_EQUAL,
                    SIGNED_LESS_OR_EQUAL -> false;
        };
    }

    /** How many turns load eight bytes. */
    private int group() {
        return Long.BYTES / load.size().bytes();
    }

    /** @param needed the fuel that the loop itself is to find, in code that is counted */
    void emit(int needed) {
        Label next = c.newLabel();
        Label done = c.newLabel();
        c.lconst_0().lstore(JitMethod.TOTAL);
        m.pushInt(jump.right());
        c.loadConstant((int) (counter.constant() + turn.stepOf(counter) * (group() - 1)));
        c.isub().istore(JitMethod.LIMIT); // HotSpot counts a loop by what it compares with what does not change
        if (m.program.counted) {
            limitToWhatIsAllowed(needed);
        }
        c.labelBinding(next);
        m.pushInt(counter.registers().getFirst().number());
        c.iload(JitMethod.LIMIT).if_icmpge(done);
        addGroup();
        for (Register register : Register.values()) {
            advance(register.number(), turn.stepOf(register) * group());
        }
        c.goto_(next);
        c.labelBinding(done);
        addTotal();
    }

    /** Takes the fuel of the turns that are made here, and lowers the limit if there are fewer of them. */
    private void limitToWhatIsAllowed(int needed) {
        int counterRegister = counter.registers().getFirst().number();
        int step = (int) turn.stepOf(counter) * group();
        m.pushInt(counterRegister);
        c.iload(JitMethod.LIMIT).loadConstant(step);
        c.iload(JitMethod.FUEL).loadConstant(needed).isub();
        c.loadConstant(insnsOfTurn * group());
        pushPlace();
        c.lload(JitMethod.ENTRY_START).lload(JitMethod.ENTRY_BYTES);
        c.invokestatic(JitTypes.SUPPORT, "groups", GROUPS).istore(JitMethod.GROUPS);
        c.iload(JitMethod.FUEL);
        c.iload(JitMethod.GROUPS).loadConstant(insnsOfTurn * group()).imul();
        c.isub().istore(JitMethod.FUEL);
        m.pushInt(counterRegister);
        c.iload(JitMethod.GROUPS).loadConstant(step).imul();
        c.iadd().istore(JitMethod.LIMIT);
    }

    private void pushPlace() {
        c.loadConstant(place.constant());
        for (Register register : place.registers()) {
            m.pushLong(register.number());
            c.ladd();
        }
    }

    private void addGroup() {
        c.getstatic(JitTypes.MEMORY, "SEGMENT", JitTypes.SEGMENT);
        c.getstatic(JitTypes.LAYOUT, JitTypes.layoutName(Long.BYTES), JitTypes.layout(Long.BYTES));
        pushPlace();
        c.invokeinterface(JitTypes.SEGMENT, "get", MethodTypeDesc.of(CD_long, JitTypes.layout(Long.BYTES), CD_long));
        if (load.size() == Size.BYTE) {
            addNeighbours(Byte.SIZE, BYTES);
        }
        addNeighbours(Short.SIZE, HALVES);
        c.lload(JitMethod.TOTAL).ladd().lstore(JitMethod.TOTAL);
    }

    /** Of a long on the stack: each field of some bits to the one above, both in the space of both. */
    private void addNeighbours(int bits, long mask) {
        c.dup2().loadConstant(mask).land().lstore(JitMethod.SCRATCH);
        c.loadConstant(bits).lushr().loadConstant(mask).land();
        c.lload(JitMethod.SCRATCH).ladd();
    }

    private void advance(int register, long by) {
        if (by == 0) {
            return;
        }
        if (JitKinds.isInt(m.ints, register)) {
            c.iload(JitMethod.intVariable(register)).loadConstant((int) by).iadd();
            c.istore(JitMethod.intVariable(register));
        } else {
            c.lload(JitMethod.longVariable(register)).loadConstant(by).ladd();
            c.lstore(JitMethod.longVariable(register));
        }
    }

    private void addTotal() {
        int register = addition.dst().number();
        c.lload(JitMethod.TOTAL).loadConstant(JitRange.UNSIGNED_INT_MAX).land();
        c.lload(JitMethod.TOTAL).loadConstant(Integer.SIZE).lushr().ladd();
        if (JitKinds.isInt(m.ints, register)) {
            c.l2i().iload(JitMethod.intVariable(register)).iadd().istore(JitMethod.intVariable(register));
        } else {
            c.lload(JitMethod.longVariable(register)).ladd().lstore(JitMethod.longVariable(register));
        }
    }
}
