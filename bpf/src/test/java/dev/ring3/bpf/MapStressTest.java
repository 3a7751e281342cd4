package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of map under several threads, against a sequential model. */
class MapStressTest {
    private static final boolean LONG = Boolean.getBoolean("ring3.long");
    private static final int ROUNDS = LONG ? 1_000_000 : 400;
    private static final long MILLIS_MAX = LONG ? 60_000 : 5_000;

    private final Seed seed = Seed.of(MapStressTest.class);

    static List<String> kinds() {
        return MapSubjects.names();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void operations_ofSeveralThreads_areLinearizable(String kind) {
        MapStress.Outcome outcome = MapSubjects.test(kind, seed.value(), ROUNDS, MILLIS_MAX);
        System.out.printf("%s: %d rounds%n", kind, outcome.rounds());
        assertThat(outcome.found()).as("%s, %s", kind, seed).isEmpty();
    }
}
