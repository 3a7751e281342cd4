package dev.ring3.it.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.kernel.KernelProgramTypes;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgram;
import dev.ring3.linux.KernelProgramType;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import dev.ring3.linux.ProgramSpec;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which helpers are for programs under the GPL alone, as the kernel answers for each helper of some types of programs. */
class HelperLicenseTest {
    private static final int HELPERS = 211;
    private static final int PERF_EVENT = 7;
    private static final int KPROBE = 2;
    private static final int CGROUP_SKB = 8;
    private static final String REFUSAL = "cannot call GPL-restricted function";
    private static final String ABSENT = "program of this type cannot use helper";

    private static Map<Integer, ProgramType> types() {
        return Map.of(
                KernelProgramType.XDP.number(),
                KernelProgramTypes.XDP,
                KernelProgramType.SCHED_CLS.number(),
                KernelProgramTypes.TC,
                KPROBE,
                KernelProgramTypes.KPROBE,
                PERF_EVENT,
                KernelProgramTypes.PERF_EVENT,
                CGROUP_SKB,
                KernelProgramTypes.CGROUP_SKB);
    }

    /** The kernel asks for the licence before it looks at an argument; empty if this one does not have the helper. */
    private static Optional<Boolean> isForGplAlone(KernelBpf bpf, int type, int helper) {
        byte[] code = InsnLayout.encode(
                Assembler.assemble("call %d%nr0 = 0%nexit%n".formatted(helper), Dialect.LLVM), ByteOrder.nativeOrder());
        return switch (bpf.load(
                ProgramSpec.of(new KernelProgramType(type), code).withLicense("MIT"))) {
            case Rejected<KernelProgram> rejected ->
                rejected.log().contains(ABSENT)
                        ? Optional.empty()
                        : Optional.of(rejected.log().contains(REFUSAL));
            case Loaded<KernelProgram> loaded -> {
                loaded.value().close();
                yield Optional.of(false);
            }
        };
    }

    @Test
    void helpers_ofEachType_askForTheLicenceThatTheKernelAsksFor() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        Map<String, Boolean> differences = new TreeMap<>();
        List<String> restricted = new ArrayList<>();
        types().forEach((number, type) -> {
            for (int helper = 1; helper <= HELPERS; helper++) {
                FunctionContract contract = type.functions().contract(helper);
                if (contract != null) {
                    String name = type.name() + " " + contract.name();
                    isForGplAlone(bpf, number, helper).ifPresent(expected -> {
                        if (expected) {
                            restricted.add(name);
                        }
                        if (expected != contract.has(Effect.GPL_ONLY)) {
                            differences.put(name, expected);
                        }
                    });
                }
            }
        });
        System.out.printf("%d helpers are for programs under the GPL alone%n", restricted.size());
        assertThat(differences).isEmpty();
        assertThat(restricted).hasSizeGreaterThan(20);
    }
}
