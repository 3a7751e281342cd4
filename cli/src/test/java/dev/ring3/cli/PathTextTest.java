package dev.ring3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.verifier.Verdict;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PathTextTest {
    private static List<Verdict.PathStep> path(int... slots) {
        return IntStream.of(slots)
                .mapToObj(slot -> new Verdict.PathStep(slot, true))
                .toList();
    }

    private static List<String> pieces(int... slots) {
        return PathText.pieces(path(slots)).stream()
                .map(piece -> piece.steps().stream()
                                .map(step -> Integer.toString(step.slot()))
                                .toList()
                        + "x" + piece.times())
                .toList();
    }

    @Test
    void pieces_ofDifferentSteps_areSingle() {
        assertThat(pieces(1, 2, 1, 2)).containsExactly("[1]x1", "[2]x1", "[1]x1", "[2]x1");
        assertThat(pieces()).isEmpty();
    }

    @Test
    void pieces_thatRepeat_standOnce() {
        assertThat(pieces(1, 5, 5, 5, 2)).containsExactly("[1]x1", "[5]x3", "[2]x1");
        assertThat(pieces(1, 2, 3, 2, 3, 2, 3, 4)).containsExactly("[1]x1", "[2, 3]x3", "[4]x1");
    }

    @Test
    void pieces_together_areThePath() {
        List<Verdict.PathStep> path = path(1, 1, 1, 2, 3, 2, 3, 2, 3, 2, 1, 1);
        assertThat(PathText.pieces(path).stream()
                        .flatMap(piece ->
                                IntStream.range(0, piece.times()).boxed().flatMap(_ -> piece.steps().stream())))
                .containsExactlyElementsOf(path);
    }
}
