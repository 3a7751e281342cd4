package dev.ring3.litmus.search;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import dev.ring3.litmus.LitmusException;
import dev.ring3.litmus.LitmusTest.Line;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.search.ThreadState.Status;
import org.jspecify.annotations.Nullable;

/**
 * Runs threads as far as they go without a choice, on values that need not be known: an instruction on what a read will
 * have read gives a term. Memory accesses become events, with what they depend on; a thread stops before a conditional
 * jump on a term and behind the read of a compare-exchange, until values or a guess decide.
 */
final class Machine {
    /** Instructions that one thread may execute; what needs more is not decided. */
    private static final int STEPS_MAX = 20_000;

    /** Calls in each other, as in the kernel. */
    static final int FRAMES_MAX = 8;

    /** Thrown where an execution has more events than the search has room for. */
    static final class TooManyEvents extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyEvents() {
            super(null, null, false, false);
        }
    }

    private final Program program;
    private final Meaning meaning;
    private final int turnsMax;
    private final int w;

    Machine(Program program, int turnsMax, int w) {
        this.program = program;
        this.meaning = program.meaning;
        this.turnsMax = turnsMax;
        this.w = w;
    }

    LitmusException error(int thread, int at, Inexact problem) {
        Line line = program.code[thread][at];
        return new LitmusException(line.line(), line.column(), problem.problem());
    }

    /** Runs a thread until it is blocked or at its end. */
    void run(State state, int t) {
        ThreadState thread = state.threads[t];
        while (thread.status == Status.RUNNING) {
            if (thread.at >= program.code[t].length) {
                finish(thread);
                continue;
            }
            if (++thread.steps > STEPS_MAX) {
                thread.status = Status.CUT;
                return;
            }
            try {
                step(state, t, thread);
            } catch (Inexact problem) {
                throw error(t, thread.at, problem);
            }
        }
    }

    private void finish(ThreadState thread) {
        ThreadState.Frame frame = thread.frame;
        if (frame == null) {
            thread.status = Status.DONE;
            return;
        }
        for (int r = 0; r < frame.kept().length; r++) {
            thread.registers[6 + r] = frame.kept()[r];
        }
        System.arraycopy(frame.keptTaint(), 0, thread.taint, 6 * w, frame.keptTaint().length);
        for (int r = 1; r <= 5; r++) {
            set(thread, Register.of(r), new Datum.Unusable("r%d is lost across a call".formatted(r)), null);
        }
        moveFrame(thread, -Program.STACK_BYTES);
        thread.frame = frame.caller();
        thread.at = frame.returnTo();
    }

    /** Each function has a part of the stack of its own. */
    private void moveFrame(ThreadState thread, int bytes) {
        if (thread.registers[10] instanceof Datum.Addr(int location, long offset)
                && program.locations.get(location).name().startsWith(Program.STACK)) {
            thread.registers[10] = new Datum.Addr(location, offset + bytes);
        }
    }

    private void step(State state, int t, ThreadState thread) {
        Line line = program.code[t][thread.at];
        switch (line.insn()) {
            case Insn.Alu alu -> alu(thread, alu);
            case Insn.Negate negate -> unary(thread, negate, negate.dst(), negate.dst());
            case Insn.ByteSwap swap -> unary(thread, swap, swap.dst(), swap.dst());
            case Insn.MoveSignExtend move -> unary(thread, move, move.dst(), move.source());
            case Insn.LoadWide wide -> set(thread, wide.dst(), new Datum.Num(wide.value()), null);
            case Insn.Load load -> {
                int e = access(state, t, load.size(), load.base(), load.offset(), -1);
                Bits.add(state.reads, e);
                loaded(thread, e, load.dst(), load.signed() ? load.size() : null);
            }
            case Insn.LoadAcquire load -> {
                int e = access(state, t, load.size(), load.base(), load.offset(), -1);
                Bits.add(state.reads, e);
                Bits.add(state.acquires, e);
                loaded(thread, e, load.dst(), null);
            }
            case Insn.Store store -> store(state, t, store.size(), store.base(), store.offset(), store.value());
            case Insn.StoreRelease store -> {
                int e = store(state, t, store.size(), store.base(), store.offset(), store.source());
                Bits.add(state.releases, e);
            }
            case Insn.Atomic atomic -> {
                if (atomic.op() == AtomicOp.COMPARE_EXCHANGE) {
                    thread.exchange = access(state, t, atomic.size(), atomic.base(), atomic.offset(), -1);
                    Bits.add(state.reads, thread.exchange);
                    thread.status = Status.AT_EXCHANGE;
                    return; // stays here until it is known how it goes
                }
                update(state, t, atomic);
            }
            case Insn.JumpIf _ -> {
                thread.status = Status.AT_BRANCH;
                return;
            }
            case Insn.Jump _, Insn.JumpLong _ -> {
                jump(thread, line.target());
                return;
            }
            case Insn.CallLocal _ -> {
                call(thread, line.target());
                return;
            }
            case Insn.Exit _ -> {
                finish(thread);
                return;
            }
            case Insn other -> throw new IllegalStateException("not refused when read: " + other);
        }
        thread.at++;
    }

    private void call(ThreadState thread, int target) {
        int depth = 1;
        for (ThreadState.Frame frame = thread.frame; frame != null; frame = frame.caller()) {
            depth++;
        }
        if (depth >= FRAMES_MAX) {
            throw new Inexact("more than %d calls in each other".formatted(FRAMES_MAX));
        }
        Datum[] kept = java.util.Arrays.copyOfRange(thread.registers, 6, 10);
        long[] keptTaint = java.util.Arrays.copyOfRange(thread.taint, 6 * w, 10 * w);
        thread.frame = new ThreadState.Frame(thread.at + 1, kept, keptTaint, thread.frame);
        moveFrame(thread, Program.STACK_BYTES);
        thread.at = target;
    }

    private void alu(ThreadState thread, Insn.Alu alu) {
        int dst = alu.dst().number();
        Datum right = operand(thread, alu.source());
        Datum left = alu.op() == AluOp.MOV ? Datum.zero() : thread.registers[dst];
        Datum result = alu.op() == AluOp.MOV && right instanceof Datum.ReadOf && alu.width() == Width.BITS_64
                ? right
                : meaning.apply(alu, left, right);
        thread.registers[dst] = result;
        if (alu.op() == AluOp.MOV) {
            for (int i = 0; i < w; i++) {
                thread.taint[dst * w + i] =
                        alu.source() instanceof Register source ? thread.taint[source.number() * w + i] : 0;
            }
        } else if (alu.source() instanceof Register source) {
            Bits.or(thread.taint, dst * w, thread.taint, source.number() * w, w);
        }
    }

    private void unary(ThreadState thread, Insn insn, Register dst, Register source) {
        Datum result = meaning.apply(insn, thread.registers[source.number()], Datum.zero());
        System.arraycopy(thread.taint, source.number() * w, thread.taint, dst.number() * w, w);
        thread.registers[dst.number()] = result;
    }

    private Datum operand(ThreadState thread, Operand operand) {
        return switch (operand) {
            case Register register -> thread.registers[register.number()];
            case Immediate(int value) -> new Datum.Num(value);
        };
    }

    private void set(ThreadState thread, Register dst, Datum value, @Nullable Integer from) {
        thread.registers[dst.number()] = value;
        for (int i = 0; i < w; i++) {
            thread.taint[dst.number() * w + i] = 0;
        }
        if (from != null) {
            thread.taint[dst.number() * w + (from >> 6)] |= 1L << from;
        }
    }

    private void loaded(ThreadState thread, int e, Register dst, @Nullable Size signed) {
        Datum value = new Datum.ReadOf(e);
        set(thread, dst, signed == null ? value : meaning.low(value, signed.bytes(), true), e);
    }

    /** A new event at an address; which it is, reads and writes, is the caller's to add. */
    private int access(State state, int t, Size size, Register base, int offset, int pair) {
        if (state.n >= state.capacity) {
            throw new TooManyEvents();
        }
        ThreadState thread = state.threads[t];
        int bytes = program.reading == Reading.HERD ? Long.BYTES : size.bytes();
        int e = state.addEvent(t, thread.at, bytes, pair);
        Insn.Alu add = new Insn.Alu(Width.BITS_64, AluOp.ADD, base, new Immediate(offset));
        state.address[e] = offset == 0
                ? thread.registers[base.number()]
                : meaning.apply(add, thread.registers[base.number()], new Datum.Num(offset));
        state.addFrom(state.addr, thread.taint, base.number() * w, e);
        return e;
    }

    private int store(State state, int t, Size size, Register base, int offset, Operand value) {
        ThreadState thread = state.threads[t];
        int e = access(state, t, size, base, offset, -1);
        Bits.add(state.writes, e);
        state.written[e] = meaning.low(operand(thread, value), size.bytes(), false);
        if (value instanceof Register source) {
            state.addFrom(state.data, thread.taint, source.number() * w, e);
        }
        return e;
    }

    private void update(State state, int t, Insn.Atomic atomic) {
        ThreadState thread = state.threads[t];
        int source = atomic.source().number();
        int e = access(state, t, atomic.size(), atomic.base(), atomic.offset(), -1);
        Bits.add(state.reads, e);
        Bits.add(state.writes, e);
        Bits.add(atomic.op().fetches() ? state.full : state.relaxed, e);
        state.addFrom(state.data, thread.taint, source * w, e);
        Datum operand = thread.registers[source];
        state.written[e] = Meaning.writesOperand(atomic.op())
                ? meaning.low(operand, atomic.size().bytes(), false)
                : meaning.apply(atomic, new Datum.ReadOf(e), operand);
        if (atomic.op().fetches()) {
            set(thread, atomic.source(), new Datum.ReadOf(e), e);
        }
    }

    /** What a blocked thread waits for: the two sides of its comparison. */
    Datum[] compared(State state, int t) {
        ThreadState thread = state.threads[t];
        return switch (program.code[t][thread.at].insn()) {
            case Insn.JumpIf jump ->
                new Datum[] {thread.registers[jump.left().number()], operand(thread, jump.right())};
            case Insn.Atomic atomic -> new Datum[] {new Datum.ReadOf(thread.exchange), expected(thread, atomic)};
            case Insn other -> throw new IllegalStateException("nothing to wait for: " + other);
        };
    }

    private Datum expected(ThreadState thread, Insn.Atomic atomic) {
        return meaning.low(thread.registers[0], atomic.size().bytes(), false);
    }

    /** The comparison of a blocked thread, on operands. */
    @Nullable
    Boolean test(State state, int t, Datum left, Datum right) {
        ThreadState thread = state.threads[t];
        try {
            return switch (program.code[t][thread.at].insn()) {
                case Insn.JumpIf jump -> meaning.test(jump.width(), jump.condition(), left, right);
                default -> meaning.test(Width.BITS_64, Condition.EQUAL, left, right);
            };
        } catch (Inexact problem) {
            throw error(t, thread.at, problem);
        }
    }

    /** What a guess at the comparison has to prove. */
    State.Guess guess(State state, int t, boolean outcome) {
        Datum[] sides = compared(state, t);
        return switch (program.code[t][state.threads[t].at].insn()) {
            case Insn.JumpIf jump ->
                new State.Guess(jump.width(), jump.condition(), sides[0], sides[1], outcome, state.guesses);
            default -> new State.Guess(Width.BITS_64, Condition.EQUAL, sides[0], sides[1], outcome, state.guesses);
        };
    }

    /** Lets a blocked thread go on, with the outcome of its comparison. */
    void decide(State state, int t, boolean outcome) {
        ThreadState thread = state.threads[t];
        Line line = program.code[t][thread.at];
        thread.status = Status.RUNNING;
        switch (line.insn()) {
            case Insn.JumpIf jump -> {
                Bits.or(thread.control, 0, thread.taint, jump.left().number() * w, w);
                if (jump.right() instanceof Register right) {
                    Bits.or(thread.control, 0, thread.taint, right.number() * w, w);
                }
                jump(thread, outcome ? line.target() : thread.at + 1);
            }
            case Insn.Atomic atomic -> {
                int reading = thread.exchange;
                if (outcome) {
                    exchange(state, t, atomic, reading);
                }
                set(thread, Register.R0, new Datum.ReadOf(reading), reading);
                thread.exchange = -1;
                thread.at++;
            }
            case Insn other -> throw new IllegalStateException("nothing to decide: " + other);
        }
    }

    private void exchange(State state, int t, Insn.Atomic atomic, int reading) {
        ThreadState thread = state.threads[t];
        int e = access(state, t, atomic.size(), atomic.base(), atomic.offset(), reading);
        Bits.add(state.full, reading);
        Bits.add(state.full, e);
        Bits.add(state.writes, e);
        Bits.add(state.amo, w, reading, e);
        state.written[e] = meaning.low(
                thread.registers[atomic.source().number()], atomic.size().bytes(), false);
        state.addFrom(state.data, thread.taint, atomic.source().number() * w, e);
        state.addFrom(state.data, thread.taint, 0, e);
    }

    /** A way back counts as a turn if the thread's way may be another after another read. */
    private void jump(ThreadState thread, int target) {
        if (target <= thread.at && !Bits.isEmpty(thread.control, w) && ++thread.turns[thread.at] > turnsMax) {
            thread.status = Status.CUT;
            return;
        }
        thread.at = target;
    }
}
