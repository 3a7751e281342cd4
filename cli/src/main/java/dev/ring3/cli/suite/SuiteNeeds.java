package dev.ring3.cli.suite;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.ConformanceGroup;
import dev.ring3.bpf.insn.CpuVersion;
import dev.ring3.bpf.insn.Insn;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a program needs of a runtime.
 *
 * @param cpuVersion the first version that has all its instructions
 * @param groups the groups of its instructions
 */
public record SuiteNeeds(CpuVersion cpuVersion, Set<ConformanceGroup> groups) {
    static SuiteNeeds of(BpfCode code) {
        CpuVersion version = CpuVersion.V1;
        Set<ConformanceGroup> groups = EnumSet.noneOf(ConformanceGroup.class);
        for (Insn insn : code) {
            CpuVersion needed = CpuVersion.of(insn);
            version = needed.compareTo(version) > 0 ? needed : version;
            groups.add(ConformanceGroup.of(insn));
        }
        return new SuiteNeeds(version, groups);
    }
}
