package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind;
import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.type.StructType;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Loads and stores: what they may touch, and what a load gives. */
final class MemorySteps {
    private final Analysis analysis;
    private final StackSteps stack;

    MemorySteps(Analysis analysis) {
        this.analysis = analysis;
        this.stack = new StackSteps(analysis);
    }

    StackSteps stack() {
        return stack;
    }

    // The instructions.

    void load(State state, Insn.Load load) {
        Access access = access(state, load.base(), load.offset(), load.size(), false);
        Value value = loaded(state, access);
        if (load.signed()) {
            value = value instanceof Scalar scalar
                    ? Scalar.of(scalar.range.signExtend(load.size(), Width.BITS_64), scalar.dependency)
                    : value;
        }
        state.set(load.dst(), value);
    }

    void loadAcquire(State state, Insn.LoadAcquire load) {
        Access access = access(state, load.base(), load.offset(), load.size(), false);
        requireOrdered(access);
        state.set(load.dst(), loaded(state, access));
    }

    void store(State state, Insn.Store store) {
        Value value = Steps.value(state, store.value());
        store(state, access(state, store.base(), store.offset(), store.size(), true), store.value(), value);
    }

    void storeRelease(State state, Insn.StoreRelease store) {
        Value value = Steps.value(state, store.source());
        Access access = access(state, store.base(), store.offset(), store.size(), true);
        requireOrdered(access);
        store(state, access, store.source(), value);
    }

    void atomic(State state, Insn.Atomic atomic) {
        Value operand = Steps.value(state, atomic.source());
        boolean compares = atomic.op() == AtomicOp.COMPARE_EXCHANGE;
        Value expected = compares ? Steps.value(state, Register.R0) : operand;
        Access access = access(state, atomic.base(), atomic.offset(), atomic.size(), true);
        requireOrdered(access);
        if (access.pointer.target instanceof Target.MapValue) {
            Bounds.require(analysis, access(access), access.size.bytes(), false);
        }
        requireNumber(operand, atomic.source());
        requireNumber(expected, Register.R0);
        if (access.pointer.target instanceof Target.Stack) {
            if (loaded(state, access) instanceof Pointer) {
                throw new Refusal(
                        Rule.POINTER_LEAK,
                        "atomic operation on a pointer that was stored on the stack",
                        "",
                        access.register.number());
            }
            stack.overwrite(state, access.pointer, access.offset, access.size.bytes(), access.register);
        }
        if (atomic.op().fetches()) {
            state.set(compares ? Register.R0 : atomic.source(), Scalar.of(Range.ofBytes(atomic.size())));
        }
    }

    private static void requireNumber(Value value, Register register) {
        if (!(value instanceof Scalar)) {
            throw new Refusal(
                    Rule.POINTER_LEAK,
                    "%s is a pointer, and would be added to memory that others read".formatted(register),
                    "",
                    register.number());
        }
    }

    // What is accessed.

    /** An access that is inside what the pointer points to. */
    private record Access(Pointer pointer, int offset, Size size, Register register, boolean write) {}

    private Access access(State state, Register base, int offset, Size size, boolean write) {
        Value value = Steps.value(state, base);
        if (!(value instanceof Pointer pointer)) {
            throw new Refusal(
                    Rule.NOT_A_POINTER,
                    "%s is a %s, and is used as an address".formatted(base, value),
                    "only pointers that the host gave can be dereferenced; memory of others is read with a helper",
                    base.number());
        }
        Bounds.requireNotNull(pointer, base);
        Access access = new Access(pointer, offset, size, base, write);
        switch (pointer.target) {
            case Target.Context(StructType type) ->
                analysis.contextFields.add(field(access, type).name());
            case Target.HostObject(StructType type, int _) -> field(access, type);
            case Target.Stack _ -> stack.check(state, pointer, offset, size.bytes(), base, write);
            case Target.MapValue _,
                    Target.MapKey _,
                    Target.Packet _,
                    Target.PacketMeta _,
                    Target.PacketEnd _,
                    Target.Memory _,
                    Target.Map _,
                    Target.Function _ -> Bounds.require(analysis, access(access), size.bytes(), write);
        }
        return access;
    }

    private static Bounds.Place access(Access access) {
        return new Bounds.Place(access.pointer, access.offset, access.register);
    }

    /** Atomic and ordered accesses are aligned, and not to structures of the host, which rewrites their accesses. */
    private void requireOrdered(Access access) {
        if (access.pointer.target instanceof Target.Context || access.pointer.target instanceof Target.HostObject) {
            throw new Refusal(
                    Rule.FIELD,
                    "atomic access to " + access.pointer.target.text(),
                    "load the field plainly",
                    access.register.number());
        }
        if (access.pointer.target instanceof Target.PacketEnd && access.size != Size.BYTE) {
            throw new Refusal(
                    Rule.MISALIGNED,
                    "atomic access at a place that is known from the end alone, which may be anywhere",
                    "reach it from the start",
                    access.register.number());
        }
        Range offset = access.pointer.variable.alu(
                Width.BITS_64, AluOp.ADD, Range.constant(access.pointer.offset + access.offset));
        long low = access.size.bytes() - 1L;
        if (((offset.bits().value() | offset.bits().mask()) & low) != 0) {
            throw new Refusal(
                    Rule.MISALIGNED,
                    "atomic access of %d bytes at offset %s, which may be no multiple of it"
                            .formatted(access.size.bytes(), offset),
                    "keep shared counters at multiples of their size",
                    access.register.number());
        }
    }

    // Fields.

    private Field field(Access access, StructType type) {
        Pointer pointer = access.pointer;
        long at = pointer.offset + access.offset;
        if (pointer.hasVariableOffset()) {
            throw new IllegalStateException("variable offsets into structures are refused when they are made");
        }
        Field field = at >= 0 && at < type.sizeBytes() ? type.fieldAt((int) at).orElse(null) : null;
        if (field == null) {
            throw refusedField(
                    access,
                    "struct %s has no field at offset %d that a program of type %s may use"
                            .formatted(type.name(), at, analysis.subject.type().name()));
        }
        int bytes = access.size.bytes();
        long within = (at - field.offsetBytes()) % field.sizeBytes();
        boolean whole = within == 0 && bytes == field.sizeBytes();
        boolean part = within + bytes <= field.sizeBytes() && within % bytes == 0;
        if (access.write) {
            if (!field.writable()) {
                throw new Refusal(
                        Rule.READ_ONLY,
                        "field %s of struct %s may only be read".formatted(field.name(), type.name()),
                        "",
                        access.register.number());
            }
            if (!(whole || (part && field.kind() instanceof FieldKind.Bytes))) {
                throw refusedField(access, partOf(access, field, within, "written"));
            }
        } else if (!(whole || (part && (field.narrowReads() || field.kind() instanceof FieldKind.Bytes)))) {
            throw refusedField(access, partOf(access, field, within, "read"));
        }
        return field;
    }

    private static String partOf(Access access, Field field, long within, String what) {
        return "%d bytes at offset %d of field %s, which has %d bytes, cannot be %s"
                .formatted(access.size.bytes(), within, field.name(), field.sizeBytes(), what);
    }

    private static Refusal refusedField(Access access, String problem) {
        return new Refusal(
                Rule.FIELD,
                problem,
                "use the fields that the header of the program type declares, each with its own size",
                access.register.number());
    }

    // Loads.

    private Value loaded(State state, Access access) {
        return switch (access.pointer.target) {
            case Target.Context(StructType type) -> ofField(state, access, field(access, type));
            case Target.HostObject(StructType type, int _) -> ofField(state, access, field(access, type));
            case Target.Stack _ ->
                stack.load(state, access.pointer, access.offset, access.size.bytes(), access.register);
            case Target.MapValue(MapShape map, int _) -> ofMap(map, access);
            case Target.MapKey _, Target.Packet _, Target.PacketMeta _, Target.PacketEnd _, Target.Memory _ ->
                anyOf(access.size);
            case Target.Map _, Target.Function _ -> throw new IllegalStateException("was refused");
        };
    }

    private static Scalar anyOf(Size size) {
        return Scalar.of(Range.ofBytes(size));
    }

    private Value ofField(State state, Access access, Field field) {
        Value value = switch (field.kind()) {
            case FieldKind.Scalar _, FieldKind.Bytes _ -> anyOf(access.size);
            case FieldKind.Packet(FieldKind.Part part) ->
                Pointer.to(
                        switch (part) {
                            case START -> new Target.Packet(false);
                            case END -> new Target.PacketEnd(false);
                            case META -> new Target.PacketMeta();
                        });
            case FieldKind.Pointer(StructType type, boolean nullable) ->
                nullable
                        ? Pointer.nullable(new Target.HostObject(type, 0), analysis.newNumber())
                        : Pointer.to(new Target.HostObject(type, 0));
        };
        noteLoad(state.slot, field, value);
        return value;
    }

    /** The host rewrites loads of addresses in the packet, so that on all paths one instruction loads the same field. */
    private void noteLoad(int slot, Field field, Value value) {
        boolean inPacket = value instanceof Pointer pointer && pointer.target.isInPacket();
        boolean clash;
        if (inPacket) {
            Field before = analysis.packetLoads.put(slot, field);
            clash = analysis.otherLoads.contains(slot) || (before != null && !before.equals(field));
        } else {
            analysis.otherLoads.add(slot);
            clash = analysis.packetLoads.containsKey(slot);
        }
        if (clash) {
            throw new Refusal(
                    Rule.FIELD,
                    "on different paths, this load reads field %s and something else".formatted(field.name()),
                    "load the field on each path separately");
        }
    }

    /** What nobody changes is known, if the place is. */
    private Value ofMap(MapShape map, Access access) {
        byte @Nullable [] constants = map.constants().orElse(null);
        if (constants == null || access.pointer.hasVariableOffset()) {
            return anyOf(access.size);
        }
        int at = (int) (access.pointer.offset + access.offset);
        boolean little = analysis.subject.order() == ByteOrder.LITTLE_ENDIAN;
        long value = 0;
        int bytes = access.size.bytes();
        for (int i = 0; i < bytes; i++) {
            int place = little ? bytes - 1 - i : i;
            value = value << Byte.SIZE | (constants[at + place] & 0xff);
        }
        return Scalar.constant(value);
    }

    // Stores.

    private void store(State state, Access access, Operand operand, Value value) {
        if (access.pointer.target instanceof Target.Stack) {
            stack.store(state, access.pointer, access.offset, access.size.bytes(), access.register, operand, value);
            return;
        }
        if (value instanceof Pointer pointer
                && !(analysis.has(ProgramType.Trait.POINTERS_MAY_LEAK)
                        && !(access.pointer.target instanceof Target.Context))) {
            throw new Refusal(
                    Rule.POINTER_LEAK,
                    "%s would be stored in %s, where others see it".formatted(pointer, access.pointer.target.text()),
                    "store numbers; keep pointers in registers and on the stack",
                    operand instanceof Register register
                            ? new int[] {register.number(), access.register.number()}
                            : new int[] {access.register.number()});
        }
    }
}
