package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.InsnException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Collects instructions and labels in source order; {@link #link} gives the jumps to labels their offsets once all
 * labels are known.
 */
final class ProgramBuilder {
    /** A jump to a label, whose instruction stands in the list with offset 0 until it is linked. */
    private record Pending(int index, int slot, Target target, int bits, IntFunction<Insn> insn) {}

    private record LocalDefinition(String number, int slot) {}

    private record Definition(Position at, int slot) {}

    private final List<Insn> insns = new ArrayList<>();
    private final List<Position> positions = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private final Map<String, Definition> labels = new HashMap<>();
    private final Map<String, Integer> implicitLabels = new HashMap<>();
    private final List<LocalDefinition> localLabels = new ArrayList<>();
    private int slots;

    /** Names the next instruction; a second label of the name is an error. */
    void label(Token name) {
        Definition earlier = labels.putIfAbsent(name.text(), new Definition(name.at(), slots));
        if (earlier != null) {
            throw Statement.unexpected(
                    name,
                    "a new label: this one stands at line %d already"
                            .formatted(earlier.at().line()));
        }
    }

    /** Names the next instruction by a number, which may be given again and again. */
    void localLabel(Token number) {
        localLabels.add(new LocalDefinition(number.text(), slots));
    }

    /** Names the next instruction, unless this was done before; a label of the source goes first. */
    void implicitLabel(String name) {
        implicitLabels.putIfAbsent(name, slots);
    }

    void add(Position at, Insn insn) {
        if (slots + insn.slots() > BpfCode.SLOTS_MAX) {
            throw new AssemblyException(at, "a program has at most %d slots".formatted(BpfCode.SLOTS_MAX));
        }
        insns.add(insn);
        positions.add(at);
        slots += insn.slots();
    }

    /**
     * Adds an instruction that refers to another.
     *
     * @param bits the width of the field that holds the offset
     * @param insn the instruction with a given offset
     */
    void add(Position at, Target target, int bits, IntFunction<Insn> insn) {
        if (target instanceof Target.Relative(int offset)) {
            add(at, insn.apply(offset));
            return;
        }
        pending.add(new Pending(insns.size(), slots, target, bits, insn));
        add(at, insn.apply(0));
    }

    /** The program with all labels resolved; offsets written as numbers may lead anywhere. */
    BpfCode link() {
        Map<String, NavigableSet<Integer>> locals = new HashMap<>();
        if (pending.stream().anyMatch(jump -> jump.target() instanceof Target.LocalLabel)) {
            for (LocalDefinition local : localLabels) {
                locals.computeIfAbsent(local.number(), _ -> new TreeSet<>()).add(local.slot());
            }
        }
        for (Pending jump : pending) {
            int offset = slotOf(jump, locals) - jump.slot() - 1;
            if (jump.bits() == Short.SIZE && offset != (short) offset) {
                throw new AssemblyException(
                        positions.get(jump.index()),
                        "the label is %d slots away, out of reach of a 16-bit offset".formatted(offset));
            }
            insns.set(jump.index(), jump.insn().apply(offset));
        }
        return BpfCode.unlinked(insns);
    }

    /** As {@link #link}, for a program that is complete. */
    BpfCode linkComplete() {
        try {
            return link().requireComplete();
        } catch (InsnException e) {
            throw new AssemblyException(positionOf(e.slot()), "not a complete program: " + e.getMessage());
        }
    }

    private int slotOf(Pending jump, Map<String, NavigableSet<Integer>> locals) {
        return switch (jump.target()) {
            case Target.Relative(int offset) -> jump.slot() + 1 + offset;
            case Target.Label(Token name) -> {
                Definition definition = labels.get(name.text());
                yield definition != null ? definition.slot() : require(implicitLabels.get(name.text()), name);
            }
            case Target.LocalLabel(Token at, String number, boolean forward) -> {
                NavigableSet<Integer> slotsOfNumber = locals.getOrDefault(number, new TreeSet<>());
                yield require(forward ? slotsOfNumber.higher(jump.slot()) : slotsOfNumber.floor(jump.slot()), at);
            }
        };
    }

    private static int require(@Nullable Integer slot, Token label) {
        if (slot == null) {
            throw Statement.unexpected(label, "a label of this program");
        }
        return slot;
    }

    private Position positionOf(int slot) {
        int at = 0;
        for (int i = 0; i < insns.size(); i++) {
            at += insns.get(i).slots();
            if (at > slot) {
                return positions.get(i);
            }
        }
        return Position.START;
    }
}
