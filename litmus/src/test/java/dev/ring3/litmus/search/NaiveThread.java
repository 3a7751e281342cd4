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
import dev.ring3.litmus.LitmusTest.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All ways in which one thread may run if each of its reads gives any value that is thought possible there. */
final class NaiveThread {
    /** An access. Dependencies are places in the thread's list of events. */
    static final class Event {
        int thread;
        boolean reads;
        boolean writes;
        String annotation = "";
        int location;
        int offset;
        int size;

        @Nullable
        Datum read;

        @Nullable
        Datum written;

        boolean needsOwnRead;
        Set<Integer> address = new HashSet<>();
        Set<Integer> data = new HashSet<>();
        Set<Integer> control = new HashSet<>();
        int pairOf = -1;
    }

    /** One run. */
    static final class Trace {
        private final List<Event> events;
        private final Datum[] registers;

        Trace(List<Event> events, Datum[] registers) {
            this.events = events;
            this.registers = registers;
        }

        List<Event> events() {
            return events;
        }

        Datum[] registers() {
            return registers;
        }
    }

    /** Thrown where a run is of no use: it leaves the memory of the test, or goes on too long. */
    static final class Useless extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final int STEPS_MAX = 60;

    private final Program program;
    private final int thread;
    private final Function<Event, List<Datum>> values;
    private final Consumer<Trace> traces;

    private static final class Run {
        int at;
        int steps;
        Datum[] registers = new Datum[11];
        List<Set<Integer>> taint = new ArrayList<>();
        Set<Integer> control = new HashSet<>();
        List<Event> events = new ArrayList<>();

        Run copy() {
            Run copy = new Run();
            copy.at = at;
            copy.steps = steps;
            copy.registers = registers.clone();
            taint.forEach(set -> copy.taint.add(new HashSet<>(set)));
            copy.control = new HashSet<>(control);
            copy.events = new ArrayList<>(events);
            return copy;
        }
    }

    NaiveThread(Program program, int thread, Function<Event, List<Datum>> values, Consumer<Trace> traces) {
        this.program = program;
        this.thread = thread;
        this.values = values;
        this.traces = traces;
    }

    void all() {
        Run run = new Run();
        run.registers = program.initial[thread].clone();
        for (int r = 0; r < 11; r++) {
            run.taint.add(new HashSet<>());
        }
        go(run);
    }

    private void go(Run run) {
        try {
            while (run.at < program.code[thread].length) {
                if (++run.steps > STEPS_MAX) {
                    return;
                }
                if (step(run, program.code[thread][run.at])) {
                    return;
                }
            }
        } catch (Useless | Inexact leaves) {
            return;
        }
        traces.accept(new Trace(run.events, run.registers));
    }

    /** Executes an instruction; true if the run was split and its parts have gone on by themselves. */
    private boolean step(Run run, Line line) {
        switch (line.insn()) {
            case Insn.Alu alu -> {
                Datum right = operand(run, alu.source());
                int dst = alu.dst().number();
                run.registers[dst] =
                        program.meaning.apply(alu, alu.op() == AluOp.MOV ? Datum.zero() : run.registers[dst], right);
                Set<Integer> from = alu.source() instanceof Register r ? run.taint.get(r.number()) : Set.of();
                Set<Integer> taint = new HashSet<>(from);
                if (alu.op() != AluOp.MOV) {
                    taint.addAll(run.taint.get(dst));
                }
                run.taint.set(dst, taint);
            }
            case Insn.Negate negate -> unary(run, negate, negate.dst(), negate.dst());
            case Insn.ByteSwap swap -> unary(run, swap, swap.dst(), swap.dst());
            case Insn.MoveSignExtend move -> unary(run, move, move.dst(), move.source());
            case Insn.LoadWide wide -> {
                run.registers[wide.dst().number()] = new Datum.Num(wide.value());
                run.taint.set(wide.dst().number(), new HashSet<>());
            }
            case Insn.Load load -> {
                Event event = event(run, load.size(), load.base(), load.offset());
                event.reads = true;
                return reads(run, event, load.dst().number(), load.signed() ? load.size() : null);
            }
            case Insn.LoadAcquire load -> {
                Event event = event(run, load.size(), load.base(), load.offset());
                event.reads = true;
                event.annotation = "AQ";
                return reads(run, event, load.dst().number(), null);
            }
            case Insn.Store store -> store(run, store.size(), store.base(), store.offset(), store.value());
            case Insn.StoreRelease store -> {
                store(run, store.size(), store.base(), store.offset(), store.source());
                run.events.getLast().annotation = "RL";
            }
            case Insn.Atomic atomic -> {
                return atomic.op() == AtomicOp.COMPARE_EXCHANGE ? exchange(run, atomic) : update(run, atomic);
            }
            case Insn.JumpIf jump -> {
                jump(run, jump, line.target());
                return false;
            }
            case Insn.Jump _ -> {
                run.at = line.target();
                return false;
            }
            case Insn.Exit _ -> {
                run.at = program.code[thread].length;
                return false;
            }
            case Insn other -> throw new UnsupportedOperationException(other.toString());
        }
        run.at++;
        return false;
    }

    private void jump(Run run, Insn.JumpIf jump, int target) {
        Boolean outcome = program.meaning.test(
                jump.width(), jump.condition(), run.registers[jump.left().number()], operand(run, jump.right()));
        run.control.addAll(run.taint.get(jump.left().number()));
        if (jump.right() instanceof Register right) {
            run.control.addAll(run.taint.get(right.number()));
        }
        run.at = Boolean.TRUE.equals(outcome) ? target : run.at + 1;
    }

    private void unary(Run run, Insn insn, Register dst, Register source) {
        run.registers[dst.number()] = program.meaning.apply(insn, run.registers[source.number()], Datum.zero());
        run.taint.set(dst.number(), new HashSet<>(run.taint.get(source.number())));
    }

    private Datum operand(Run run, Operand operand) {
        return switch (operand) {
            case Register r -> run.registers[r.number()];
            case Immediate(int value) -> new Datum.Num(value);
        };
    }

    private Event event(Run run, Size size, Register base, int offset) {
        Event event = new Event();
        event.thread = thread;
        event.size = program.reading == dev.ring3.litmus.LitmusTest.Reading.HERD ? 8 : size.bytes();
        if (!(run.registers[base.number()] instanceof Datum.Addr(int location, long from))) {
            throw new Useless();
        }
        event.location = location;
        event.offset = (int) from + offset;
        if (!program.locations.get(location).contains(event.offset, event.size)) {
            throw new Useless();
        }
        event.address.addAll(run.taint.get(base.number()));
        event.control.addAll(run.control);
        return event;
    }

    private void store(Run run, Size size, Register base, int offset, Operand value) {
        Event event = event(run, size, base, offset);
        event.writes = true;
        event.written = program.meaning.low(operand(run, value), size.bytes(), false);
        if (value instanceof Register source) {
            event.data.addAll(run.taint.get(source.number()));
        }
        run.events.add(event);
    }

    private boolean reads(Run run, Event event, int dst, @Nullable Size signed) {
        for (Datum value : values.apply(event)) {
            Run next = run.copy();
            Event copy = copy(event);
            copy.read = value;
            next.events.add(copy);
            next.registers[dst] = signed == null ? value : program.meaning.low(value, signed.bytes(), true);
            next.taint.set(dst, new HashSet<>(Set.of(next.events.size() - 1)));
            next.at++;
            go(next);
        }
        return true;
    }

    private boolean update(Run run, Insn.Atomic atomic) {
        Event event = event(run, atomic.size(), atomic.base(), atomic.offset());
        event.reads = true;
        event.writes = true;
        event.annotation = atomic.op().fetches() ? "SC" : "X";
        int source = atomic.source().number();
        event.data.addAll(run.taint.get(source));
        event.needsOwnRead = atomic.op() != AtomicOp.EXCHANGE;
        for (Datum value : values.apply(event)) {
            Run next = run.copy();
            Event copy = copy(event);
            copy.read = value;
            copy.written = program.meaning.apply(atomic, value, run.registers[source]);
            next.events.add(copy);
            if (atomic.op().fetches()) {
                next.registers[source] = value;
                next.taint.set(source, new HashSet<>(Set.of(next.events.size() - 1)));
            }
            next.at++;
            go(next);
        }
        return true;
    }

    private boolean exchange(Run run, Insn.Atomic atomic) {
        Event event = event(run, atomic.size(), atomic.base(), atomic.offset());
        event.reads = true;
        int source = atomic.source().number();
        Datum expected = program.meaning.low(run.registers[0], atomic.size().bytes(), false);
        for (Datum value : values.apply(event)) {
            Run next = run.copy();
            Event reading = copy(event);
            reading.read = value;
            next.events.add(reading);
            int place = next.events.size() - 1;
            if (Boolean.TRUE.equals(program.meaning.test(Width.BITS_64, Condition.EQUAL, value, expected))) {
                reading.annotation = "SC";
                Event writing = copy(event);
                writing.reads = false;
                writing.writes = true;
                writing.annotation = "SC";
                writing.pairOf = place;
                writing.written =
                        program.meaning.low(run.registers[source], atomic.size().bytes(), false);
                writing.data.addAll(run.taint.get(source));
                writing.data.addAll(run.taint.get(0));
                next.events.add(writing);
            }
            next.registers[0] = value;
            next.taint.set(0, new HashSet<>(Set.of(place)));
            next.at++;
            go(next);
        }
        return true;
    }

    private static Event copy(Event event) {
        Event copy = new Event();
        copy.thread = event.thread;
        copy.reads = event.reads;
        copy.writes = event.writes;
        copy.annotation = event.annotation;
        copy.location = event.location;
        copy.offset = event.offset;
        copy.size = event.size;
        copy.needsOwnRead = event.needsOwnRead;
        copy.address.addAll(event.address);
        copy.data.addAll(event.data);
        copy.control.addAll(event.control);
        return copy;
    }

    /** The byte of a value at a place: a number, or a part of an address; null if a value has none there. */
    static @Nullable Object byteOf(Datum value, int part) {
        return switch (Objects.requireNonNull(value)) {
            case Datum.Num(long bits) -> (int) ((bits >>> (8 * part)) & 0xff);
            case Datum.Addr a -> part < 4 ? Arrays.asList(a, part) : (Object) 0;
            case Datum other -> throw new IllegalStateException(other.toString());
        };
    }
}
