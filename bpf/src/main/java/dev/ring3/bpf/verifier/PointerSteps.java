package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.type.Entry;

/** 64-bit addition and subtraction with pointers. */
final class PointerSteps {
    /** Offsets stay so small that nothing wraps around ({@code BPF_MAX_VAR_OFF}). */
    static final long OFFSET_MAX = 1 << 29;

    /** No address below this is ever given out, so that the end of a packet less so much does not wrap around. */
    private static final long END_OFFSET_MIN = -0xffff;

    private final Analysis analysis;

    PointerSteps(Analysis analysis) {
        this.analysis = analysis;
    }

    /** The sum or difference of two values of which at least one is a pointer; OR if {@link #orAdds}. */
    Value result(Insn.Alu alu, Value left, Value right) {
        if (alu.op() == AluOp.OR && left instanceof Pointer pointer && right instanceof Scalar scalar) {
            return moved(alu, pointer, scalar, false);
        }
        if (left instanceof Pointer a && right instanceof Pointer b) {
            return difference(alu, a, b);
        }
        if (left instanceof Pointer pointer && right instanceof Scalar scalar) {
            return moved(alu, pointer, scalar, alu.op() == AluOp.SUB);
        }
        if (left instanceof Scalar scalar && right instanceof Pointer pointer && alu.op() == AluOp.ADD) {
            return moved(alu, pointer, scalar, false);
        }
        throw refusal(alu, "a number minus a pointer");
    }

    private static Refusal refusal(Insn.Alu alu, String problem) {
        return refusal(alu, problem, "");
    }

    private static Refusal refusal(Insn.Alu alu, String problem, String hint) {
        return new Refusal(Rule.POINTER_ARITHMETIC, problem, hint, registers(alu.dst(), alu.source()));
    }

    private static int[] registers(Register dst, Operand source) {
        return source instanceof Register register && register != dst
                ? new int[] {dst.number(), register.number()}
                : new int[] {dst.number()};
    }

    private Value moved(Insn.Alu alu, Pointer pointer, Scalar scalar, boolean subtract) {
        if (pointer.nullable) {
            throw new Refusal(
                    Rule.POSSIBLY_NULL,
                    "arithmetic on a pointer that may be null (%s)".formatted(pointer),
                    "compare it with null before",
                    registers(alu.dst(), alu.source()));
        }
        requireMovable(alu, pointer, scalar);
        Dependency.mark(scalar.dependency); // offsets decide what is accepted
        if (scalar.isConstant()) {
            long constant = subtract ? -scalar.range.constantValue() : scalar.range.constantValue();
            return movedByConstant(alu, pointer, constant);
        }
        if (!subtract
                && pointsToPacketStart(pointer)
                && scalar.identity == Scalar.PACKET_LENGTH
                && pointer.offset + scalar.delta >= END_OFFSET_MIN
                && pointer.offset + scalar.delta <= OFFSET_MAX) {
            long lengthMin = Packets.lengthMin(scalar);
            boolean block = ((Target.Packet) pointer.target).block();
            return Pointer.to(new Target.PacketEnd(block), pointer.offset + scalar.delta)
                    .withRoom(Math.max(lengthMin, pointer.room));
        }
        Range variable = pointer.variable.alu(Width.BITS_64, subtract ? AluOp.SUB : AluOp.ADD, scalar.range);
        if (!pointer.target.isInPacket()) {
            return new Pointer(pointer.target, pointer.offset, variable, false, 0, 0);
        }
        long room = roomAfterMoving(pointer, scalar, subtract);
        return new Pointer(pointer.target, pointer.offset, variable, false, identity(pointer, scalar, subtract), room);
    }

    /**
     * What is known of the room beyond the new variable offset: what was known beyond the old one, less the most that
     * was added; or, from the packet's start, what is known of the number itself.
     */
    private static long roomAfterMoving(Pointer pointer, Scalar scalar, boolean subtract) {
        long most = subtract ? -scalar.range.signedMin() : scalar.range.signedMax();
        boolean small = scalar.range.signedMin() >= -OFFSET_MAX && scalar.range.signedMax() <= OFFSET_MAX;
        long rest = small && pointer.room != Scalar.NO_ROOM ? pointer.room - most : Scalar.NO_ROOM;
        return subtract || pointer.hasVariableOffset() ? rest : Math.max(rest, scalar.room);
    }

    /**
     * Whether OR-ing a number to a pointer adds it: compilers do so to reach into an array on the stack, which they know
     * to be aligned. True if no bit is set in both. Frames begin at multiples of 16, values of maps of 8.
     */
    static boolean orAdds(Pointer pointer, Scalar scalar) {
        long alignment = switch (pointer.target) {
            case Target.Stack _ -> 16;
            case Target.MapValue _ -> 8;
            case Target.Context _,
                    Target.MapKey _,
                    Target.Map _,
                    Target.Packet _,
                    Target.PacketMeta _,
                    Target.PacketEnd _,
                    Target.Memory _,
                    Target.HostObject _,
                    Target.Function _ -> 1;
        };
        Tnum position = Range.constant(pointer.offset)
                .alu(Width.BITS_64, AluOp.ADD, pointer.variable)
                .bits();
        long mayBeSet = scalar.range.bits().value() | scalar.range.bits().mask();
        return mayBeSet >= 0 && mayBeSet < alignment && ((position.value() | position.mask()) & mayBeSet) == 0;
    }

    /** The same number added to the start of the packet gives the same place, whoever adds it. */
    private int identity(Pointer pointer, Scalar scalar, boolean subtract) {
        boolean sameAsNumber = !subtract
                && !pointer.hasVariableOffset()
                && scalar.identity != Scalar.NO_IDENTITY
                && scalar.identity != Scalar.PACKET_LENGTH
                && scalar.delta == 0;
        return sameAsNumber ? scalar.identity : analysis.newNumber();
    }

    private static boolean pointsToPacketStart(Pointer pointer) {
        return pointer.target instanceof Target.Packet && !pointer.hasVariableOffset();
    }

    private static Pointer movedByConstant(Insn.Alu alu, Pointer pointer, long constant) {
        long offset = pointer.offset + constant;
        if (constant > OFFSET_MAX || constant < -OFFSET_MAX || offset > OFFSET_MAX || offset < -OFFSET_MAX) {
            throw refusal(
                    alu,
                    "offset %d is outside [%d, %d]".formatted(offset, -OFFSET_MAX, OFFSET_MAX),
                    "check that no negative or very large number is added");
        }
        return pointer.withOffset(offset);
    }

    private void requireMovable(Insn.Alu alu, Pointer pointer, Scalar scalar) {
        boolean zero = scalar.isConstant() && scalar.range.constantValue() == 0;
        switch (pointer.target) {
            case Target.Stack _,
                    Target.MapValue _,
                    Target.MapKey _,
                    Target.Packet _,
                    Target.PacketMeta _,
                    Target.Memory _ -> {}
            case Target.Context _, Target.HostObject _ -> {
                if (!scalar.isConstant()) {
                    throw refusal(
                            alu,
                            "a number that is not constant is added to a pointer to " + pointer.target.text(),
                            "fields are reached by constant offsets");
                }
            }
            case Target.PacketEnd _ -> {
                boolean small = scalar.isConstant() && Math.abs(scalar.range.constantValue()) <= -END_OFFSET_MIN / 2;
                boolean stillNear = Math.abs(pointer.offset) <= -END_OFFSET_MIN / 2;
                if (!zero && !(analysis.subject.type().entry() instanceof Entry.Block && small && stillNear)) {
                    throw refusal(
                            alu,
                            "arithmetic on the packet's end",
                            "add to the pointer that is compared with it instead");
                }
            }
            case Target.Map _, Target.Function _ -> {
                if (!zero) {
                    throw refusal(alu, "arithmetic on a pointer to " + pointer.target.text());
                }
            }
        }
    }

    private Value difference(Insn.Alu alu, Pointer a, Pointer b) {
        if (alu.op() == AluOp.ADD) {
            throw refusal(alu, "the sum of two pointers");
        }
        if (a.sameThing(b)) {
            boolean sameVariable = a.identity != 0 && a.identity == b.identity;
            Range variable = sameVariable ? Range.ZERO : a.variable.alu(Width.BITS_64, AluOp.SUB, b.variable);
            return Scalar.of(variable.alu(Width.BITS_64, AluOp.ADD, Range.constant(a.offset - b.offset)));
        }
        if (a.target instanceof Target.PacketEnd && pointsToPacketStart(b)) {
            long delta = a.offset - b.offset;
            long lengthMax = Packets.lengthMax(analysis.subject.type().entry());
            Range length = Range.unsigned(Math.clamp(b.room, 0, lengthMax), lengthMax);
            Range range = length.alu(Width.BITS_64, AluOp.ADD, Range.constant(delta));
            Scalar whole = new Scalar(length, null, Scalar.PACKET_LENGTH, 0, 0);
            return new Scalar(range, null, Scalar.PACKET_LENGTH, delta, Room.afterAdding(whole, delta));
        }
        if (analysis.has(ProgramType.Trait.POINTERS_MAY_LEAK) && !a.nullable && !b.nullable) {
            return Scalar.UNKNOWN;
        }
        throw new Refusal(
                Rule.POINTER_LEAK,
                "the difference of pointers to different things: %s, and %s".formatted(a, b),
                "subtract only pointers into the same object",
                registers(alu.dst(), alu.source()));
    }
}
