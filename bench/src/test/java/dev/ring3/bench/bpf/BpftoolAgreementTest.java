package dev.ring3.bench.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bench.measure.JsonNode;
import dev.ring3.bench.measure.Statistics;
import dev.ring3.linux.Availability;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgramType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine {@code kernel} and {@code bpftool prog run} find the same, in turn, of one object: one of the long tests. */
class BpftoolAgreementTest {
    private static final int ROUNDS = 7;
    private static final int REPEAT = 50_000;
    private static final double MARGIN = 0.15;
    private static final Path PINS = Path.of("/sys/fs/bpf");

    @TempDir
    private Path directory;

    @Test
    void sieve_inTheKernel_takesWhatBpftoolFinds() throws Exception {
        assumeTrue(Boolean.getBoolean("ring3.long"), "a measurement: -Dring3.long=true");
        assumeTrue(KernelBpf.probe(KernelProgramType.XDP) instanceof Availability.Available, "needs bpf(2)");
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/bpftool")), "needs bpftool");
        Toolchain clang = Toolchain.find("", directory).orElse(null);
        assumeTrue(clang != null, "needs clang");
        BenchProgram program = BenchProgram.named("sieve");
        assertThat(clang.compile(program, Toolchain.Target.KERNEL)).isEmpty();
        Path object = Toolchain.Target.KERNEL.file(directory, program);
        Path input = Files.write(directory.resolve("input"), program.input());
        Path pin = PINS.resolve("ring3-agreement-" + ProcessHandle.current().pid());
        run("bpftool", "prog", "load", object.toString(), pin.toString(), "type", "xdp");
        List<Double> quotients = new ArrayList<>();
        try (KernelSubject subject = KernelSubject.of(Files.readAllBytes(object), program.input())) {
            for (int round = 0; round < ROUNDS; round++) {
                JsonNode told = JsonNode.parse(run(
                        "bpftool",
                        "-j",
                        "prog",
                        "run",
                        "pinned",
                        pin.toString(),
                        "data_in",
                        input.toString(),
                        "data_out",
                        "/dev/null",
                        "repeat",
                        Integer.toString(REPEAT)));
                assertThat(subject.run(1)).isEqualTo((long) told.number("retval"));
                quotients.add(subject.nanos(REPEAT) / REPEAT / told.number("duration"));
            }
        } finally {
            Files.delete(pin);
        }
        System.out.printf("ring3 bench bpf to bpftool prog run, sieve, %d rounds: %s%n", ROUNDS, quotients);
        assertThat(Statistics.median(
                        quotients.stream().mapToDouble(Double::doubleValue).toArray()))
                .isBetween(1 - MARGIN, 1 + MARGIN);
    }

    private static String run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s: %s", String.join(" ", words), said)
                .isZero();
        return said;
    }
}
