package dev.ring3.it.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.verifier.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small programs whose verdict is known, compiled by every clang. {@code -Dring3.long=true} adds the compilers, CPU
 * versions and levels of optimisation that {@link Clang#few} leaves out.
 */
class CorpusTest {
    private static final int PROGRAMS_MIN = 150;

    @TempDir
    private Path folder;

    static List<Clang> builds() {
        return Boolean.getBoolean("ring3.long") ? Clang.all() : Clang.few();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("builds")
    void programs_getTheVerdictInTheirComment(Clang clang) throws Exception {
        assumeTrue(clang.isInstalled(), clang.compiler() + " is not installed");
        List<String> disagreements = new ArrayList<>();
        for (CorpusFile file : CorpusFile.all()) {
            disagreements.addAll(Verdicts.of(file, clang, folder).disagreements(file.programs(), clang));
        }
        assertThat(disagreements).isEmpty();
    }

    @Test
    void corpus_hasEnoughProgramsWithNamesOfTheirOwn() throws Exception {
        List<String> names =
                CorpusFile.allPrograms().stream().map(CorpusProgram::name).toList();

        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(PROGRAMS_MIN);
    }

    @Test
    void corpus_breaksEveryRule() throws Exception {
        Set<Rule> broken = EnumSet.noneOf(Rule.class);
        for (CorpusProgram program : CorpusFile.allPrograms()) {
            if (program.expectation() instanceof Expectation.Refuse refuse) {
                broken.add(refuse.rule());
            }
        }
        assertThat(broken).containsExactlyInAnyOrder(Rule.values());
    }

    /** The negative control: safe and unsafe programs, each with an expectation that is wrong. */
    @Test
    void disagreements_wrongExpectation_isFound() throws Exception {
        Clang clang = Clang.newest(3);
        assumeTrue(clang.isInstalled(), clang.compiler() + " is not installed");
        CorpusFile file = CorpusFile.all().stream()
                .filter(each -> each.path().endsWith("map_values.c"))
                .findFirst()
                .orElseThrow();
        List<CorpusProgram> wrong = file.programs().stream()
                .map(program -> new CorpusProgram(
                        file, program.name(), program.section(), program.line(), wrong(program.expectation())))
                .toList();

        List<String> disagreements = Verdicts.of(file, clang, folder).disagreements(wrong, clang);

        assertThat(disagreements).hasSameSizeAs(wrong);
    }

    private static Expectation wrong(Expectation expectation) {
        return switch (expectation) {
            case Expectation.Accept _ -> new Expectation.Refuse(Rule.OUT_OF_BOUNDS, "it is safe", 1);
            case Expectation.Refuse _ -> new Expectation.Refuse(Rule.UNSUPPORTED, "another rule", 1);
        };
    }
}
