package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.Argument.Kind;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.type.Result;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions that call back with any number, and take any number for a result ({@link Effect#CALLS_FOR_EACH_NUMBER}). */
class NumberCallbackTest {
    private static final FunctionContract EACH = FunctionContract.of(
                    "each",
                    Result.SCALAR,
                    Argument.of(Kind.CALLBACK),
                    Argument.of(Kind.CALLBACK_CONTEXT).orNull())
            .with(Effect.CALLS_FOR_EACH_NUMBER);

    private static final ProgramType TYPE = ProgramTypes.MEMORY.with(EACH, (_, _, _, _, _, _) -> 0);
    private static final MapShape VALUES = MapShape.of("values", 2, 4, 64, 1);

    /** A program with a number on its stack that is 7, and a callback that gets its address. */
    private static String verdict(String body) {
        String source = """
                *(u64 *)(r10 - 8) = 7
                r1 = body ll
                r2 = r10
                r2 += -8
                call %d
                r0 = *(u64 *)(r10 - 8)
                exit
                body:
                %s
                exit
                """.formatted(TYPE.functions().number("each").getAsInt(), body.replace(';', '\n'));
        Subject subject = Subject.of("case", Assembler.assemble(source, Dialect.LLVM), TYPE, List.of(VALUES));
        return switch (Verifier.verify(subject)) {
            case Verdict.Accepted _ -> "accepted";
            case Verdict.Rejected rejected -> rejected.rule().label();
        };
    }

    @ParameterizedTest
    @CsvSource({
        "r0 = 0, accepted",
        "r0 = 5, accepted", // any number is a score
        "r0 = r1, accepted",
        "r0 = *(u64 *)(r2 + 0), accepted",
        "r3 = 1; lock *(u64 *)(r2 + 0) += r3; r0 = -1, accepted",
        "r0 = *(u64 *)(r2 + 8), out-of-bounds",
        "r2 += r1; r0 = *(u8 *)(r2 + 0), out-of-bounds", // the number is any
        "r1 &= 7; r2 += r1; r0 = *(u8 *)(r2 + 0), accepted",
        "r0 = r2, result",
        "r0 = r3, uninitialized-register",
        "r1 = 1, result", // none
        "r0 = *(u64 *)(r1 + 0), not-a-pointer"
    })
    void body_anyNumberGiven_hasItsVerdict(String body, String verdict) {
        assertThat(verdict(body)).isEqualTo(verdict);
    }

    /** What the callback may have changed is not known behind the call, and not in its next round. */
    @Test
    void stack_thatTheCallbackChanges_isNotKnownAfterwards() {
        String source = """
                *(u64 *)(r10 - 8) = 0
                *(u64 *)(r10 - 16) = 0
                r1 = body ll
                r2 = r10
                r2 += -8
                call %d
                r1 = *(u64 *)(r10 - 8)
                r2 = r10
                r2 += -16
                r2 += r1
                r0 = *(u8 *)(r2 + 0)
                exit
                body:
                r3 = *(u64 *)(r2 + 0)
                r3 += 1
                *(u64 *)(r2 + 0) = r3
                r0 = 0
                exit
                """.formatted(TYPE.functions().number("each").getAsInt());
        Subject subject = Subject.of("case", Assembler.assemble(source, Dialect.LLVM), TYPE, List.of(VALUES));

        assertThat(Verifier.verify(subject))
                .isInstanceOfSatisfying(
                        Verdict.Rejected.class,
                        rejected -> assertThat(rejected.rule()).isEqualTo(Rule.OUT_OF_BOUNDS));
    }
}
