package dev.ring3.bench.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.ring3.linux.Availability;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgramType;
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
        assertMeasured(MapKind.of(id), Engine.JIT);
    }

    /** One of each way in which the kernel's are set up; all of them wait for the kernel, a minute on a busy machine. */
    static List<String> kindsInTheKernel() {
        return Boolean.getBoolean("ring3.long")
                ? MapKind.ids()
                : List.of("per-cpu-hash", "lpm-trie-1k", "hash-of-maps", "ring-buffer", "program-array");
    }

    @ParameterizedTest
    @MethodSource("kindsInTheKernel")
    void everyOperation_ofAKindInTheKernel_isMeasured(String id) {
        if (KernelBpf.probe(KernelProgramType.XDP) instanceof Availability.Unavailable(var _, String detail)) {
            System.out.println("SKIPPED: needs bpf(2): " + detail);
            abort(detail);
        }
        assertMeasured(MapKind.of(id), Engine.KERNEL);
    }

    private static void assertMeasured(MapKind kind, Engine engine) {
        List<String> lines = new MapWorker(kind, engine, 1).measure(new WorkerMain.Times(1, 0.2, 1));
        assertThat(lines.stream().map(line -> line.replaceFirst(" .*", "")))
                .containsExactlyElementsOf(
                        kind.operations().stream().map(MapOperation::id).toList());
        assertThat(lines)
                .allSatisfy(line ->
                        assertThat(Double.parseDouble(line.split(" ", -1)[2])).isPositive());
    }
}
