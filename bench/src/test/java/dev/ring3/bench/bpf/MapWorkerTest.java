package dev.ring3.bench.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of map and everything done with it, far too shortly to say how fast. */
class MapWorkerTest {
    static List<String> kinds() {
        return MapKind.ids();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyOperation_ofEveryKind_isMeasured(String id) {
        MapKind kind = MapKind.of(id);
        List<String> lines = new MapWorker(kind, Engine.JIT, 1).measure(new WorkerMain.Times(1, 0.2, 1));
        assertThat(lines.stream().map(line -> line.replaceFirst(" .*", "")))
                .containsExactlyElementsOf(
                        kind.operations().stream().map(MapOperation::id).toList());
        assertThat(lines)
                .allSatisfy(line ->
                        assertThat(Double.parseDouble(line.split(" ", -1)[2])).isPositive());
    }
}
