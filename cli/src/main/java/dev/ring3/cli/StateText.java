package dev.ring3.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * For people to read, what the verifier knew at an instruction each time it looked at it.
 *
 * @param insns the instructions of the program
 */
record StateText(InsnText insns) {
    private static final String INDENT = "    ";

    String of(int slot, StateLog log) {
        StringBuilder text = new StringBuilder("insn %s  %s"
                        .formatted(insns.at(slot), insns.source(slot))
                        .stripTrailing())
                .append('\n');
        List<StateLog.Seen> states = log.states();
        if (states.isEmpty()) {
            return text + INDENT + "The verifier did not look at it: no path led there before it was done.\n";
        }
        for (int i = 0; i < states.size(); i++) {
            StateLog.Seen state = states.get(i);
            text.append("\n  State ")
                    .append(i + 1)
                    .append(state.times() > 1 ? ", seen %d times".formatted(state.times()) : "")
                    .append(i > 0 ? "; what differs from state 1:\n" : ":\n");
            List<String> first = states.getFirst().lines();
            (i == 0 ? first : difference(first, state.lines()))
                    .forEach(line -> text.append(INDENT).append(line).append('\n'));
        }
        if (log.others() > 0) {
            text.append(
                    "\n  After these it was looked at %s more in other states. The last, what differs from state 1:\n"
                            .formatted(VerdictText.count(log.others(), "time")));
            difference(states.getFirst().lines(), log.last())
                    .forEach(line -> text.append(INDENT).append(line).append('\n'));
        }
        return text.toString();
    }

    /** The lines of a state that another one lacks, and the names of what only that one has. */
    private static List<String> difference(List<String> first, List<String> lines) {
        List<String> difference = new ArrayList<>(lines);
        difference.removeAll(first);
        for (String line : first) {
            String name = line.replaceFirst(":.*", ":");
            if (line.contains(":") && lines.stream().noneMatch(other -> other.startsWith(name))) {
                difference.add(name + " nothing");
            }
        }
        return difference;
    }
}
