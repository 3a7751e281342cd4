package dev.ring3.litmus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.litmus.LitmusTest.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationTest {
    private static Outcome check(String text) {
        return new Checker(LitmusModel.standard(), Reading.STANDARD, Checker.Limits.DEFAULT)
                .check(LitmusParser.parse(text, Reading.STANDARD));
    }

    @ParameterizedTest
    @CsvSource({
        "PodWW Rfe PodRR Fre, true",
        "PodWW L Rfe A PodRR Fre, false",
        "PodWW L Rfe DpAddrdR Fre, false",
        "PodWR Fre PodWR Fre, true",
        "FencedWR Fre FencedWR Fre, false",
        "PodRW Rfe PodRW Rfe, true",
        "DpDatadW Rfe DpCtrldW Rfe, false",
        "DpCtrldR Fre PodWW L Rfe, true",
        "PodWW Coe PodWW Coe, true",
        "PosRR Fre Rfe, false",
        "Rfi PodRR Fre Rfi PodRR Fre, true",
        "PodWR X Fre PodWR X Fre, false",
        "Rfe PodRR Fre Rfe PodRR Fre, true",
    })
    void cycle_knownShapes_areAllowedOrNot(String cycle, boolean allowed) {
        Outcome outcome = check(CycleTests.generate("shape", cycle));
        assertThat(outcome.positive() > 0).as(HerdText.of(outcome)).isEqualTo(allowed);
    }

    @Test
    void cycle_thatIsNone_isRefused() {
        assertThatThrownBy(() -> CycleTests.generate("no", "Rfe Rfe")).hasMessageContaining("ends with R");
        assertThatThrownBy(() -> CycleTests.generate("no", "PodWR PodRW"))
                .hasMessageContaining("no edge between threads");
        assertThatThrownBy(() -> CycleTests.generate("no", "Foo Rfe")).hasMessageContaining("no edge 'Foo'");
    }

    @Test
    void random_sameSeed_isTheSameTest() {
        RandomTests.Shape shape = new RandomTests.Shape(3, 4, 3, true, true);
        assertThat(RandomTests.generate(42, shape)).isEqualTo(RandomTests.generate(42, shape));
        assertThat(RandomTests.generate(42, shape)).isNotEqualTo(RandomTests.generate(43, shape));
    }

    /** Tests that take herd7 over a minute. */
    @Test
    void heavyTests_haveAllTheirExecutions() {
        assertThat(check(adders(2, 6)).negative()).isEqualTo(924);
        assertThat(check(adders(7, 1)).negative()).isEqualTo(5040);
        assertThat(check(readers(10)).positive()).isEqualTo(6);
        Outcome locks = check(tryLock(4));
        assertThat(locks.states()).hasSize(4);
        assertThat(locks.incompleteness()).isEmpty();
    }

    /** Threads that each add one to a counter several times, and look at all results. */
    static String adders(int threads, int times) {
        StringBuilder init = new StringBuilder();
        StringBuilder rows = new StringBuilder();
        StringBuilder atoms = new StringBuilder();
        for (int row = -1; row < times; row++) {
            for (int t = 0; t < threads; t++) {
                int register = row + 1;
                rows.append(t == 0 ? " " : " | ");
                if (row < 0) {
                    rows.append("P").append(t);
                    init.append("%d:r10=x; ".formatted(t));
                } else {
                    rows.append("r%d = atomic_fetch_add((u64 *)(r10 + 0), r%d)".formatted(register, register));
                    init.append("%d:r%d=1; ".formatted(t, register));
                    atoms.append(atoms.isEmpty() ? "" : " /\\ ").append("%d:r%d=0".formatted(t, register));
                }
            }
            rows.append(" ;\n");
        }
        return "BPF adders\n{ %s}\n%sexists (%s)\n".formatted(init, rows, atoms);
    }

    private static String readers(int reads) {
        StringBuilder rows = new StringBuilder(" P0 | P1 | P2 | P3 ;\n");
        StringBuilder atoms = new StringBuilder();
        for (int i = 0; i < reads; i++) {
            rows.append(i == 0 ? "*(u64 *)(r1 + 0) = 1 | *(u64 *)(r1 + 0) = 2 | *(u64 *)(r1 + 0) = 3 |" : " | | |")
                    .append(" r%d = *(u64 *)(r10 + 0) ;%n".formatted(i));
            atoms.append(i == 0 ? "" : " /\\ ").append("3:r%d=1".formatted(i));
        }
        return "BPF readers\n{ 0:r1=x; 1:r1=x; 2:r1=x; 3:r10=x; }\n%sexists (%s)\n".formatted(rows, atoms);
    }

    private static String tryLock(int threads) {
        String[] code = {
            "r0 = cmpxchg_64(r10 + 0, r0, r2)", "if r0 != 0 goto E", "r3 = *(u64 *)(r9 + 0)", "r3 += 1",
            "*(u64 *)(r9 + 0) = r3", "r4 = 0", "store_release((u64 *)(r10 + 0), r4)", "E:"
        };
        StringBuilder init = new StringBuilder();
        StringBuilder rows = new StringBuilder();
        for (int row = -1; row < code.length; row++) {
            for (int t = 0; t < threads; t++) {
                rows.append(t == 0 ? " " : " | ").append(row < 0 ? "P" + t : code[row]);
                init.append(row < 0 ? "%d:r10=l; %d:r9=x; %d:r2=1; ".formatted(t, t, t) : "");
            }
            rows.append(" ;\n");
        }
        return "BPF trylock\n{ %s}\n%sexists (x=1)\n".formatted(init, rows);
    }
}
