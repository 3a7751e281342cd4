package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.kernel.KernelProgramTypes;
import dev.ring3.bpf.type.MapShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small programs, each for one rule, in {@code verifier-cases.txt}: a line {@code == name | type | verdict}, then the code.
 * The verdict is {@code accepted} or a rule and the slot. Map 0 is a hash of 4-byte keys and 64-byte values, map 1 an array
 * of 16 values of 8 bytes, map 2 an array that programs may only read, map 3 a ring buffer, map 4 a hash whose values
 * begin with a spin lock.
 */
class VerifierTest {
    private static final List<MapShape> MAPS = List.of(
            MapShape.of("hash", 1, 4, 64, 1024),
            MapShape.of("array", 2, 4, 8, 16),
            MapShape.of("constants", 2, 4, 8, 1).readOnly(),
            MapShape.of("ring", 27, 0, 0, 4096),
            new MapShape(
                    "locked", 1, 4, 16, 8, true, true, OptionalInt.of(0), OptionalInt.empty(), Optional.empty(), null));

    record Case(String name, String type, String verdict, String source) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() throws IOException {
        String text;
        try (InputStream in = Objects.requireNonNull(VerifierTest.class.getResourceAsStream("verifier-cases.txt"))) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Case> cases = new ArrayList<>();
        for (String block : text.split("(?m)^== ", -1)) {
            if (block.isBlank() || block.startsWith("#")) {
                continue;
            }
            String[] head = block.lines().findFirst().orElseThrow().split(" \\| ", -1);
            cases.add(new Case(head[0], head[1], head[2], block.substring(block.indexOf('\n') + 1)));
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void program_ofTheTable_hasItsVerdict(Case program) {
        Verdict verdict = verify(program.source(), type(program.type()));
        String found = verdict instanceof Verdict.Rejected rejected
                ? rejected.rule().label() + " at " + rejected.slot()
                : "accepted";
        assertThat(found).as("%s", verdict).isEqualTo(program.verdict());
        if (verdict instanceof Verdict.Rejected rejected) {
            assertThat(rejected.problem()).isNotBlank().doesNotContain("null");
        }
    }

    private static ProgramType type(String name) {
        return name.equals("memory")
                ? ProgramTypes.MEMORY
                : KernelProgramTypes.byName(name).orElseThrow();
    }

    private static Verdict verify(String source, ProgramType type) {
        BpfCode code = Assembler.assemble(source, Dialect.LLVM);
        return Verifier.verify(Subject.of("case", code, type, MAPS));
    }

    @Test
    void refusal_onAPath_tellsTheWayAndTheRegisters() {
        Verdict verdict = verify("""
                r0 = 0
                if r2 < 4 goto out
                r3 = *(u8 *)(r1 + 0)
                if r3 > 3 goto out
                r1 += r3
                r0 = *(u32 *)(r1 + 1)
                out: exit
                """, ProgramTypes.MEMORY);
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.rule()).isEqualTo(Rule.OUT_OF_BOUNDS);
            assertThat(rejected.slot()).isEqualTo(5);
            assertThat(rejected.path()).containsExactly(new Verdict.PathStep(1, false), new Verdict.PathStep(3, false));
            assertThat(rejected.registers())
                    .containsExactly(new Verdict.RegisterState(
                            1, "pointer to the memory, offset [0, 3], 1 byte known to be inside"));
            assertThat(rejected.hint()).isNotBlank();
            assertThat(rejected.statistics().insnsProcessed()).isEqualTo(6);
        });
    }

    @Test
    void limit_onInstructions_isNamed() {
        BpfCode code =
                Assembler.assemble("r1 = 100\n loop: r1 += -1\n if r1 != 0 goto loop\n r0 = 0\n exit", Dialect.LLVM);
        Verdict verdict = Verifier.verify(
                Subject.of("case", code, ProgramTypes.MEMORY), VerifierOptions.DEFAULT.withInsnsMax(50));
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.rule()).isEqualTo(Rule.TOO_COMPLEX);
            assertThat(rejected.problem()).contains("50 instructions");
        });
    }

    @Test
    void shifts_outOfRange_areRefusedOnlyIfAsked() {
        BpfCode code = Assembler.assemble("r0 = 1\n r0 <<= 64\n exit", Dialect.LLVM);
        Subject subject = Subject.of("case", code, ProgramTypes.MEMORY);
        assertThat(Verifier.verify(subject)).isInstanceOf(Verdict.Accepted.class);
        assertThat(Verifier.verify(subject, VerifierOptions.DEFAULT.withStrictShifts()))
                .isInstanceOfSatisfying(
                        Verdict.Rejected.class,
                        rejected -> assertThat(rejected.slot()).isEqualTo(1));
    }
}
