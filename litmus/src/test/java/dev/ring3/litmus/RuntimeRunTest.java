package dev.ring3.litmus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.RuntimeVerdict.Answer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The engines against the model. */
class RuntimeRunTest {
    private static final Duration TIME = Duration.ofMillis(Boolean.getBoolean("ring3.long") ? 60_000 : 800);
    private static final long SEED = Long.getLong("ring3.litmus.seed", 1);

    private static LitmusTest cycle(String edges) {
        return LitmusParser.parse(CycleTests.generate("shape", edges), Reading.STANDARD);
    }

    private static RuntimeVerdict run(LitmusTest test, LitmusTest allowed, RuntimeTarget engine) {
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
        "PodWR Fre PodWR Fre, KERNEL",
        "PodWW L Rfe A PodRR Fre, KERNEL",
    })
    void engine_shape_showsOnlyWhatIsAllowed(String edges, RuntimeTarget engine) {
        LitmusTest test = cycle(edges);
        engine.unavailable().ifPresent(reason -> assumeTrue(false, reason));
        RuntimeVerdict verdict = run(test, test, engine);
        assertThat(verdict.forbidden()).as(verdict.text()).isEmpty();
        assertThat(verdict.seen().instances()).isPositive();
    }

    /** The negative control: without the fences that the model is asked about, store buffering shows what it forbids. */
    @Test
    void engine_fencesLeftOut_isFoundOut() {
        RuntimeVerdict verdict =
                run(cycle("PodWR Fre PodWR Fre"), withoutFences("FencedWR Fre FencedWR Fre"), RuntimeTarget.JIT);
        assumeTrue(verdict.sensitive(), "this machine has not shown a store that is buffered");
        assumeTrue(verdict.answer() == Answer.VIOLATION, "this machine has not shown it in this test");
        assertThat(verdict.forbidden()).containsExactly("0:r3=0; 1:r3=0;");
    }

    /** The fenced test, asked about the registers of the plain one. */
    private static LitmusTest withoutFences(String edges) {
        String text = CycleTests.generate("shape", edges).replace("r3", "r9").replace("r4", "r3");
        return LitmusParser.parse(text, Reading.STANDARD);
    }

    /** Each engine computes what the model does: one thread, all of whose results are seen. */
    @ParameterizedTest
    @EnumSource
    void engine_oneThread_endsAsTheModelSays(RuntimeTarget engine) {
        engine.unavailable().ifPresent(reason -> assumeTrue(false, reason));
        LitmusTest test = LitmusParser.parse("""
                BPF one
                { uint16_t a[4]={1,2,3,4}; y=7; 0:r1=a; 0:r2=y; 0:r0=7; 0:r9=-2; }
                 P0 ;
                 r3 = *(u32 *)(r1 + 4) ;
                 r4 = *(s16 *)(r1 + 2) ;
                 *(u16 *)(r1 + 0) = r9 ;
                 r0 = cmpxchg_64(r2 + 0, r0, r9) ;
                 r5 = 3 ;
                 r5 = atomic_fetch_xor((u64 *)(r2 + 0), r5) ;
                 w6 = w9 ;
                 w6 s>>= 1 ;
                 if w6 s> -2 goto L ;
                 r7 = 1 ;
                 L: r8 = load_acquire((u16 *)(r1 + 0)) ;
                locations [a[0]; y;]
                exists (0:r0=7 /\\ 0:r3=262147 /\\ 0:r4=2 /\\ 0:r5=-2 /\\ 0:r6=4294967295 /\\ 0:r7=0 /\\ 0:r8=65534)
                """, Reading.STANDARD);
        RuntimeVerdict verdict = run(test, test, engine);
        assertThat(verdict.forbidden()).as(verdict.text()).isEmpty();
        assertThat(verdict.seen().states()).hasSize(1);
        Outcome outcome = new Checker(LitmusModel.standard(), Reading.STANDARD, Checker.Limits.DEFAULT).check(test);
        assertThat(outcome.positive()).as(HerdText.of(outcome)).isEqualTo(1);
    }

    @Test
    void kernel_loopWithoutEnd_isRefusedWithAReason() {
        RuntimeTarget.KERNEL.unavailable().ifPresent(reason -> assumeTrue(false, reason));
        LitmusTest test = LitmusParser.parse(
                "BPF t\n{ 0:r1=x; x=1; }\n P0 ;\n L: r2 = *(u64 *)(r1 + 0) ;\n if r2 != 1 goto L ;\nexists (x=1)\n",
                Reading.STANDARD);
        assertThatThrownBy(() -> run(test, test, RuntimeTarget.KERNEL))
                .isInstanceOf(LitmusException.class)
                .hasMessageMatching("(?s).*(verifier refuses P0|not known).*");
    }

    @Test
    void test_withFramePointer_isNotRun() {
        LitmusTest test = LitmusParser.parse(
                "BPF t\n{ 0:r10=x; }\n P0 ;\n *(u64 *)(r10 + 0) = 1 ;\nexists (x=1)\n", Reading.STANDARD);
        assertThatThrownBy(() -> run(test, test, RuntimeTarget.JIT))
                .isInstanceOf(LitmusException.class)
                .hasMessageContaining("frame pointer");
    }
}
