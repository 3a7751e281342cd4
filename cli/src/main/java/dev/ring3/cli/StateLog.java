package dev.ring3.cli;

import dev.ring3.bpf.verifier.VerifierOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Watches a verification: counts what comes by at every instruction, and keeps what differs at one. */
final class StateLog {
    /** So many distinct states are kept, and the last one. */
    static final int STATES_MAX = 12;

    private final int slotOfInterest;
    private final Map<Integer, Integer> visits = new HashMap<>();
    private final Map<String, Integer> indexByText = new HashMap<>();
    private final List<Seen> states = new ArrayList<>();
    private long others;
    private @Nullable String last; // of the others

    /**
     * A state.
     *
     * @param lines a line for each register and each part of the stack of which something is known
     * @param times how often it came by
     */
    record Seen(List<String> lines, int times) {
        Seen again() {
            return new Seen(lines, times + 1);
        }
    }

    /** @param slotOfInterest whose states to keep, or -1 */
    StateLog(int slotOfInterest) {
        this.slotOfInterest = slotOfInterest;
    }

    VerifierOptions attach(VerifierOptions options) {
        return options.withObserver(this::see);
    }

    private void see(int slot, Supplier<String> state) {
        visits.merge(slot, 1, Integer::sum);
        if (slot != slotOfInterest) {
            return;
        }
        String text = state.get();
        Integer index = indexByText.get(text);
        if (index != null) {
            states.set(index, states.get(index).again());
        } else if (states.size() < STATES_MAX) {
            indexByText.put(text, states.size());
            states.add(new Seen(text.lines().toList(), 1));
        } else {
            others++;
            last = text;
        }
    }

    /** How often the verifier looked at an instruction. */
    int visits(int slot) {
        return visits.getOrDefault(slot, 0);
    }

    /** The states that differ, in the order in which they came by first. */
    List<Seen> states() {
        return List.copyOf(states);
    }

    /** How many came by that are not kept, but for the last. */
    long others() {
        return others;
    }

    /** The last of the others; no line if there are none. */
    List<String> last() {
        return last == null ? List.of() : last.lines().toList();
    }
}
