package dev.ring3.bpf;

import dev.ring3.bpf.engine.ContextLayout;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind;
import dev.ring3.bpf.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns the loads of a packet's addresses out of a context, which Linux has 4 bytes wide, into loads of the whole
 * addresses that {@link ContextLayout} puts behind the structure. Which loads these are only the verifier knows.
 */
final class ContextRewriter {
    private ContextRewriter() {}

    /**
     * The code as it runs.
     *
     * @throws IllegalStateException if it was not verified, and its context leads to a packet
     */
    static BpfCode rewrite(ProgramSource source) {
        if (!(source.type().entry() instanceof Entry.Context(StructType type, int _))) {
            return source.code();
        }
        if (!source.verified() && hasPacket(type)) {
            throw new IllegalStateException(
                    "program %s of type %s is not verified: its context, struct %s, leads to a packet, which only verified programs can follow"
                            .formatted(source.name(), source.type().name(), type.name()));
        }
        return rewrite(source.code(), type, source.packetLoads());
    }

    /** The code with the loads at some slots, each of a packet field, in the form that runs. */
    static BpfCode rewrite(BpfCode code, StructType context, Map<Integer, Field> fieldBySlot) {
        if (fieldBySlot.isEmpty()) {
            return code;
        }
        List<Insn> insns = new ArrayList<>(code.insns().size());
        int slot = 0;
        for (Insn insn : code) {
            Field field = fieldBySlot.get(slot);
            insns.add(field == null ? insn : rewrite(insn, context, field));
            slot += insn.slots();
        }
        return BpfCode.of(insns);
    }

    private static Insn rewrite(Insn insn, StructType context, Field field) {
        if (!(field.kind() instanceof FieldKind.Packet(FieldKind.Part part))
                || !(insn instanceof Insn.Load(Size size, boolean signed, Register dst, Register base, int offset))
                || signed
                || size.bytes() != field.sizeBytes()) {
            throw new IllegalStateException("%s is no load of the packet field %s".formatted(insn, field));
        }
        int moved = ContextLayout.offset(context.sizeBytes(), part) - field.offsetBytes();
        return new Insn.Load(Size.DOUBLE, false, dst, base, offset + moved);
    }

    private static boolean hasPacket(StructType type) {
        return type.fields().stream().anyMatch(field -> field.kind() instanceof FieldKind.Packet);
    }
}
