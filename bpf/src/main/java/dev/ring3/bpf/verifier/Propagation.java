package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Register;

/** What the {@link Dependency} nodes of whole states are used for. */
final class Propagation {
    private final StateComparison comparison;

    Propagation(StateComparison comparison) {
        this.comparison = comparison;
    }

    /**
     * Begins a new section of the path: everything gets nodes of its own, which the checkpoint about to be made shares.
     */
    void beginSection(State state) {
        for (int depth = 0; depth <= state.depth(); depth++) {
            Frame frame = state.frame(depth);
            for (int i = 0; i < Register.COUNT; i++) {
                frame.registers[i] = place(frame.registers[i]);
            }
            for (int i = 0; i < frame.slotsUsed(); i++) {
                StackSlot slot = frame.slot(i);
                if (slot.written() != 0) {
                    frame.setSlot(
                            i,
                            slot.withValues(place(slot.low()), place(slot.high()))
                                    .withRead(Dependency.place(slot.read())));
                }
            }
        }
    }

    private static Value place(Value value) {
        return value instanceof Scalar scalar ? scalar.withDependency(Dependency.place(scalar.dependency)) : value;
    }

    /** Marks in a state what was found to matter behind another that covers it; whether anything was new. */
    boolean propagate(State covering, State covered) {
        boolean changed = false;
        for (int depth = 0; depth <= covering.depth(); depth++) {
            Frame from = covering.frame(depth);
            Frame to = covered.frame(depth);
            int live = comparison.live(covering, depth);
            for (int i = 0; i < Register.COUNT; i++) {
                if ((live >> i & 1) != 0) {
                    changed |= propagate(from.registers[i], to.registers[i]);
                }
            }
            for (int i = 0; i < from.slotsUsed(); i++) {
                StackSlot slot = from.slot(i);
                StackSlot target = to.slot(i);
                if (slot.read() != null
                        && slot.read().isMarked()
                        && target.read() != null
                        && !target.read().isMarked()) {
                    Dependency.mark(target.read());
                    changed = true;
                }
                changed |= propagate(slot.low(), target.low());
                changed |= propagate(slot.high(), target.high());
            }
        }
        return changed;
    }

    private static boolean propagate(Value covering, Value covered) {
        if (covering instanceof Scalar from
                && covered instanceof Scalar to
                && from.isPrecise()
                && to.dependency != null
                && !to.dependency.isMarked()) {
            Dependency.mark(to.dependency);
            return true;
        }
        return false;
    }

    /** Forgets what is known of numbers that differ from those of an earlier round of a loop, if nothing depends on it. */
    @SuppressWarnings("ReferenceEquality") // whether it is changed at all, cheaply
    void widen(State before, State state) {
        for (int depth = 0; depth <= state.depth(); depth++) {
            Frame old = before.frame(depth);
            Frame now = state.frame(depth);
            for (int i = 0; i < Register.COUNT; i++) {
                now.registers[i] = widened(old.registers[i], now.registers[i]);
            }
            for (int i = 0; i < Math.min(old.slotsUsed(), now.slotsUsed()); i++) {
                StackSlot slot = old.slot(i);
                StackSlot target = now.slot(i);
                Value low = slot.lowBytes() == target.lowBytes() ? widened(slot.low(), target.low()) : target.low();
                Value high =
                        slot.highBytes() == target.highBytes() ? widened(slot.high(), target.high()) : target.high();
                if (low != target.low() || high != target.high()) {
                    now.setSlot(i, target.withValues(low, high));
                }
            }
        }
    }

    private static Value widened(Value old, Value now) {
        if (old instanceof Scalar before
                && now instanceof Scalar scalar
                && scalar.identity != Scalar.PACKET_LENGTH
                && !before.isPrecise()
                && !scalar.isPrecise()
                && !before.range.equals(scalar.range)) {
            return Scalar.of(Range.UNKNOWN, scalar.dependency);
        }
        return now;
    }
}
