package dev.ring3.cli.suite;

import dev.ring3.bpf.insn.ConformanceGroup;
import dev.ring3.bpf.insn.CpuVersion;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which tests to run; the others are skipped.
 *
 * @param cpuVersion the highest version whose instructions a test may need
 * @param groups the groups whose instructions a test may need
 * @param fileNames the files to look at
 */
public record SuiteSelection(CpuVersion cpuVersion, Set<ConformanceGroup> groups, Predicate<String> fileNames) {
    public SuiteSelection {
        groups = Set.copyOf(groups);
    }

    /** A group as an option names it: a 64-bit one is more than its 32-bit one, and means both. */
    public static Set<ConformanceGroup> meantBy(ConformanceGroup group) {
        return switch (group) {
            case BASE64 -> EnumSet.of(ConformanceGroup.BASE32, group);
            case ATOMIC64 -> EnumSet.of(ConformanceGroup.ATOMIC32, group);
            case DIVMUL64 -> EnumSet.of(ConformanceGroup.DIVMUL32, group);
            case BASE32, ATOMIC32, DIVMUL32, PACKET, CALLX, ACQUIRE_RELEASE, MAY_GOTO -> EnumSet.of(group);
        };
    }
}
