package dev.ring3.it.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.EngineKind;
import dev.ring3.it.kernel.Differential.Report;
import dev.ring3.linux.KernelBpf;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Whether the differential test would notice: what it covers, and candidates that are wrong on purpose. */
class DifferentialTest {
    /** Programs within which a wrong candidate has to be caught. */
    private static final int CONTROL_PROGRAMS = 1_500;

    /** Programs whose instructions together have every form; the rarest comes some dozens of times. */
    private static final int COVERAGE_PROGRAMS = 500;

    /** To do nothing is right for these, on a little-endian machine. */
    private static final Set<String> NOTHING_TO_DO =
            Set.of("JA to the next", "JA32 to the next", "SWAP TO_LITTLE_ENDIAN DOUBLE");

    private static final long SEED = TestSettings.seed();

    @Test
    void generator_sameSeed_givesTheSameProgram() {
        for (int i = 0; i < 50; i++) {
            assertThat(ProgramGenerator.generate(SEED + i)).isEqualTo(ProgramGenerator.generate(SEED + i));
        }
    }

    @Test
    void generator_someHundredPrograms_haveEveryFormOfInstruction() {
        Set<String> missing = new TreeSet<>(InsnForm.comparable());
        for (int i = 0; i < COVERAGE_PROGRAMS; i++) {
            ProgramGenerator.generate(SEED + i).code().forEach(insn -> missing.remove(InsnForm.of(insn)));
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void kernel_againstItself_agrees() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        try (KernelEngine again = new KernelEngine(bpf);
                Differential differential = new Differential(bpf, List.of(again))) {
            assertThat(differential.run(SEED, 100).mismatches).isEmpty();
        }
    }

    @Test
    void candidates_thatMakeAMistake_areCaught() {
        try (RuntimeCandidate right = new RuntimeCandidate(EngineKind.INTERPRETER)) {
            requireCaught(Mutation.mistakes(right));
        }
    }

    @Test
    void candidates_thatIgnoreAFormOfInstruction_areCaught() {
        Set<String> forms = new TreeSet<>(InsnForm.comparable());
        forms.removeAll(NOTHING_TO_DO);
        try (RuntimeCandidate right = new RuntimeCandidate(EngineKind.INTERPRETER)) {
            requireCaught(
                    forms.stream().map(form -> Mutation.ignoring(right, form)).toList());
        }
    }

    @Test
    void mismatch_shrunk_keepsTheInstructionAtFault() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        try (RuntimeCandidate right = new RuntimeCandidate(EngineKind.INTERPRETER)) {
            Mutation wrong = Mutation.mistakes(right).getFirst();
            try (Differential differential = new Differential(bpf, List.of(wrong))) {
                Mismatch found =
                        differential.run(SEED, CONTROL_PROGRAMS).mismatches.getFirst();
                Mismatch shrunk = differential.shrunk(found);

                assertThat(shrunk.program().code().toString()).contains("op=ARSH");
                assertThat(shrunk.needed()).isLessThan(found.needed() / 2);
                assertThat(shrunk.toString())
                        .contains("seed " + found.program().seed(), "op=ARSH", "memory: ", "-Dring3.seed=");
            }
        }
    }

    private void requireCaught(List<Mutation> wrong) {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        try (Differential differential = new Differential(bpf, wrong)) {
            Report report = differential.run(SEED, CONTROL_PROGRAMS);
            Set<String> escaped = new TreeSet<>();
            wrong.forEach(mutation -> escaped.add(mutation.name()));
            report.mismatches.forEach(
                    mismatch -> escaped.remove(mismatch.candidate().name()));

            assertThat(escaped)
                    .as("wrong candidates not caught by %d programs from seed %d", report.programs, SEED)
                    .isEmpty();
            System.out.printf(
                    "%d wrong candidates caught within %d programs, last: %s%n",
                    wrong.size(),
                    report.programs,
                    report.mismatches.getLast().candidate().name());
        }
    }
}
