package dev.ring3.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.engine.JitCompiler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzzer of {@link EngineFuzzTest} finds each of the faults that were seeded into the compiler. */
class EngineFuzzControlTest {
    private static final long SEED = 42;
    private static final long MILLIS_MAX = 120_000;

    /** Of so many faults one is tried where time is short. */
    private static final int STEP = Boolean.getBoolean("ring3.long") ? 1 : 7;

    @Test
    void seededFaults_sources_areStillThere() throws IOException {
        for (SeededFault fault : EngineFaults.all()) {
            FaultyPackage.requireReplaceable(JitCompiler.class, fault);
        }
    }

    static List<SeededFault> faults() {
        List<SeededFault> all = EngineFaults.all();
        return IntStream.iterate(0, i -> i < all.size(), i -> i + STEP)
                .mapToObj(all::get)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void seededFault_sameFuzzer_isFound(SeededFault fault, @TempDir Path directory) throws IOException {
        try (FaultyPackage compiler = FaultyPackage.compile(JitCompiler.class, fault, directory)) {
            long begin = System.nanoTime();
            String found = compiler.fuzz(EngineFuzzControl.class, SEED, MILLIS_MAX);

            assertThat(found).as("what is found within two minutes").isNotEmpty();
            System.out.printf("%s: %.1f s, %s%n", fault.name(), (System.nanoTime() - begin) / 1e9, found);
        }
    }
}
