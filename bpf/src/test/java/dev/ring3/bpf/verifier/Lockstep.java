package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.type.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Walks with the verifier's own rules, but without its pruning, along the path that a run takes, and compares before each
 * instruction: what the run holds must be among what the state allows. So a rule that learns too much is found even where
 * no access goes wrong by it.
 */
final class Lockstep implements TracingExecutor.Watcher {
    /** What a state says that is not so. */
    static final class Mismatch extends RuntimeException {
        private static final long serialVersionUID = 1;

        Mismatch(String what) {
            super(what, null, false, false);
        }
    }

    /** Where both ways of a branch lead to one place, each state that fits may be followed; some are enough. */
    private static final int CANDIDATES_MAX = 3;

    private final BpfCode code;
    private final FuzzWorld world;
    private final Steps steps;
    private final List<State> branched = new ArrayList<>();
    private List<State> candidates = new ArrayList<>();
    private String refused = "";
    private boolean doubtful;
    private boolean over; // the rules say nothing of the rest of the run

    Lockstep(FuzzWorld world, BpfCode code) {
        this(world, new Analysis(world.subject(code), VerifierOptions.DEFAULT, ControlFlow.of(code, _ -> {})));
    }

    Lockstep(FuzzWorld world, Analysis analysis) {
        this.world = world;
        this.code = analysis.code();
        this.steps = new Steps(analysis, branched::add);
    }

    /** Begins another run. */
    void begin() {
        Frame frame = new Frame(0, -1, Frame.Kind.CALL, 0);
        frame.registers[Register.R10.number()] = Pointer.to(new Target.Stack(0));
        switch (world.type.entry()) {
            case Entry.Block(long lengthBytesMin, long lengthBytesMax) -> {
                Pointer memory = Pointer.to(new Target.Packet(true));
                frame.registers[1] = lengthBytesMin == 0 ? memory : memory.withRoom(lengthBytesMin);
                frame.registers[2] =
                        new Scalar(Range.unsigned(lengthBytesMin, lengthBytesMax), null, Scalar.PACKET_LENGTH, 0, 0);
            }
            case Entry.Context context -> frame.registers[1] = Pointer.to(new Target.Context(context.type()));
        }
        candidates = new ArrayList<>(List.of(new State(frame)));
        refused = "";
        over = false;
    }

    /** Why the rules refused the path of the last run, empty if they did not. */
    String refused() {
        return refused;
    }

    /**
     * Whether the rules refused the path of some run in a way that need not be a mistake. The rules are not monotone
     * everywhere: a state that knows more may be refused where one that knows less is not. A constant far too large is
     * not added to a pointer, an unknown number is; room is lost where a number becomes a constant; a spilled pointer is
     * not overwritten in part, but where states join, slots that nobody reads need not be alike.
     */
    boolean isDoubtful() {
        return doubtful;
    }

    private static boolean mayDiffer(Refusal refusal, State state) {
        return switch (refusal.rule) {
            case POINTER_LEAK, POINTER_ARITHMETIC -> true;
            case OUT_OF_BOUNDS ->
                refusal.registers.length > 0
                        && state.get(refusal.registers[0]) instanceof Pointer pointer
                        && pointer.target.isInPacket();
            case Rule _ -> false;
        };
    }

    @Override
    public void before(TracingExecutor run) {
        if (over) {
            return;
        }
        List<State> fitting = new ArrayList<>(1);
        String why = "no state leads to insn %d at depth %d".formatted(run.pc(), run.depth());
        for (State state : candidates) {
            if (state.slot == run.pc() && state.depth() == run.depth()) {
                String flaw = new Comparison(run, state).flaw();
                if (flaw.isEmpty() && fitting.size() < CANDIDATES_MAX) {
                    fitting.add(state);
                } else if (fitting.isEmpty()) {
                    why = flaw;
                }
            }
        }
        if (fitting.isEmpty()) {
            throw new Mismatch("before insn %d: %s".formatted(run.pc(), why));
        }
        List<State> next = new ArrayList<>(2);
        for (State state : fitting) {
            branched.clear();
            try {
                int slot = steps.step(state, code.at(state.slot));
                if (slot != Steps.END) {
                    state.slot = slot;
                    next.add(state);
                }
                next.addAll(branched);
            } catch (Refusal refusal) {
                candidates = List.of();
                over = true;
                if (mayDiffer(refusal, state)) {
                    doubtful = true;
                } else {
                    refused = "insn %d: %s: %s".formatted(run.pc(), refusal.rule, refusal.problem);
                }
                return;
            }
        }
        candidates = next;
    }

    /** One state against one moment of a run. */
    private final class Comparison {
        private final TracingExecutor run;
        private final State state;
        private final long length;
        private final Map<Integer, Long> numbers = new HashMap<>(); // of an identity, the number less its delta
        private final Map<Integer, Integer> lowHalves = new HashMap<>(); // of an identity
        private final Map<Integer, Boolean> nulls = new HashMap<>();
        private final Map<Integer, Integer> values = new HashMap<>(); // of a lookup, the tag of what it found
        private String flaw = "";

        Comparison(TracingExecutor run, State state) {
            this.run = run;
            this.state = state;
            this.length = run.host().packet().size;
            numbers.put(Scalar.PACKET_LENGTH, length);
        }

        String flaw() {
            for (int depth = 0; depth <= state.depth() && flaw.isEmpty(); depth++) {
                frame(depth);
            }
            if (flaw.isEmpty() && state.resourceCount() < run.host().held()) {
                return "%d resources, but %d are held"
                        .formatted(state.resourceCount(), run.host().held());
            }
            if (flaw.isEmpty() && (state.lockedValue != null) != run.host().isLocked()) {
                return "a lock is held or not";
            }
            return flaw;
        }

        private void frame(int depth) {
            Frame frame = state.frame(depth);
            TracedFrame actual = run.frame(depth);
            for (int i = 0; i < Register.COUNT; i++) {
                if (!(frame.registers[i] instanceof Value.Nothing)) {
                    check(frame.registers[i], actual.values[i], actual.tags[i], "r%d of frame %d", i, depth);
                }
            }
            Thing stack = actual.stack;
            for (int i = 0; i < frame.slotsUsed(); i++) {
                StackSlot slot = frame.slot(i);
                if (slot.written() != 0) {
                    slot(slot, stack, stack.size - (i + 1) * StackSlot.BYTES, depth);
                }
            }
        }

        private void slot(StackSlot slot, Thing stack, int at, int depth) {
            int offset = at - stack.size;
            for (int i = 0; i < StackSlot.BYTES; i++) {
                if (slot.isWritten(i, 1) && stack.shadow[at + i] == Thing.UNWRITTEN) {
                    fail("byte %d of stack %d of frame %d is not written".formatted(i, offset, depth));
                }
                if (slot.isZero(i, 1) && (stack.bytes[at + i] != 0 || stack.shadow[at + i] != Thing.NUMBER)) {
                    fail("byte %d of stack %d of frame %d is not zero".formatted(i, offset, depth));
                }
            }
            part(slot.low(), slot.lowBytes(), stack, at, depth);
            part(slot.high(), slot.highBytes(), stack, at + 4, depth);
        }

        private void part(Value value, int bytes, Thing stack, int at, int depth) {
            if (bytes == 0) {
                return;
            }
            byte shadow = stack.shadow[at];
            if (value instanceof IteratorState) {
                if (shadow != Thing.ITERATOR) {
                    fail("no iterator at stack %d of frame %d".formatted(at - stack.size, depth));
                }
                return;
            }
            if (!stack.isAll(at, bytes, shadow) || shadow == Thing.ITERATOR || shadow == Thing.UNWRITTEN) {
                fail("no whole value at stack %d of frame %d".formatted(at - stack.size, depth));
                return;
            }
            int tag = shadow == Thing.POINTER ? stack.pointers[at / Long.BYTES] : TracingExecutor.NUMBER;
            check(value, stack.get(at, bytes), tag, "stack %d of frame %d", at - stack.size, depth);
        }

        private void fail(String what) {
            flaw = flaw.isEmpty() ? what : flaw;
        }

        private void fail(String what, Value value, long actual, int tag, String where, int i, int depth) {
            fail("%s: %s: %s, but is %s %d (0x%x)"
                    .formatted(
                            where.formatted(i, depth),
                            what,
                            value,
                            tag == TracingExecutor.NONE
                                    ? "unwritten"
                                    : tag == TracingExecutor.NUMBER
                                            ? "number"
                                            : run.host().byTag(tag) + " at",
                            tag > TracingExecutor.NUMBER ? actual - run.host().byTag(tag).base : actual,
                            actual));
        }

        private void check(Value value, long actual, int tag, String where, int i, int depth) {
            String what = switch (value) {
                case Value.Nothing _ -> "";
                case Scalar scalar -> number(scalar, actual, tag);
                case Pointer pointer -> pointer(pointer, actual, tag);
                case IteratorState _ -> "an iterator";
            };
            if (!what.isEmpty()) {
                fail(what, value, actual, tag, where, i, depth);
            }
        }

        private String number(Scalar scalar, long actual, int tag) {
            if (tag != TracingExecutor.NUMBER && (tag == TracingExecutor.NONE || !world.mayLeak())) {
                return "no number";
            }
            if (!scalar.range.contains(actual)) {
                return "not in range";
            }
            if (scalar.identity != Scalar.NO_IDENTITY) {
                Long same = numbers.putIfAbsent(scalar.identity, actual - scalar.delta);
                if (same != null && same != actual - scalar.delta) {
                    return "identity %d with delta %d".formatted(scalar.identity, scalar.delta);
                }
            }
            String narrow = scalar.narrow == null ? "" : narrow(scalar.narrow, actual);
            if (!narrow.isEmpty()) {
                return narrow;
            }
            if (scalar.room != Scalar.NO_ROOM && (actual < 0 || actual > length - scalar.room)) {
                return "room %d of length %d".formatted(scalar.room, length);
            }
            return "";
        }

        private String narrow(Narrow narrow, long actual) {
            long low = narrow.form() == Narrow.Form.HIGH ? actual >>> Integer.SIZE : actual;
            long whole = switch (narrow.form()) {
                case LOW -> low & 0xffff_ffffL;
                case SIGNED -> (int) low;
                case HIGH -> low << Integer.SIZE;
            };
            Integer same = lowHalves.putIfAbsent(narrow.identity(), (int) (low - narrow.delta()));
            Long original = numbers.get(narrow.identity());
            boolean right = whole == actual
                    && (same == null || same == (int) (low - narrow.delta()))
                    && (original == null || (int) (original + narrow.delta()) == (int) low);
            return right ? "" : "no copy of " + narrow;
        }

        private String pointer(Pointer pointer, long actual, int tag) {
            if (pointer.nullable) {
                boolean isNull = tag == TracingExecutor.NUMBER && actual == 0;
                Boolean same = nulls.putIfAbsent(pointer.identity, isNull);
                if (same != null && same != isNull) {
                    return "another answer whether null";
                }
                if (isNull) {
                    return "";
                }
            }
            if (tag <= TracingExecutor.NUMBER) {
                return "no pointer";
            }
            Thing thing = run.host().byTag(tag);
            if (!thing.alive || !fits(pointer.target, thing)) {
                return "another target";
            }
            long end = pointer.target instanceof Target.PacketEnd
                    ? length
                    : thing.kind == Thing.Kind.STACK ? thing.size : 0;
            long variable = actual - thing.base - end - pointer.offset;
            if (!pointer.variable.contains(variable)) {
                return "variable offset %d".formatted(variable);
            }
            if (pointer.target instanceof Target.PacketEnd && pointer.room > length) {
                return "room %d of length %d".formatted(pointer.room, length);
            }
            if (pointer.target instanceof Target.Packet) {
                return inPacket(pointer, variable);
            }
            return "";
        }

        private String inPacket(Pointer pointer, long variable) {
            if (pointer.identity != 0) {
                Long same = numbers.putIfAbsent(pointer.identity, variable);
                if (same != null && same != variable) {
                    return "identity %d".formatted(pointer.identity);
                }
            }
            return pointer.room != Scalar.NO_ROOM && variable > length - pointer.room
                    ? "room %d of length %d".formatted(pointer.room, length)
                    : "";
        }

        private boolean fits(Target target, Thing thing) {
            return switch (target) {
                case Target.Context _ -> thing.kind == Thing.Kind.CONTEXT;
                case Target.Stack(int depth) ->
                    thing.kind == Thing.Kind.STACK && depth <= run.depth() && thing == run.frame(depth).stack;
                case Target.MapValue(var map, int value) ->
                    thing.kind == Thing.Kind.VALUE && map.equals(thing.map) && isSameValue(value, thing);
                case Target.MapKey(var map, int _) -> thing.kind == Thing.Kind.KEY && map.equals(thing.map);
                case Target.Map(var map) -> thing.kind == Thing.Kind.MAP && map.equals(thing.map);
                case Target.Packet _, Target.PacketEnd _ -> thing.kind == Thing.Kind.PACKET;
                case Target.PacketMeta _ -> false;
                case Target.Memory memory ->
                    thing.kind == Thing.Kind.MEMORY
                            && memory.sizeBytes() == thing.size
                            && memory.writable() == thing.writable
                            && memory.allocation() == thing.allocation;
                case Target.HostObject(var type, int _) -> thing.kind == Thing.Kind.OBJECT && type.equals(thing.type);
                case Target.Function(int slot) -> thing.kind == Thing.Kind.FUNCTION && thing.number == slot;
            };
        }

        private boolean isSameValue(int value, Thing thing) {
            if (value == 0) {
                return thing.number == 0;
            }
            Integer same = values.putIfAbsent(value, thing.tag);
            return same == null || same == thing.tag;
        }
    }
}
