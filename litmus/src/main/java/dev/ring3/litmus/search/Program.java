package dev.ring3.litmus.search;

import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.litmus.Accesses;
import dev.ring3.litmus.LitmusTest;
import dev.ring3.litmus.LitmusTest.Line;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.LitmusTest.TestThread;
import dev.ring3.litmus.Location;
import dev.ring3.litmus.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A test, prepared for the search: locations by number, and what can be said of code without running it. */
final class Program {
    /** A thread without a value for the frame pointer that uses it gets a stack of its own. */
    static final int STACK_BYTES = 512;

    /** How the names of stacks begin; no name in a test has a blank. */
    static final String STACK = "stack of P";

    final LitmusTest test;
    final Reading reading;
    final Meaning meaning;
    final List<Location> locations = new ArrayList<>();
    final Line[][] code;
    final Datum[][] initial;

    /** Whether some atomic operation returns nothing. */
    final boolean hasUnfetched;

    private final Pointers pointers;

    /** By thread and place in the code: which locations may yet be written to from there on. */
    private final long[][] stores;

    /** By thread and place in the code: the size of the narrowest write that may yet come, 8 if none does. */
    private final int[][] narrowest;

    private final Map<String, Integer> numbers = new HashMap<>();

    Program(LitmusTest test, Reading reading) {
        this.test = test;
        this.reading = reading;
        this.meaning = new Meaning(reading);
        test.locations().values().forEach(location -> {
            numbers.put(location.name(), locations.size());
            locations.add(location);
        });
        int threads = test.threads().size();
        this.code = new Line[threads][];
        this.initial = new Datum[threads][];
        for (int t = 0; t < threads; t++) {
            TestThread thread = test.threads().get(t);
            code[t] = thread.code().toArray(Line[]::new);
            initial[t] = registers(thread);
        }
        this.hasUnfetched = test.threads().stream()
                .flatMap(thread -> thread.code().stream())
                .anyMatch(line -> line.insn() instanceof Insn.Atomic atomic
                        && !atomic.op().fetches());
        this.pointers = new Pointers(this);
        this.stores = new long[threads][];
        this.narrowest = new int[threads][];
        for (int t = 0; t < threads; t++) {
            analyse(t);
        }
    }

    private Datum[] registers(TestThread thread) {
        Datum[] registers = new Datum[Register.COUNT];
        for (int r = 0; r < registers.length; r++) {
            registers[r] = datum(thread.initial().getOrDefault(r, Value.zero()));
        }
        boolean needsStack = reading == Reading.STANDARD
                && !thread.initial().containsKey(Register.R10.number())
                && thread.code().stream().anyMatch(Program::usesFramePointer);
        if (needsStack) {
            String name = STACK + thread.processor();
            locations.add(new Location(name, 1, false, STACK_BYTES * Machine.FRAMES_MAX, true, List.of()));
            registers[Register.R10.number()] = new Datum.Addr(locations.size() - 1, STACK_BYTES);
        }
        return registers;
    }

    /** How many events an execution has in which every instruction runs once. */
    int eventsExpected() {
        int events = locations.stream()
                .mapToInt(location -> Math.max(1, location.initial().size()))
                .sum();
        for (Line[] lines : code) {
            for (Line line : lines) {
                if (Accesses.base(line.insn()) != null) {
                    boolean two = line.insn() instanceof Insn.Atomic atomic && atomic.op() == AtomicOp.COMPARE_EXCHANGE;
                    events += two ? 2 : 1;
                }
            }
        }
        return events;
    }

    private static boolean usesFramePointer(Line line) {
        Insn insn = line.insn();
        return insn.toString().contains("r10");
    }

    Datum datum(Value value) {
        return switch (value) {
            case Value.Num(long bits) -> new Datum.Num(bits);
            case Value.Address(String name, long offset) -> new Datum.Addr(number(name), offset);
            case Value.Vector _ -> throw new IllegalStateException("an array in a register");
        };
    }

    private int number(String location) {
        Integer number = numbers.get(location);
        if (number == null) {
            throw new IllegalStateException("no location " + location);
        }
        return number;
    }

    int locationNumber(Location location) {
        return number(location.name());
    }

    /** Bytes between elements of a location in memory; in herd's reading each has a cell of its own. */
    int cellBytes(Location location) {
        return reading == Reading.HERD || !location.isArray() ? Long.BYTES : location.elementBytes();
    }

    private void analyse(int t) {
        int length = code[t].length;
        stores[t] = new long[length + 1];
        narrowest[t] = new int[length + 1];
        narrowest[t][length] = Long.BYTES;
        boolean calls = false;
        for (int i = 0; i < length; i++) {
            narrowest[t][i] = Long.BYTES;
            calls |= code[t][i].insn() instanceof Insn.CallLocal;
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = length - 1; i >= 0; i--) {
                long reach = stored(t, i) | stores[t][i + 1];
                int narrow = Math.min(storedBytes(code[t][i].insn()), narrowest[t][i + 1]);
                int target = code[t][i].target();
                if (target >= 0) {
                    reach |= stores[t][target];
                    narrow = Math.min(narrow, narrowest[t][target]);
                }
                changed |= reach != stores[t][i] || narrow != narrowest[t][i];
                stores[t][i] = reach;
                narrowest[t][i] = narrow;
            }
        }
        if (calls) { // a function's end leads back to where it was called
            for (int i = 0; i <= length; i++) {
                stores[t][i] = stores[t][0];
                narrowest[t][i] = narrowest[t][0];
            }
        }
    }

    private long stored(int t, int at) {
        return Accesses.stores(code[t][at].insn()) ? pointers.base(t, at) : 0;
    }

    /** Whether a register holds what it held in the beginning, as long as its thread runs. */
    boolean isConstant(int t, Register register) {
        for (Line line : code[t]) {
            if (Accesses.writes(line.insn(), register)) {
                return false;
            }
        }
        return true;
    }

    private int storedBytes(Insn insn) {
        return reading == Reading.HERD || !Accesses.stores(insn) ? Long.BYTES : Accesses.bytes(insn);
    }

    /** Whether a thread may write to a location from a place in its code on. */
    boolean mayStore(int t, int at, int location) {
        return holds(stores[t][Math.min(at, code[t].length)], location);
    }

    /** Whether the access at a place in the code may be to a location. */
    boolean mayAccess(int t, int at, int location) {
        return holds(pointers.base(t, at), location);
    }

    private static boolean holds(long locations, int location) {
        return locations == Pointers.ANYWHERE || (location < Long.SIZE - 1 && (locations & (1L << location)) != 0);
    }

    int narrowestStore(int t, int at) {
        return narrowest[t][Math.min(at, code[t].length)];
    }
}
