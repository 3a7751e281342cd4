package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import java.util.Set;

/** Writes loads, stores and atomic operations, to places that the verifier can see are there and initialised. */
final class AccessWriter {
    /** How far a variable offset into the stack goes, a power of two. */
    private static final int STACK_SPAN_BYTES = 32;

    /** How far a variable offset into the memory goes, a power of two. */
    private static final int MEMORY_SPAN_BYTES = 128;

    private static final int DISPLACEMENT_MAX = 64;

    private final Choices choices;
    private final CodeBuilder code;
    private final FunctionState state;
    private final Flavor flavor;
    private final ArithmeticWriter arithmetic;

    AccessWriter(Choices choices, CodeBuilder code, FunctionState state, Flavor flavor, ArithmeticWriter arithmetic) {
        this.choices = choices;
        this.code = code;
        this.state = state;
        this.flavor = flavor;
        this.arithmetic = arithmetic;
    }

    /** What an access asks of its place. */
    private enum Kind {
        PLAIN,
        /** Acquire or release: aligned. */
        ORDERED,
        /** Read-modify-write: aligned, and on the stack at a constant offset. */
        ATOMIC
    }

    /** An address; a temporary base is a pointer that nobody needs after the access. */
    private record Place(Register base, int offset, boolean temporary) {}

    /** One access of any kind. */
    void write() {
        // There is a number to store, whatever register the place takes: r0 is none of them.
        arithmetic.requireScalar(Register.R0);
        int kind = choices.below(100);
        if (kind < 35) {
            load();
        } else if (kind < 65) {
            store();
        } else if (kind < 85) {
            atomic();
        } else if (kind < 92) {
            loadAcquire();
        } else {
            storeRelease();
        }
    }

    /** Fills this function's stack, so that every later load from it finds something. */
    void initialiseStack() {
        for (int offset = -state.stackBytes(); offset < 0; offset += Long.BYTES) {
            code.addKept(new Insn.Store(Size.DOUBLE, Register.R10, offset, source()));
        }
    }

    private void load() {
        Size size = choices.pick(Size.values());
        boolean signed = size != Size.DOUBLE && choices.chance(40);
        Place place = place(size, Kind.PLAIN);
        Register dst = destination(place);
        loaded(place, dst, new Insn.Load(size, signed, dst, place.base(), place.offset()));
    }

    private void store() {
        Size size = choices.pick(Size.values());
        Place place = place(size, Kind.PLAIN);
        code.add(new Insn.Store(size, place.base(), place.offset(), source()));
        done(place);
    }

    private void atomic() {
        Size size = choices.chance(50) ? Size.WORD : Size.DOUBLE;
        AtomicOp op = choices.pick(AtomicOp.values());
        Place place = place(size, Kind.ATOMIC);
        if (op.fetches()) {
            forgetWhatTheVerifierKnows(place);
        }
        if (op == AtomicOp.COMPARE_EXCHANGE && choices.chance(50)) {
            // A comparison with what is there, which random numbers would hardly ever meet.
            code.add(new Insn.Load(size, false, Register.R0, place.base(), place.offset()));
        }
        Register source = arithmetic.scalar();
        code.add(new Insn.Atomic(size, op, place.base(), place.offset(), source));
        if (op == AtomicOp.COMPARE_EXCHANGE && size == Size.WORD) {
            readAllOfR0();
        }
        done(place);
    }

    /**
     * Overwrites a byte of the place, after which the verifier takes all of a stack slot for unknown. If it knows the
     * number there, a kernel without commit 179ee84a8911 ("bpf: Fix incorrect pruning due to atomic fetch precision
     * tracking") may take a later branch on the fetched value for decided and remove the other way; 6.18.44 does.
     */
    private void forgetWhatTheVerifierKnows(Place place) {
        code.addKept(new Insn.Store(Size.BYTE, place.base(), place.offset(), source()));
    }

    /**
     * Reads {@code r0} as 64 bits without changing it. The x86-64 instruction for a compare-exchange of 32 bits keeps
     * the upper half of {@code rax} if it exchanges; the verifier adds a zero extension where it sees that half read,
     * and 6.18.44 does not see it where the only paths to the read are pruned.
     */
    private void readAllOfR0() {
        code.addKept(new Insn.Alu(Width.BITS_64, AluOp.ADD, Register.R0, new Immediate(0)));
    }

    private void loadAcquire() {
        Size size = choices.pick(Size.values());
        Place place = place(size, Kind.ORDERED);
        Register dst = destination(place);
        loaded(place, dst, new Insn.LoadAcquire(size, dst, place.base(), place.offset()));
    }

    private void storeRelease() {
        Size size = choices.pick(Size.values());
        Place place = place(size, Kind.ORDERED);
        code.add(new Insn.StoreRelease(size, place.base(), place.offset(), arithmetic.scalar()));
        done(place);
    }

    private void loaded(Place place, Register dst, Insn load) {
        if (dst == place.base()) {
            code.addKept(load);
        } else {
            code.add(load);
            done(place);
        }
        state.wrote(dst);
    }

    /** Leaves no address behind. */
    private void done(Place place) {
        if (place.temporary()) {
            arithmetic.overwriteAddress(place.base());
        }
    }

    private Operand source() {
        return choices.chance(60) ? arithmetic.scalar() : choices.immediate();
    }

    private Register destination(Place place) {
        return place.temporary() && choices.chance(40) ? place.base() : choices.pick(state.writable());
    }

    /** Where to access so many bytes; accesses to a stack are always aligned. */
    private Place place(Size size, Kind kind) {
        boolean aligned = kind != Kind.PLAIN;
        Register memory = state.memory();
        boolean inMemory = memory != null && (!aligned || flavor.hasPlainMemory()) && choices.chance(50);
        Register lent = state.callerStack();
        Place direct;
        if (memory != null && inMemory) {
            if (flavor.hasPlainMemory() && choices.chance(25)) {
                return variableInMemory(memory, size, aligned);
            }
            direct = new Place(memory, offset(TestProgram.DATA_BYTES, size, aligned || choices.chance(50)), false);
        } else if (lent != null && choices.chance(50)) {
            direct = new Place(lent, offset(Subprogram.LENT_BYTES, size, true), false);
        } else if (kind != Kind.ATOMIC && choices.chance(20)) {
            return variableInStack(size);
        } else {
            direct = new Place(Register.R10, offset(state.stackBytes(), size, true) - state.stackBytes(), false);
        }
        return switch (choices.below(10)) {
            case 0, 1 -> displaced(direct);
            case 2 -> spilled(direct);
            default -> direct;
        };
    }

    private int offset(int regionBytes, Size size, boolean aligned) {
        int offset = choices.between(0, regionBytes - size.bytes());
        return aligned ? offset & -size.bytes() : offset;
    }

    /** The same place from a copy of its base that was moved by a constant. */
    private Place displaced(Place place) {
        Register pointer = temporary(Register.R0);
        int displacement = choices.between(-DISPLACEMENT_MAX, DISPLACEMENT_MAX);
        move(pointer, place.base());
        code.add(new Insn.Alu(Width.BITS_64, AluOp.ADD, pointer, new Immediate(displacement)));
        return new Place(pointer, place.offset() - displacement, true);
    }

    /** The same place from a base that was on the stack in between, below what the function uses otherwise. */
    private Place spilled(Place place) {
        Register pointer = temporary(Register.R0);
        int slot = -state.stackBytes() - Long.BYTES;
        code.add(new Insn.Store(Size.DOUBLE, Register.R10, slot, place.base()));
        code.add(new Insn.Load(Size.DOUBLE, false, pointer, Register.R10, slot));
        return new Place(pointer, place.offset(), true);
    }

    private Place variableInStack(Size size) {
        int start = choices.between(0, (state.stackBytes() - STACK_SPAN_BYTES) / Long.BYTES) * Long.BYTES;
        return variable(Register.R10, start - state.stackBytes(), (STACK_SPAN_BYTES - 1) & -size.bytes());
    }

    private Place variableInMemory(Register memory, Size size, boolean aligned) {
        int start = offset(TestProgram.DATA_BYTES - MEMORY_SPAN_BYTES, size, aligned);
        // Up to 7 bytes may follow the last offset, and the data has room for them behind the span.
        int mask = aligned ? (MEMORY_SPAN_BYTES - 1) & -size.bytes() : MEMORY_SPAN_BYTES - 1;
        return variable(memory, start, mask);
    }

    /** {@code base + offset + (number & mask)}. */
    private Place variable(Register base, int offset, int mask) {
        Register index = arithmetic.scalar();
        code.add(new Insn.Alu(choices.pick(Width.values()), AluOp.AND, index, new Immediate(mask)));
        Register pointer = temporary(index);
        move(pointer, base);
        code.add(new Insn.Alu(Width.BITS_64, AluOp.ADD, pointer, index));
        return new Place(pointer, offset, true);
    }

    /** A register to be a pointer for one access; not {@code r0}, which a compare-exchange may need, nor another one. */
    private Register temporary(Register other) {
        Set<Register> free = state.writable();
        free.remove(Register.R0);
        free.remove(other);
        Register pointer = choices.pick(free);
        state.lost(pointer);
        return pointer;
    }

    private void move(Register dst, Register source) {
        code.add(new Insn.Alu(Width.BITS_64, AluOp.MOV, dst, source));
    }
}
