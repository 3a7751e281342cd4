package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Emits the beginnings of blocks, and with them what counts instructions. A loop has two labels: who enters it comes to
 * the first, where fuel is tested, and who goes round it to the second. A loop that has neither loops nor calls in it is
 * entered with a number of turns for which there is fuel, and left for its first label when they are done:
 *
 * <pre>
 * entry:   if fuel is less than needed: take more
 *          turns = as many as there is fuel for
 * label:   ...
 *          if not condition: goto exit
 *          turns = turns - 1
 *          if turns are left: goto label, else goto entry
 * exit:
 * </pre>
 *
 * In checked code, where turns are long, the fuel of what each executes is taken for all turns as the loop is left, or
 * entered anew; a fault
 * within finds too much of it, which nobody is told. Otherwise each turn would wait for the fuel of the one before.
 *
 * <p>So nothing is called within what HotSpot sees as the loop, and it counts it by its turns, whatever the program counts
 * it by: HotSpot unrolls the loop, and takes out of it tests of what changes by a constant in each turn. For that alone
 * code which is not counted has turns too, in loops that count nothing themselves.
 */
final class JitFuel {
    private static final MethodTypeDesc REFUEL = MethodTypeDesc.of(CD_int, JitTypes.EXECUTION, CD_int, CD_int);

    /** More than there can be in code that is not counted. */
    private static final int TURNS_UNCOUNTED = 1 << 20;

    private final JitMethod m;
    private final CodeBuilder c;
    private final JitLoops loops;
    private final Map<Integer, Label> labels = new HashMap<>(); // of the blocks of this method, by first slots
    private final Map<Integer, Label> entries = new HashMap<>(); // the other label of those that are loops
    private final BitSet uncounted = new BitSet(); // those that have two labels for another reason

    JitFuel(JitMethod method, JitLoops loops, Iterable<JitFunction.Block> blocks) {
        this.m = method;
        this.c = method.c;
        this.loops = loops;
        for (JitFunction.Block block : blocks) {
            labels.put(block.start(), c.newLabel());
            if (isTwice(block.start())) {
                entries.put(block.start(), c.newLabel());
            }
        }
    }

    /** Whether a loop has a first label besides the one for who goes round it. */
    private boolean isTwice(int start) {
        return m.program.counted ? loops.isHeader(start) : loops.turn(start) > 0 && !loops.isCounting(start);
    }

    /** Whether a block is in this method. */
    boolean has(int start) {
        return labels.containsKey(start);
    }

    /** Where a block is entered from outside of the loop that it may begin. */
    Label entry(int start) {
        Label entry = entries.get(start);
        return entry == null ? Objects.requireNonNull(labels.get(start), "jumps lead to blocks") : entry;
    }

    /** Where a block begins for who goes round the loop that begins there. */
    Label label(int start) {
        return Objects.requireNonNull(labels.get(start), "jumps lead to blocks");
    }

    /** Whether an edge goes round a loop, and so is to be tested. */
    boolean isTested(int from, int start) {
        return entries.containsKey(start) && !uncounted.get(start) && loops.isBackEdge(from, start);
    }

    /** Where an edge goes that is not tested. */
    Label untested(int from, int start) {
        return loops.isBackEdge(from, start) ? label(start) : entry(start);
    }

    /** Goes round a loop, or to where it is entered, if there is not fuel for another turn. */
    void goRound(int start, Label label, Label entry) {
        if (loops.turn(start) > 0) {
            c.iinc(JitMethod.TURNS, -1).iload(JitMethod.TURNS).ifgt(label);
            if (paysLater(start)) {
                pay(start, 0);
            }
            c.goto_(entry);
        } else {
            c.iload(JitMethod.FUEL)
                    .loadConstant(loops.need(start))
                    .if_icmpge(label)
                    .goto_(entry);
        }
    }

    /** Begins a block: its labels, and its instructions are taken from the fuel. */
    void begin(JitFunction.Block block) {
        int start = block.start();
        boolean isCounted = m.program.counted && block.insns() > 0;
        c.labelBinding(entry(start));
        if (isCounted && loops.isGate(start)) {
            gate(start);
        }
        if (entries.containsKey(start)) {
            sumUpCounted(block);
            countTurns(start);
            c.labelBinding(label(start));
        } else if (loops.isCounting(start)) {
            sumUp(block);
        }
        if (isCounted && !(loops.isAlways(start) && paysLater(start))) {
            c.iinc(JitMethod.FUEL, -block.insns());
        }
    }

    /**
     * Whether a block is in a loop of long turns, which takes the fuel of what each turn executes for all turns at once, as it is left. In
     * code that is not checked there is no variable for it; a method that begins in the middle of a loop has not counted
     * its turns.
     */
    private boolean paysLater(int start) {
        return m.program.counted && m.program.checked && m.isWhole() && loops.longLoop(start) >= 0;
    }

    /** Whether an edge leaves such a loop. */
    boolean leavesLoop(int from, int start) {
        return paysLater(from) && loops.longLoop(start) != loops.longLoop(from);
    }

    /** Takes the fuel of a loop that is left at the end of a block. */
    void payForLoop(int from) {
        pay(loops.longLoop(from), loops.alwaysUpTo(from));
    }

    /** Takes the fuel of the turns that are done, and of some instructions of the one that is not. */
    private void pay(int header, int insns) {
        c.iload(JitMethod.FUEL);
        c.iload(JitMethod.TURNS_BEFORE).iload(JitMethod.TURNS).isub();
        c.loadConstant(loops.alwaysInTurn(header)).imul().isub();
        c.loadConstant(insns).isub().istore(JitMethod.FUEL);
    }

    /** Before a loop that adds something up; who goes round it does not come here again. */
    private void sumUp(JitFunction.Block block) {
        JitSums sums = JitSums.of(m, block);
        if (sums != null) {
            sums.emit(0);
            entries.put(block.start(), label(block.start()));
            labels.put(block.start(), c.newLabel());
            uncounted.set(block.start());
            c.labelBinding(label(block.start()));
        }
    }

    /** The same where instructions are counted: after the gate, which has made sure of what the loop needs. */
    private void sumUpCounted(JitFunction.Block block) {
        JitSums sums = m.program.counted && loops.isCounting(block.start()) ? JitSums.of(m, block) : null;
        if (sums != null) {
            sums.emit(loops.need(block.start()));
        }
    }

    /** All but the last turn only need their own instructions; the last needs what comes behind the loop too. */
    private void countTurns(int start) {
        int turn = loops.turn(start);
        if (!m.program.counted) {
            c.loadConstant(TURNS_UNCOUNTED).istore(JitMethod.TURNS);
        } else if (turn > 0) {
            c.iload(JitMethod.FUEL).loadConstant(loops.need(start) - turn).isub();
            c.loadConstant(turn).idiv().istore(JitMethod.TURNS);
            if (paysLater(start)) {
                c.iload(JitMethod.TURNS).istore(JitMethod.TURNS_BEFORE);
            }
        } else {
            c.nop(); // HotSpot would take both labels for one place
        }
    }

    private void gate(int start) {
        Label more = c.newLabel();
        Label enough = c.newLabel();
        c.iload(JitMethod.FUEL).loadConstant(loops.need(start)).if_icmplt(more);
        c.labelBinding(enough);
        Label stop = m.stop();
        m.behind(() -> {
            c.labelBinding(more);
            c.aload(JitMethod.EXECUTION).iload(JitMethod.FUEL).loadConstant(loops.need(start));
            c.invokestatic(JitTypes.SUPPORT, "refuel", REFUEL);
            c.dup().istore(JitMethod.FUEL).ifge(enough);
            c.loadConstant(start).istore(JitMethod.STOPPED_AT).goto_(stop);
        });
    }
}
