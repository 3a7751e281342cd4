package dev.ring3.bpf.verifier;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.MapShape;
import java.util.OptionalInt;

/** Whether accesses stay inside memory that is not the stack. */
final class Bounds {
    private static final String CHECK_HINT =
            "compare the offset with the size before, as an unsigned number, and use the compared variable itself";

    /** The kernel's size of {@code struct bpf_spin_lock}. */
    private static final int SPIN_LOCK_BYTES = 4;

    /** The kernel's size of {@code struct bpf_timer}. */
    private static final int TIMER_BYTES = 16;

    /** Where an access begins: a pointer, in a register, and an offset. */
    record Place(Pointer pointer, long offset, Register register) {
        long min() {
            return pointer.offsetMin() + offset;
        }

        long max() {
            return pointer.offsetMax() + offset;
        }

        String text() {
            return Bounds.offset(min(), max());
        }
    }

    private Bounds() {}

    /** "1 byte", "4 bytes". */
    static String bytes(long count) {
        return count == 1 ? "1 byte" : count + " bytes";
    }

    /** An offset, or the range of one, in words. */
    static String offset(long min, long max) {
        if (min == max) {
            return "offset " + min;
        }
        if (Pointer.isFar(min) && Pointer.isFar(max)) {
            return "an offset of which nothing is known";
        }
        return Pointer.isFar(max)
                ? "an offset of at least %d and without upper bound".formatted(min)
                : Pointer.isFar(min)
                        ? "an offset of at most %d and without lower bound".formatted(max)
                        : "offset [%d, %d]".formatted(min, max);
    }

    static void requireNotNull(Pointer pointer, Register register) {
        if (pointer.nullable) {
            throw new Refusal(
                    Rule.POSSIBLY_NULL,
                    "%s may be null".formatted(register),
                    "compare it with null, and use it only where it is not",
                    register.number());
        }
    }

    /** Refuses an access that may touch anything else than the memory that the place is in. */
    static void require(Analysis analysis, Place place, long bytes, boolean write) {
        switch (place.pointer().target) {
            case Target.MapValue(MapShape map, int _) -> {
                requireInside(place, bytes, map.valueBytes(), "the value of map " + map.name());
                requireNoSpecialField(place, bytes, map);
                requireAllowed(place, write ? map.programsMayWrite() : map.programsMayRead(), write);
            }
            case Target.MapKey(MapShape map, int _) -> {
                requireInside(place, bytes, map.keyBytes(), "the key of map " + map.name());
                requireAllowed(place, !write, write);
            }
            case Target.Memory memory -> {
                requireInside(place, bytes, memory.sizeBytes(), "the memory");
                requireAllowed(place, memory.writable() || !write, write);
            }
            case Target.Packet _ -> {
                requireInPacket(analysis, place, bytes);
                requireAllowed(place, !write || analysis.has(ProgramType.Trait.PACKET_WRITABLE), write);
            }
            case Target.PacketMeta _ -> requireInPacket(analysis, place, bytes);
            case Target.PacketEnd _
            when analysis.subject.type().entry() instanceof Entry.Block -> requireBeforeEnd(place, bytes);
            case Target.Context _,
                    Target.HostObject _,
                    Target.Stack _,
                    Target.Map _,
                    Target.PacketEnd _,
                    Target.Function _ ->
                throw new Refusal(
                        Rule.NOT_A_POINTER,
                        "%s points to %s, which cannot be accessed like memory"
                                .formatted(
                                        place.register(), place.pointer().target.text()),
                        "",
                        place.register().number());
        }
    }

    private static void requireInside(Place place, long bytes, long size, String what) {
        if (place.min() < 0 || place.max() > size - bytes) {
            throw new Refusal(
                    Rule.OUT_OF_BOUNDS,
                    "%s at %s of %s, which has %s".formatted(bytes(bytes), place.text(), what, bytes(size)),
                    place.pointer().hasVariableOffset() ? CHECK_HINT : "",
                    place.register().number());
        }
    }

    private static void requireInPacket(Analysis analysis, Place place, long bytes) {
        Pointer pointer = place.pointer();
        long end = pointer.offset + place.offset() + bytes;
        if (place.min() < 0 || end > pointer.room) {
            boolean block = analysis.subject.type().entry() instanceof Entry.Block;
            String what = block ? "the memory" : "the packet";
            String known = pointer.hasVariableOffset()
                    ? "%s beyond its variable part are known to be inside".formatted(bytes(Math.max(0, pointer.room)))
                    : "of which %s are known to be there".formatted(bytes(Math.max(0, pointer.room)));
            throw new Refusal(
                    Rule.OUT_OF_BOUNDS,
                    "%s at %s of %s%s".formatted(bytes(bytes), place.text(), what, place.min() < 0 ? "" : ", " + known),
                    block
                            ? "compare the offset plus the size of the access with the length before"
                            : "compare the pointer plus the size of the access with the packet's end before",
                    place.register().number());
        }
    }

    private static void requireBeforeEnd(Place place, long bytes) {
        if (place.min() < -Math.max(0, place.pointer().room) || place.max() + bytes > 0) {
            throw new Refusal(
                    Rule.OUT_OF_BOUNDS,
                    "%s at %s from the end of the memory, of which %s are known to be there"
                            .formatted(bytes(bytes), place.text(), bytes(Math.max(0, place.pointer().room))),
                    "compare the length with what is needed before",
                    place.register().number());
        }
    }

    private static void requireAllowed(Place place, boolean allowed, boolean write) {
        if (!allowed) {
            throw new Refusal(
                    Rule.READ_ONLY,
                    "%s may not be %s".formatted(place.pointer().target.text(), write ? "written" : "read"),
                    write ? "constants and keys cannot change; copy what is to be changed" : "",
                    place.register().number());
        }
    }

    private static void requireNoSpecialField(Place place, long bytes, MapShape map) {
        requireApart(place, bytes, map.spinLockOffset(), SPIN_LOCK_BYTES, "struct bpf_spin_lock");
        requireApart(place, bytes, map.timerOffset(), TIMER_BYTES, "struct bpf_timer");
    }

    private static void requireApart(Place place, long bytes, OptionalInt field, int fieldBytes, String what) {
        if (field.isPresent()
                && place.min() < field.getAsInt() + fieldBytes
                && place.max() + bytes > field.getAsInt()) {
            throw new Refusal(
                    Rule.FIELD,
                    "%s at %s reach the %s at offset %d".formatted(bytes(bytes), place.text(), what, field.getAsInt()),
                    "it is used through its helpers alone",
                    place.register().number());
        }
    }
}
