package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.add;
import static dev.ring3.bpf.Insns.imm;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.mapValue;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.Insns.store;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R4;
import static dev.ring3.bpf.insn.Register.R6;
import static dev.ring3.bpf.insn.Register.R7;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Size;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two runs pass messages: data is stored, then a flag is stored with release; whoever loads the flag with acquire finds
 * at least the data that came before it.
 */
@ParameterizedClass
@EnumSource(EngineKind.class)
class MessagePassingTest {
    private static final int MESSAGES = 300_000;
    private static final int CHANNEL = 1;
    private static final int DATA = 0;
    private static final int FLAG = 128; // on a cache line of its own

    private final EngineKind engine;

    MessagePassingTest(EngineKind engine) {
        this.engine = engine;
    }

    @ParameterizedTest
    @EnumSource(
            value = Size.class,
            names = {"WORD", "DOUBLE"})
    void releaseAndAcquire_twoRuns_neverShowTheFlagBeforeTheData(Size size) throws Exception {
        Insn data = store(size, R6, DATA, R7);
        Insn flag = new Insn.StoreRelease(size, R6, FLAG, R7);
        assertThat(messagesOutOfOrder(size, List.of(data, flag))).isZero();
    }

    /** The reader notices a writer that does it in the wrong order. */
    @Test
    void wrongOrder_twoRuns_isNoticed() throws Exception {
        Insn data = store(Size.DOUBLE, R6, DATA, R7);
        Insn flag = new Insn.StoreRelease(Size.DOUBLE, R6, FLAG, R7);
        long noticed = 0;
        for (int i = 0; i < 100 && noticed == 0; i++) {
            noticed = messagesOutOfOrder(Size.DOUBLE, List.of(flag, data));
        }
        assertThat(noticed).isPositive();
    }

    private long messagesOutOfOrder(Size size, List<Insn> send) throws Exception {
        try (BpfRuntime runtime = BpfRuntime.builder()
                .verification(Verification.OFF)
                .engine(engine)
                .budget(Long.MAX_VALUE)
                .build()) {
            ArrayMap channel = runtime.arrayMap("channel", 256, 1);
            Bindings bindings = new Bindings(Map.of(CHANNEL, channel), List.of(), Map.of());
            List<BpfCode> codes = List.of(writer(send), reader(size));
            return Parallel.run(
                            2,
                            i -> runtime.program("side " + i, codes.get(i), ProgramTypes.MEMORY, bindings)
                                    .newInvocation()::run)
                    .getLast();
        }
    }

    private static BpfCode writer(List<Insn> send) {
        return new Code()
                .add(mapValue(R6, CHANNEL), mov(R7, 0))
                .label("next")
                .add(add(R7, 1))
                .add(send.toArray(Insn[]::new))
                .jumpIf(R7, Condition.NOT_EQUAL, imm(MESSAGES), "next")
                .add(mov(R0, 0), EXIT)
                .build();
    }

    /** Counts how often the data was older than the flag, until the last message. */
    private static BpfCode reader(Size size) {
        return new Code()
                .add(mapValue(R6, CHANNEL), mov(R0, 0))
                .label("next")
                .add(new Insn.LoadAcquire(size, R3, R6, FLAG), load(size, R4, R6, DATA))
                .jumpIf(R4, Condition.GREATER_OR_EQUAL, R3, "in order")
                .add(add(R0, 1))
                .label("in order")
                .jumpIf(R3, Condition.NOT_EQUAL, imm(MESSAGES), "next")
                .add(EXIT)
                .build();
    }
}
