package dev.ring3.cli;

import dev.ring3.bpf.insn.ConformanceGroup;
import dev.ring3.cli.suite.SuiteSelection;
import java.util.AbstractList;
import java.util.EnumSet;
import java.util.Set;

/** The names that options take for conformance groups, {@code all} among them. */
final class GroupNames extends AbstractList<String> {
    private static final String ALL = "all";

    /** The groups that a name stands for. */
    static Set<ConformanceGroup> meantBy(String name) {
        if (name.strip().equalsIgnoreCase(ALL)) {
            return EnumSet.allOf(ConformanceGroup.class);
        }
        for (ConformanceGroup group : ConformanceGroup.values()) {
            if (Names.of(group).equalsIgnoreCase(name.strip())) {
                return SuiteSelection.meantBy(group);
            }
        }
        throw CommandException.usage(
                "'%s' is no conformance group; known: %s".formatted(name, String.join(", ", new GroupNames())));
    }

    @Override
    public String get(int index) {
        ConformanceGroup[] groups = ConformanceGroup.values();
        return index == groups.length ? ALL : Names.of(groups[index]);
    }

    @Override
    public int size() {
        return ConformanceGroup.values().length + 1;
    }
}
