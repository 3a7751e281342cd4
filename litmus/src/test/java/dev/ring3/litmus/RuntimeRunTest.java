package dev.ring3.litmus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.EngineKind;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.RuntimeVerdict.Answer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engines against the model. */
class RuntimeRunTest {
    private static final Duration TIME = Duration.ofMillis(Boolean.getBoolean("ring3.long") ? 60_000 : 800);
    private static final long SEED = Long.getLong("ring3.litmus.seed", 1);

    private static LitmusTest cycle(String edges) {
        return LitmusParser.parse(CycleTests.generate("shape", edges), Reading.STANDARD);
    }

    private static RuntimeVerdict run(LitmusTest test, LitmusTest allowed, EngineKind engine) {
        return RuntimeVerdict.of(test, allowed, LitmusModel.standard(), engine, TIME, SEED);
    }

    @ParameterizedTest
    @CsvSource({
        "PodWR Fre PodWR Fre, JIT",
        "PodWR Fre PodWR Fre, INTERPRETER",
        "FencedWR Fre FencedWR Fre, JIT",
        "PodWW L Rfe A PodRR Fre, JIT",
        "PodWW Rfe DpAddrdR Fre, JIT",
        "DpDatadW Rfe DpCtrldW Rfe, JIT",
        "PodWR X Fre PodWR X Fre, JIT",
        "PosRR Fre Rfe, JIT",
    })
    void engine_shape_showsOnlyWhatIsAllowed(String edges, EngineKind engine) {
        LitmusTest test = cycle(edges);
        RuntimeVerdict verdict = run(test, test, engine);
        assertThat(verdict.forbidden()).as(verdict.text()).isEmpty();
        assertThat(verdict.seen().instances()).isPositive();
    }

    /** The negative control: without the fences that the model is asked about, store buffering shows what it forbids. */
    @Test
    void engine_fencesLeftOut_isFoundOut() {
        RuntimeVerdict verdict =
                run(cycle("PodWR Fre PodWR Fre"), withoutFences("FencedWR Fre FencedWR Fre"), EngineKind.JIT);
        assumeTrue(verdict.sensitive(), "this machine has not shown a store that is buffered");
        assumeTrue(verdict.answer() == Answer.VIOLATION, "this machine has not shown it in this test");
        assertThat(verdict.forbidden()).containsExactly("0:r3=0; 1:r3=0;");
    }

    /** The fenced test, asked about the registers of the plain one. */
    private static LitmusTest withoutFences(String edges) {
        String text = CycleTests.generate("shape", edges).replace("r3", "r9").replace("r4", "r3");
        return LitmusParser.parse(text, Reading.STANDARD);
    }

    @Test
    void test_withFramePointer_isNotRun() {
        LitmusTest test = LitmusParser.parse(
                "BPF t\n{ 0:r10=x; }\n P0 ;\n *(u64 *)(r10 + 0) = 1 ;\nexists (x=1)\n", Reading.STANDARD);
        assertThatThrownBy(() -> run(test, test, EngineKind.JIT))
                .isInstanceOf(LitmusException.class)
                .hasMessageContaining("frame pointer");
    }
}
