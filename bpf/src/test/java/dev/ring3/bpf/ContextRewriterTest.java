package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.imm;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.loadSigned;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.Insns.store;
import static dev.ring3.bpf.Insns.wide;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R2;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R7;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind.Part;
import dev.ring3.bpf.type.StructType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContextRewriterTest {
    private static final Field START = Field.packet("data", 4, 4, Part.START);
    private static final Field END = Field.packet("data_end", 8, 4, Part.END);
    private static final Field META = Field.packet("data_meta", 12, 8, Part.META);

    /** 20 bytes, so the addresses are at 24, 32 and 40. */
    private static final StructType CONTEXT =
            new StructType("context", 20, List.of(Field.scalar("mark", 0, 4), START, END, META));

    @Test
    void rewrite_loadsOfPacketFields_becomeLoadsOfTheAddresses() {
        BpfCode code = BpfCode.of(
                wide(R0, 7), // slots 0 and 1
                load(Size.WORD, R2, R1, 4),
                load(Size.WORD, R3, R7, 8 - 100), // r7 points 100 bytes behind the context
                load(Size.DOUBLE, R0, R1, 12),
                load(Size.WORD, R0, R1, 0),
                EXIT);
        assertThat(ContextRewriter.rewrite(code, CONTEXT, Map.of(2, START, 3, END, 4, META)))
                .isEqualTo(BpfCode.of(
                        wide(R0, 7),
                        load(Size.DOUBLE, R2, R1, 24),
                        load(Size.DOUBLE, R3, R7, 32 - 100),
                        load(Size.DOUBLE, R0, R1, 40),
                        load(Size.WORD, R0, R1, 0),
                        EXIT));
    }

    @Test
    void rewrite_noPacketLoads_givesTheSameCode() {
        BpfCode code = BpfCode.of(load(Size.WORD, R0, R1, 4), EXIT);
        assertThat(ContextRewriter.rewrite(code, CONTEXT, Map.of())).isSameAs(code);
    }

    static Stream<Insn> others() {
        return Stream.of(
                load(Size.HALF, R0, R1, 4),
                load(Size.DOUBLE, R0, R1, 4),
                loadSigned(Size.WORD, R0, R1, 4),
                store(Size.WORD, R1, 4, imm(0)),
                mov(R0, 1));
    }

    @ParameterizedTest
    @MethodSource("others")
    void rewrite_anythingButALoadOfTheWholeField_isOurBug(Insn other) {
        BpfCode code = BpfCode.of(other, EXIT);
        assertThatThrownBy(() -> ContextRewriter.rewrite(code, CONTEXT, Map.of(0, START)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("data");
    }

    @Test
    void rewrite_fieldThatIsNoneOfThePacket_isOurBug() {
        BpfCode code = BpfCode.of(load(Size.WORD, R0, R1, 0), EXIT);
        Field mark = CONTEXT.fields().getFirst();
        assertThatThrownBy(() -> ContextRewriter.rewrite(code, CONTEXT, Map.of(0, mark)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("mark");
    }
}
