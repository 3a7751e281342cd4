package dev.ring3.bpf.asm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the source, the assembler gives code or an {@link AssemblyException}, and soon. */
class GarbageTest {
    private static final int ROUNDS = 20_000;
    private static final int CHARS_MAX = 80;
    private static final String ALPHABET =
            "rw0123456789abfxllsu%#;:/*+-=<>!&|^()[]{},.\"'_$@ \t\r\n\0\u00e9\ud83d\ude00";
    private static final int PIECES = 100_000;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static void assertHandled(String source, Dialect dialect) {
        try {
            Assembler.assemble(source, dialect);
        } catch (AssemblyException e) {
            assertThat(e.line()).isPositive();
            assertThat(e.column()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource
    void randomText_assembled_isHandled(Dialect dialect) {
        long seed = RandomCode.seed();
        Random random = new Random(seed);
        RandomCode.check(GarbageTest.class, seed, () -> {
            for (int round = 0; round < ROUNDS; round++) {
                StringBuilder source = new StringBuilder();
                for (int i = random.nextInt(CHARS_MAX); i > 0; i--) {
                    source.append(character(random));
                }
                assertHandled(source.toString(), dialect);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void validText_mutated_isHandled(Dialect dialect) {
        long seed = RandomCode.seed();
        Random random = new Random(seed);
        RandomCode.check(GarbageTest.class, seed, () -> {
            for (int round = 0; round < ROUNDS / 10; round++) {
                String text = Disassembler.listing(new RandomCode(seed + round).program(8), dialect);
                StringBuilder source = new StringBuilder(text);
                for (int i = 1 + random.nextInt(4); i > 0 && !source.isEmpty(); i--) {
                    mutate(source, random);
                }
                assertHandled(source.toString(), dialect);
            }
        });
    }

    private static void mutate(StringBuilder source, Random random) {
        int at = random.nextInt(source.length());
        int end = Math.min(source.length(), at + random.nextInt(10));
        switch (random.nextInt(4)) {
            case 0 -> source.deleteCharAt(at);
            case 1 -> source.insert(at, character(random));
            case 2 -> source.insert(random.nextInt(source.length()), source.substring(at, end));
            default -> source.setCharAt(at, character(random));
        }
    }

    private static char character(Random random) {
        return random.nextInt(20) == 0
                ? (char) random.nextInt(Character.MAX_VALUE)
                : ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    }

    /** Long repetitions of what could be read again and again: digits, signs, labels, comments, brackets. */
    @ParameterizedTest
    @EnumSource
    void longRepetitions_assembled_takeLinearTime(Dialect dialect) {
        String[] pieces = {
            "9",
            "x",
            "(",
            "-",
            "+",
            "1+",
            "a:",
            "1:",
            ";",
            "#",
            "/*",
            "/**/",
            "//",
            "\"",
            "%",
            "<",
            "s",
            "\n",
            "r1 =",
            "=",
            "call bpf_#1 ",
            "1: goto 1b\n",
            "exit;",
            "goto a\n",
            "0x",
            ",",
            "[",
            "\ud83d"
        };
        Assertions.assertTimeoutPreemptively(LIMIT, () -> {
            for (String piece : pieces) {
                String many = piece.repeat(PIECES);
                for (String prefix : new String[] {"", "r0 = ", "mov %r0, ", "goto ", "exit ; "}) {
                    assertHandled(prefix + many, dialect);
                }
            }
        });
    }
}
