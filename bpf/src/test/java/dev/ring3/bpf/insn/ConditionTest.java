package dev.ring3.bpf.insn;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConditionTest {
    private static final long[] EDGES = {
        0,
        1,
        2,
        -1,
        -2,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0x80000000L,
        0xffffffffL,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        0x5555555555555555L,
        0xaaaaaaaaaaaaaaaaL
    };

    private static final BigInteger TWO_TO_64 = BigInteger.TWO.pow(Long.SIZE);

    @ParameterizedTest
    @EnumSource
    void test_edgeValues_agreesWithUnboundedNumbers(Condition condition) {
        for (long left : EDGES) {
            for (long right : EDGES) {
                assertThat(condition.test(left, right))
                        .as("%d %s %d", left, condition, right)
                        .isEqualTo(expected(condition, left, right));
            }
        }
    }

    private static boolean expected(Condition condition, long left, long right) {
        int signed = BigInteger.valueOf(left).compareTo(BigInteger.valueOf(right));
        int unsigned = unsigned(left).compareTo(unsigned(right));
        return switch (condition) {
            case EQUAL -> unsigned == 0;
            case NOT_EQUAL -> unsigned != 0;
            case GREATER -> unsigned > 0;
            case GREATER_OR_EQUAL -> unsigned >= 0;
            case LESS -> unsigned < 0;
            case LESS_OR_EQUAL -> unsigned <= 0;
            case SIGNED_GREATER -> signed > 0;
            case SIGNED_GREATER_OR_EQUAL -> signed >= 0;
            case SIGNED_LESS -> signed < 0;
            case SIGNED_LESS_OR_EQUAL -> signed <= 0;
            case BITS_SET -> unsigned(left).and(unsigned(right)).signum() != 0;
        };
    }

    private static BigInteger unsigned(long value) {
        return BigInteger.valueOf(value).mod(TWO_TO_64);
    }

    @ParameterizedTest
    @CsvSource({
        "eq, EQUAL",
        "gt, GREATER",
        "ge, GREATER_OR_EQUAL",
        "set, BITS_SET",
        "ne, NOT_EQUAL",
        "sgt, SIGNED_GREATER",
        "sge, SIGNED_GREATER_OR_EQUAL",
        "lt, LESS",
        "le, LESS_OR_EQUAL",
        "slt, SIGNED_LESS",
        "sle, SIGNED_LESS_OR_EQUAL"
    })
    void mnemonic_isThatOfTheRfc(String mnemonic, Condition condition) {
        assertThat(condition.mnemonic()).isEqualTo(mnemonic);
    }

    @Test
    void mnemonics_areElevenAndDistinct() {
        assertThat(Arrays.stream(Condition.values()).map(Condition::mnemonic))
                .hasSize(11)
                .doesNotHaveDuplicates();
    }
}
