package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.mapValue;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Size;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Limits of a runtime, what it gives back, and that two know nothing of each other. */
class BpfRuntimeTest {
    private static final int MIB = 1 << 20;
    private static final BpfCode SEVEN = BpfCode.of(mov(R0, 7), EXIT);

    @Test
    void arrayMap_beyondTheLimit_isATypedErrorAndTakesNothing() {
        try (BpfRuntime runtime = BpfRuntime.builder()
                .verification(Verification.OFF)
                .memoryLimit(3 * MIB)
                .build()) {
            runtime.arrayMap("first", 2 * MIB, 1);
            assertThatThrownBy(() -> runtime.arrayMap("second", 2 * MIB, 1))
                    .isInstanceOf(BpfMemoryException.class)
                    .hasMessage("map second needs 2097152 bytes, and 2097152 of this runtime's limit of 3145728 are in"
                            + " use");
            assertThat(runtime.memoryUsed()).isEqualTo(2 * MIB);
            runtime.arrayMap("third", MIB, 1);
        }
    }

    @Test
    void newInvocation_beyondTheLimit_isATypedError() {
        try (BpfRuntime runtime = BpfRuntime.builder()
                .verification(Verification.OFF)
                .memoryLimit(MIB)
                .build()) {
            BpfProgram program = runtime.program("p", SEVEN, ProgramTypes.MEMORY);
            runtime.arrayMap("all", MIB, 1);
            assertThatThrownBy(program::newInvocation)
                    .isInstanceOf(BpfMemoryException.class)
                    .hasMessageStartingWith("the stack of p needs ");
        }
    }

    @Test
    void arrayMap_largerThanWhatIsReserved_isATypedError() {
        try (BpfRuntime runtime = BpfRuntime.builder()
                .verification(Verification.OFF)
                .memoryLimit(Long.MAX_VALUE)
                .build()) {
            assertThatThrownBy(() -> runtime.arrayMap("huge", 1 << 30, 1 << 20))
                    .isInstanceOf(BpfMemoryException.class)
                    .hasMessageContaining("bytes in a row")
                    .hasMessageContaining("-Dring3.bpf.memory sets more");
        }
    }

    @Test
    void close_thenAgain_givesZeroedMemoryBack() {
        for (int i = 0; i < 50; i++) {
            BpfRuntime runtime = Unverified.runtime();
            MemorySegment value = runtime.arrayMap("m", MIB, 1).value(0);
            assertThat(value.get(ValueLayout.JAVA_LONG, 4096)).isZero();
            value.fill((byte) -1);
            assertThat(runtime.memoryUsed()).isEqualTo(MIB);
            runtime.close();
            assertThat(runtime.memoryUsed()).isZero();
        }
    }

    @Test
    void close_thenUse_isRefused() {
        BpfRuntime runtime = Unverified.runtime();
        BpfProgram program = runtime.program("p", SEVEN, ProgramTypes.MEMORY);
        runtime.close();
        runtime.close();
        assertThatThrownBy(() -> runtime.arrayMap("m", 8, 1)).hasMessage("the BPF runtime is closed");
        assertThatThrownBy(() -> runtime.program("q", SEVEN, ProgramTypes.MEMORY))
                .hasMessage("the BPF runtime is closed");
        assertThatThrownBy(() -> program.run(MemorySegment.NULL)).hasMessage("program p is closed");
        assertThat(runtime.memoryUsed()).isZero();
    }

    @Test
    void names_inTwoRuntimes_areTwoThings() {
        try (BpfRuntime one = Unverified.runtime();
                BpfRuntime other = Unverified.runtime()) {
            ArrayMap first = one.arrayMap("same", 8, 1);
            ArrayMap second = other.arrayMap("same", 8, 1);
            first.value(0).set(ValueLayout.JAVA_LONG, 0, 1);
            second.value(0).set(ValueLayout.JAVA_LONG, 0, 2);
            BpfCode code = BpfCode.of(mapValue(R6, 3), load(Size.DOUBLE, R0, R6, 0), EXIT);
            Bindings bindings = new Bindings(Map.of(3, first), List.of(), Map.of());
            assertThat(one.program("p", code, ProgramTypes.MEMORY, bindings).run(MemorySegment.NULL))
                    .isEqualTo(1);
            assertThatThrownBy(() -> other.program("p", code, ProgramTypes.MEMORY, bindings))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("map same is closed or of another runtime");
        }
    }

    @Test
    void limits_thatAreNone_areRefused() {
        assertThatThrownBy(() -> BpfRuntime.builder().memoryLimit(0)).hasMessage("memory limit of 0");
        assertThatThrownBy(() -> BpfRuntime.builder().budget(-1)).hasMessage("budget of -1");
        try (BpfRuntime runtime = Unverified.runtime()) {
            assertThatThrownBy(() -> runtime.arrayMap("m", 0, 1)).hasMessage("array map m: 1 entries of 0 bytes");
        }
    }
}
