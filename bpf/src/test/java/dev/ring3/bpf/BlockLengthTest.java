package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.verifier.RejectedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs for memory that has a least length, of which they need not ask whether it is there. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class BlockLengthTest {
    private static final ProgramType TYPE = ProgramTypes.memory(16, 64);

    private final BpfRuntime runtime;

    BlockLengthTest(EngineKind engine) {
        runtime = BpfRuntime.builder().engine(engine).build();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private static BpfCode loadAt(int offset) {
        return BpfCode.of(load(Size.DOUBLE, R0, R1, offset), EXIT);
    }

    @Test
    void leastLength_isNotAskedFor() {
        MemorySegment memory = MemorySegment.ofArray(new byte[16]);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, 7);
        assertThat(runtime.program("last", loadAt(8), TYPE).run(memory)).isEqualTo(7);
    }

    @Test
    void beyondLeastLength_isRefused() {
        assertThatThrownBy(() -> runtime.program("beyond", loadAt(9), TYPE)).isInstanceOf(RejectedException.class);
    }

    @Test
    void shorterMemory_isRefusedWhenItIsGiven() {
        BpfProgram program = runtime.program("short", loadAt(8), TYPE);
        assertThatThrownBy(() -> program.run(MemorySegment.ofArray(new byte[15])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 16");
        assertThatThrownBy(() -> program.run(MemorySegment.ofArray(new byte[65])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 64");
    }

    @Test
    void invocationThatWasGivenNothing_hasTheLeastLengthInZeros() {
        try (Invocation invocation = runtime.program("none", loadAt(8), TYPE).newInvocation()) {
            assertThat(invocation.run()).isZero();
        }
    }
}
