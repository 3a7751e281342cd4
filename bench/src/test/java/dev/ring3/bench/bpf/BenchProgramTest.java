package dev.ring3.bench.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class BenchProgramTest {
    @ParameterizedTest
    @FieldSource("dev.ring3.bench.bpf.BenchProgram#ALL")
    void program_hasSourceAndInput(BenchProgram program) {
        assertThat(new String(BenchProgram.resource(program.sourceName()), StandardCharsets.UTF_8))
                .contains("#include \"bench.h\"", "ENTRY(" + program.name());
        assertThat(program.input()).hasSize(program.memoryBytes()).isEqualTo(program.input());
    }

    @Test
    void programs_sixAreCompute_andAtLeastEightOurs() {
        assertThat(BenchProgram.ALL.stream().filter(Means::isCompute)).hasSize(6);
        assertThat(BenchProgram.ALL.stream().filter(program -> program.group() == BenchProgram.Group.OWN))
                .hasSizeGreaterThanOrEqualTo(8);
    }

    /** Every program of maps is accepted and finds every key. */
    @ParameterizedTest
    @FieldSource("dev.ring3.bench.bpf.MapKind#ALL")
    void mapPrograms_run(MapKind kind) {
        WorkerMain.Times times = new WorkerMain.Times(1, 0.1, 1);
        assertThat(new MapWorker(kind, Engine.JIT, 2).measure(times))
                .hasSize(2 * kind.operations().size())
                .allMatch(line -> line.split(" ", -1).length == 4);
    }
}
