package dev.ring3.it.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.ProgramTypes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twenty programs as people write them, in {@code wild.c}: whatever the compiler makes of them is verified, and does to
 * memory what the same source does that was compiled for this machine.
 */
class WildProgramsTest {
    private static final boolean LONG = Boolean.getBoolean("ring3.long");
    private static final int BLOCKS = LONG ? 400 : 24;
    private static final int PROGRAMS = 20;
    private static final int LENGTH_MAX = 700;
    private static final String TEXT = "words and\tmore words, a needle \u00fc\u20ac\ud83d\ude00 -123 in it\n";

    @TempDir
    private Path directory;

    /** How it is compiled: by the newest compiler for the oldest and the newest processor, in a long run by all for all. */
    static Stream<List<String>> builds() {
        List<String> levels = List.of("-O1", "-O2", "-Os");
        return Clang.all()
                .filter(clang -> LONG
                        || (clang.command().equals("clang-19")
                                && List.of("v1", "v4").contains(clang.cpuVersion())))
                .flatMap(clang -> levels.stream()
                        .filter(level -> LONG || !level.equals("-Os"))
                        .map(level -> List.of(clang.command(), level, "-mcpu=" + clang.cpuVersion())));
    }

    @ParameterizedTest
    @MethodSource("builds")
    void programs_compiled_doWhatTheMachineDoes(List<String> build) throws Exception {
        Path source = source();
        Path machine = directory.resolve("machine");
        Path object = directory.resolve("wild.o");
        compile(List.of(build.getFirst(), "-O1", "-w", source.toString(), "-o", machine.toString()));
        List<String> words = new ArrayList<>(build);
        words.addAll(List.of("-g", "-target", "bpfel", "-c", source.toString(), "-o", object.toString()));
        compile(words);
        long seed = Long.getLong("ring3.seed", System.nanoTime());
        List<byte[]> blocks = blocks(new Random(seed));
        List<String> expected = runHere(machine, blocks);
        List<String> found = new ArrayList<>();
        try (BpfObject loaded = BpfObject.load(object, ProgramTypes.memory(LENGTH_MAX))) {
            List<String> names = expected.stream()
                    .limit(PROGRAMS)
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .toList();
            for (byte[] block : blocks) {
                for (String name : names) {
                    byte[] memory = block.clone();
                    long result = loaded.program(name).run(MemorySegment.ofArray(memory));
                    found.add("%s %x %x".formatted(name, result, sum(memory)));
                }
            }
        }
        assertThat(found).as("%s, -Dring3.seed=%d", build, seed).isEqualTo(expected);
        assertThat(expected).hasSize(BLOCKS * PROGRAMS);
    }

    private Path source() throws IOException {
        try (InputStream in = Objects.requireNonNull(WildProgramsTest.class.getResourceAsStream("wild.c"))) {
            return Files.write(directory.resolve("wild.c"), in.readAllBytes());
        }
    }

    private static long sum(byte[] memory) {
        long sum = 0;
        for (byte each : memory) {
            sum += each & 0xff;
        }
        return sum;
    }

    private static List<byte[]> blocks(Random random) {
        byte[] text = TEXT.repeat(LENGTH_MAX / TEXT.length() + 1).getBytes(StandardCharsets.UTF_8);
        List<byte[]> blocks = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
            byte[] block = new byte[i == 0 ? 0 : random.nextInt(i % 3 == 0 ? LENGTH_MAX : 80)];
            int shift = random.nextInt(TEXT.length());
            for (int at = 0; at < block.length; at++) {
                block[at] = i % 2 == 0 ? (byte) random.nextInt() : text[(at + shift) % text.length];
            }
            if (block.length > 0 && random.nextBoolean()) {
                block[0] = (byte) (0x40 | 5 + random.nextInt(8)); // a header of so many words
            }
            blocks.add(block);
        }
        return blocks;
    }

    private static void compile(List<String> command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException absent) {
            assumeTrue(false, command.getFirst() + " is not installed");
            return;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** What the program for this machine prints: for each block a line for each program. */
    private static List<String> runHere(Path machine, List<byte[]> blocks) throws IOException, InterruptedException {
        Path output = machine.resolveSibling("output");
        Process process = new ProcessBuilder(machine.toString())
                .redirectOutput(output.toFile())
                .start();
        try (OutputStream in = process.getOutputStream()) {
            for (byte[] block : blocks) {
                in.write(block.length & 0xff);
                in.write(block.length >> 8);
                in.write(block);
            }
        }
        assertThat(process.waitFor()).isZero();
        return Files.readAllLines(output);
    }
}
