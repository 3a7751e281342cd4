package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of all registers before each instruction of a function: abstract interpretation to a fixed point, with the
 * function's own constants as the steps in which ranges widen around loops.
 */
final class JitRanges {
    private static final boolean LITTLE_ENDIAN_HOST = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    /** How often a loop is entered before its ranges widen, and before they widen to everything at once. */
    private static final int VISITS_EXACT = 3;

    private static final int VISITS_MAX = 60;
    private static final int STEPS_MAX = 400;

    private final JitFunction function;
    private final JitLoops loops;
    private final JitPieces pieces;
    private final ProgramImage image;
    private final Map<Integer, JitState> before = new HashMap<>(); // by the first slot of a block
    private final Map<Integer, Integer> visits = new HashMap<>();
    private final Map<Integer, JitFunction.Block> blocks = new HashMap<>();
    private final TreeSet<Long> steps = new TreeSet<>();
    private final PriorityQueue<Integer> open = new PriorityQueue<>();

    JitRanges(JitFunction function, JitLoops loops, JitPieces pieces, ProgramImage image, JitState entry) {
        this.function = function;
        this.loops = loops;
        this.pieces = pieces;
        this.image = image;
        function.blocks.forEach(block -> blocks.put(block.start(), block));
        collectSteps();
        before.put(function.entry, entry);
        open.add(function.entry);
        while (!open.isEmpty()) {
            int start = open.poll();
            while (!open.isEmpty() && open.peek() == start) {
                open.poll();
            }
            flow(Objects.requireNonNull(blocks.get(start), "jumps lead to blocks"));
        }
    }

    /** What is known before a block. */
    JitState before(JitFunction.Block block) {
        JitState state = before.get(block.start());
        return state == null ? new JitState(pieces.all.size()) : state.copy();
    }

    private void collectSteps() {
        for (int bits = 0; bits < Long.SIZE; bits++) {
            steps.add((1L << bits) - 1);
        }
        for (JitFunction.Block block : function.blocks) {
            for (int slot = block.start(); slot < block.end() && steps.size() < STEPS_MAX; ) {
                Insn insn = function.code.at(slot);
                if (insn instanceof Insn.JumpIf jump && jump.right() instanceof Immediate(int value)) {
                    addSteps(value);
                } else if (insn instanceof Insn.Alu alu && alu.source() instanceof Immediate(int value)) {
                    addSteps(value);
                }
                slot += insn.slots();
            }
        }
    }

    private void addSteps(long value) {
        steps.add(value - 1L);
        steps.add(value);
        steps.add(value + 1L);
    }

    private void flow(JitFunction.Block block) {
        JitState state = before(block);
        Insn last = new Insn.Exit();
        int lastSlot = -1;
        for (int slot = block.start(); slot < block.end(); ) {
            last = function.code.at(slot);
            lastSlot = slot;
            apply(last, slot, state);
            slot += last.slots();
        }
        if (last instanceof Insn.JumpIf jump) {
            JitState taken = state.copy();
            JitConditions.assume(jump, jump.condition(), taken);
            reach(lastSlot + 1 + jump.offset(), taken);
            JitConditions.assume(jump, JitConditions.negated(jump.condition()), state);
            reach(block.end(), state);
            return;
        }
        for (int successor : function.successors(block)) {
            reach(successor, state);
        }
    }

    private void reach(int start, JitState state) {
        JitState known = before.get(start);
        if (known == null) {
            before.put(start, state.copy());
            open.add(start);
            return;
        }
        int visit = loops.isCycleEntry(start) ? visits.merge(start, 1, Integer::sum) : 0;
        boolean changed = known.entryBytesMin > state.entryBytesMin;
        known.entryBytesMin = Math.min(known.entryBytesMin, state.entryBytesMin);
        for (int register = 0; register < known.ranges.length; register++) {
            int merged = -1 - (start * JitState.IDS_PER_SLOT + register);
            if (known.ids[register] != merged
                    && (known.ids[register] != state.ids[register]
                            || known.deltas[register] != state.deltas[register])) {
                known.ids[register] = merged;
                known.deltas[register] = 0;
                changed = true;
            }
            JitRange old = known.ranges[register];
            JitRange joined = joined(old, state.ranges[register], visit);
            JitPointer place = known.pointers[register];
            JitPointer joinedPlace = joined(place, state.pointers[register], visit);
            changed |= !joined.equals(old) || !Objects.equals(place, joinedPlace);
            known.ranges[register] = joined;
            known.pointers[register] = joinedPlace;
        }
        if (changed) {
            open.add(start);
        }
    }

    private JitRange joined(JitRange old, JitRange other, int visit) {
        JitRange joined = old.join(other);
        return joined.equals(old) || visit < VISITS_EXACT ? joined : widened(old, joined, visit);
    }

    private @Nullable JitPointer joined(@Nullable JitPointer old, @Nullable JitPointer other, int visit) {
        if (old == null || other == null) {
            return null;
        }
        boolean sameArea = old.area() == other.area() && old.area() != JitPointer.Area.OWN;
        return sameArea
                ? new JitPointer(old.area(), joined(old.offset(), other.offset(), visit))
                : JitPointer.SOMEWHERE;
    }

    private JitRange widened(JitRange old, JitRange joined, int visit) {
        long low = joined.low();
        long high = joined.high();
        if (low < old.low()) {
            Long step = visit > VISITS_MAX ? null : steps.floor(low);
            low = step == null ? Long.MIN_VALUE : step;
        }
        if (high > old.high()) {
            Long step = visit > VISITS_MAX ? null : steps.ceiling(high);
            high = step == null ? Long.MAX_VALUE : step;
        }
        return new JitRange(low, high, joined.zeros());
    }

    /** What an instruction at a slot does to what is known. */
    void apply(Insn insn, int slot, JitState state) {
        switch (insn) {
            case Insn.Alu alu -> alu(alu, slot, state);
            case Insn.MoveSignExtend move ->
                state.set(
                        move.dst().number(),
                        extended(move, state.range(move.source().number())),
                        slot);
            case Insn.Negate(Width width, Register dst) ->
                state.set(dst.number(), width == Width.BITS_32 ? JitRange.UNSIGNED_INT : JitRange.ALL, slot);
            case Insn.ByteSwap swap -> state.set(swap.dst().number(), swapped(swap, state), slot);
            case Insn.LoadWide load -> state.set(load.dst().number(), wide(slot), slot);
            case Insn.Load load -> load(load, slot, state);
            case Insn.Store store -> store(store, slot, state);
            case Insn.LoadAcquire load -> state.set(load.dst().number(), unsigned(load.size()), slot);
            case Insn.Atomic atomic
            when atomic.op() == AtomicOp.COMPARE_EXCHANGE -> state.set(0, unsigned(atomic.size()), slot);
            case Insn.Atomic atomic
            when atomic.op().fetches() -> state.set(atomic.source().number(), unsigned(atomic.size()), slot);
            case Insn.LoadPacketAbsolute load -> state.set(0, unsigned(load.size()), slot);
            case Insn.LoadPacketIndirect load -> state.set(0, unsigned(load.size()), slot);
            case Insn.CallHelper _, Insn.CallHost _, Insn.CallRegister _ -> state.set(0, JitRange.ALL, slot);
            case Insn.CallLocal _ -> forgetScratch(slot, state);
            case Insn.Atomic _, Insn.StoreRelease _ -> {}
            case Insn.Jump _, Insn.JumpLong _, Insn.JumpIf _, Insn.MayGoto _, Insn.Exit _ -> {}
        }
    }

    private void load(Insn.Load load, int slot, JitState state) {
        int dst = load.dst().number();
        JitPieces.Piece piece = pieces.loadedBy(load);
        if (piece != null && !load.signed() && holds(load.size(), state.range(piece.place()))) {
            state.move(dst, piece.place());
        } else {
            state.set(dst, loaded(load), slot);
            state.point(dst, image.packetLoads().contains(slot) ? JitPointer.SOMEWHERE : null);
        }
    }

    /** What a piece of the frame holds is the number that was stored, if all of the piece was written and it fits. */
    private void store(Insn.Store store, int slot, JitState state) {
        JitPieces.Piece piece = pieces.storedBy(store);
        if (piece == null) {
            return;
        }
        JitRange value = operand(store.value(), state);
        if (store.size().bytes() < piece.bytes() || !holds(store.size(), value)) {
            state.set(piece.place(), unsigned(store.size().bytes() < piece.bytes() ? Size.DOUBLE : store.size()), slot);
        } else if (store.value() instanceof Register from) {
            state.move(piece.place(), from.number());
        } else {
            state.set(piece.place(), value, slot);
        }
    }

    /** Whether so many bytes without sign hold every number of a range. */
    private static boolean holds(Size size, JitRange value) {
        return size == Size.DOUBLE || value.isIn(0, JitFunction.loadedMax(size));
    }

    /** A function of the program leaves in r0 to r5 what it likes. */
    private static void forgetScratch(int slot, JitState state) {
        for (int register = 0; register <= Register.R5.number(); register++) {
            state.set(register, JitRange.ALL, slot);
        }
    }

    private void alu(Insn.Alu alu, int slot, JitState state) {
        int dst = alu.dst().number();
        JitRange source = operand(alu.source(), state);
        boolean narrow = alu.width() == Width.BITS_32;
        if (narrow) {
            if (alu.op() == AluOp.MOV
                    && alu.source() instanceof Register from
                    && state.range(from.number()).isUnsignedInt()) {
                state.move(dst, from.number());
            } else {
                state.set(dst, JitRange.alu32(alu.op(), state.range(dst), source), slot);
            }
            return;
        }
        JitRange result = JitRange.alu64(alu.op(), state.range(dst), source);
        if (alu.op() == AluOp.MOV && alu.source() instanceof Register from) {
            state.move(dst, from.number());
        } else if (alu.op() == AluOp.ADD && alu.source() instanceof Immediate(int value)) {
            state.add(dst, value, result);
        } else {
            JitPointer pointer = pointer(alu, state);
            state.set(dst, result, slot);
            state.point(dst, pointer);
        }
    }

    /** What a pointer becomes to which something is added, or from which something is taken away. */
    private static @Nullable JitPointer pointer(Insn.Alu alu, JitState state) {
        JitRange source = operand(alu.source(), state);
        JitPointer left = state.pointers[alu.dst().number()];
        JitPointer right = alu.source() instanceof Register from ? state.pointers[from.number()] : null;
        if (left != null && right != null) {
            return JitPointer.SOMEWHERE;
        }
        return switch (alu.op()) {
            case ADD ->
                left != null
                        ? left.plus(source)
                        : right == null
                                ? null
                                : right.plus(state.range(alu.dst().number()));
            case SUB -> left == null ? null : left.plus(JitRange.alu64(AluOp.SUB, JitRange.of(0), source));
            case MUL, DIV, SDIV, OR, AND, LSH, RSH, MOD, SMOD, XOR, MOV, ARSH -> null;
        };
    }

    static JitRange operand(Operand operand, JitState state) {
        return switch (operand) {
            case Register register -> state.range(register.number());
            case Immediate(int value) -> JitRange.of(value);
        };
    }

    private static JitRange extended(Insn.MoveSignExtend move, JitRange source) {
        long max = (1L << (move.from().bits() - 1)) - 1;
        if (source.isIn(0, max)) {
            return source;
        }
        return move.width() == Width.BITS_32 ? JitRange.UNSIGNED_INT : new JitRange(-max - 1, max);
    }

    private static JitRange swapped(Insn.ByteSwap swap, JitState state) {
        JitRange all = unsigned(swap.size());
        JitRange value = state.range(swap.dst().number());
        boolean isCopy =
                swap.kind() != SwapKind.REVERSE && (swap.kind() == SwapKind.TO_LITTLE_ENDIAN) == LITTLE_ENDIAN_HOST;
        return isCopy && value.isIn(0, Math.max(0, all.high())) ? value : all;
    }

    private JitRange wide(int slot) {
        Long value = image.wideValues().get(slot);
        return value == null ? JitRange.ALL : JitRange.of(value);
    }

    private static JitRange loaded(Insn.Load load) {
        if (load.signed()) {
            long max = (1L << (load.size().bits() - 1)) - 1;
            return new JitRange(-max - 1, max);
        }
        return unsigned(load.size());
    }

    private static JitRange unsigned(Size size) {
        return size == Size.DOUBLE ? JitRange.ALL : new JitRange(0, JitFunction.loadedMax(size));
    }
}
