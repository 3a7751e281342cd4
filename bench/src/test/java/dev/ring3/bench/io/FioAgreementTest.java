package dev.ring3.bench.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bench.measure.JsonNode;
import dev.ring3.bench.measure.Statistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine {@code pread} and fio's psync find the same, in turn, on one file in memory: one of the long tests. */
class FioAgreementTest {
    private static final int ROUNDS = 5;
    private static final long SIZE = 64 << 20;
    private static final double MARGIN = 0.15;

    @TempDir
    private Path directory;

    @Test
    void pread_inMemory_takesWhatFioFinds() throws Exception {
        assumeTrue(Boolean.getBoolean("ring3.long"), "a measurement: -Dring3.long=true");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/fio")), "needs fio");
        Path file = directory.resolve("file");
        IoJob job = IoJob.DEFAULT.ofFile(IoPattern.RANDREAD, 512, SIZE, 1000);
        IoOptions options = new IoOptions(job, "ring3", List.of(IoEngine.PREAD), file, 0, 1, "");
        List<Double> quotients = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            double ours = medianNanos(IoBench.run(options, _ -> {}).json());
            quotients.add(ours / medianNanos(fio(file)));
        }
        System.out.printf("ring3 bench io to fio, 512 B in memory, median latency, %d rounds: %s%n", ROUNDS, quotients);
        assertThat(Statistics.median(
                        quotients.stream().mapToDouble(Double::doubleValue).toArray()))
                .isBetween(1 - MARGIN, 1 + MARGIN);
    }

    /** Of either's report: they have one form. */
    private static double medianNanos(String json) {
        return JsonNode.parse(json)
                .at("jobs")
                .elements()
                .getFirst()
                .at("read")
                .at("clat_ns")
                .at("percentile")
                .number("50.000000");
    }

    private String fio(Path file) throws IOException, InterruptedException {
        Path report = directory.resolve("fio.json");
        Process process = new ProcessBuilder(
                        "fio",
                        "--name=a",
                        "--rw=randread",
                        "--bs=512",
                        "--size=" + SIZE,
                        "--ioengine=psync",
                        "--invalidate=0",
                        "--runtime=1",
                        "--time_based",
                        "--filename=" + file,
                        "--output-format=json",
                        "--output=" + report)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true)
                .start();
        assertThat(process.waitFor()).isZero();
        return Files.readString(report);
    }
}
