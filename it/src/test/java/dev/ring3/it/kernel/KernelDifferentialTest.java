package dev.ring3.it.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.EngineKind;
import dev.ring3.it.kernel.Differential.Report;
import dev.ring3.linux.KernelBpf;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every engine against the kernel's own BPF. {@code -Dring3.seed} and {@code -Dring3.programs} replay,
 * {@code -Dring3.long=true} runs 3,000,000 programs; {@link DifferentialTest} shows that wrong engines are caught.
 */
class KernelDifferentialTest {
    private static final double ACCEPTED_PERCENT_MIN = 95;

    /** Programs that together have every form of instruction, see {@link DifferentialTest}. */
    private static final int COVERAGE_PROGRAMS = 500;

    @Test
    void engines_randomPrograms_leaveWhatTheKernelLeaves() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        long seed = TestSettings.seed();
        int programs = TestSettings.programs();
        List<RuntimeCandidate> engines =
                Stream.of(EngineKind.values()).map(RuntimeCandidate::new).toList();
        try (Differential differential = new Differential(bpf, engines)) {
            long start = System.nanoTime();
            Report report = differential.run(seed, programs);
            System.out.printf(
                    "%d programs, %d accepted by the kernel, %d forms of instruction, %d ms%n",
                    report.programs, report.accepted, report.forms.size(), (System.nanoTime() - start) / 1_000_000);

            assertThat(report.mismatches.stream().map(differential::shrunk)).isEmpty();
            assertThat(report.acceptedPercent())
                    .as(() -> String.join("\n", report.refusals))
                    .isGreaterThanOrEqualTo(ACCEPTED_PERCENT_MIN);
            if (programs >= COVERAGE_PROGRAMS) {
                Set<String> missing = new TreeSet<>(InsnForm.comparable());
                missing.removeAll(report.forms.keySet());
                assertThat(missing).isEmpty();
            }
        } finally {
            engines.forEach(RuntimeCandidate::close);
        }
    }
}
