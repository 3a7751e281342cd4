package dev.ring3.litmus.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.litmus.Checker;
import dev.ring3.litmus.LitmusModel;
import dev.ring3.litmus.LitmusParser;
import dev.ring3.litmus.LitmusTest;
import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.Outcome;
import dev.ring3.litmus.cat.Cat;
import dev.ring3.litmus.cat.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The public BPF tests, where they are at hand. */
class CatalogueTest {
    /** So many of the tests are small enough for the naive enumerator; the others have too many candidates for it. */
    private static final int NAIVE_MIN = 150;

    private static Path folder() {
        String shared = System.getenv("RING3_SHARED");
        Path folder = Path.of(shared == null ? System.getProperty("ring3.root", "..") + "/../shared" : shared)
                .resolve("litmus");
        assumeTrue(Files.isDirectory(folder), "the public tests are not at " + folder);
        return folder;
    }

    private static List<LitmusTest> tests() throws IOException {
        List<LitmusTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder())) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".litmus")).sorted().toList()) {
                tests.add(LitmusParser.parse(Files.readString(file), Reading.STANDARD));
            }
        }
        return tests;
    }

    private static Map<String, String> kinds() throws IOException {
        Map<String, String> kinds = new HashMap<>();
        for (String line : Files.readAllLines(folder().resolve("kinds.txt"))) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length == 2) {
                kinds.put(words[0], words[1]);
            }
        }
        return kinds;
    }

    private static Outcome check(LitmusTest test) {
        return new Checker(LitmusModel.standard(), Reading.STANDARD, Checker.Limits.DEFAULT).check(test);
    }

    @Test
    void catalogue_ownModel_hasAllVerdicts() throws IOException {
        Map<String, String> kinds = kinds();
        List<LitmusTest> tests = tests();
        long states = 0;
        for (LitmusTest test : tests) {
            Outcome outcome = check(test);
            states += outcome.states().size();
            String expected = kinds.getOrDefault(test.name().replace(".litmus", ""), "");
            boolean required = test.condition().quantifier() == LitmusTest.Quantifier.FORALL;
            String kind = required
                    ? (outcome.negative() == 0 ? "Required" : "not required")
                    : (outcome.positive() > 0 ? "Allowed" : "Forbidden");
            assertThat(kind).as(test.name()).isEqualTo(expected);
        }
        assertThat(tests).hasSize(177);
        assertThat(states).isEqualTo(4929);
    }

    @Test
    void catalogue_ownModel_hasStatesOfNaiveEnumerator() throws IOException {
        List<Cat.Statement> model =
                Model.of("", LitmusModel.standardText(), name -> name).statements();
        int compared = 0;
        for (LitmusTest test : tests()) {
            NaiveEnumerator.Result naive;
            try {
                naive = new NaiveEnumerator(test, Reading.STANDARD, model).run();
            } catch (NaiveEnumerator.TooLarge large) {
                continue;
            }
            Outcome outcome = check(test);
            assertThat(outcome.states()).as(test.name()).isEqualTo(List.copyOf(naive.states()));
            assertThat(outcome.positive()).as(test.name()).isEqualTo(naive.positive());
            assertThat(outcome.negative()).as(test.name()).isEqualTo(naive.negative());
            compared++;
        }
        assertThat(compared).isGreaterThanOrEqualTo(NAIVE_MIN);
    }
}
