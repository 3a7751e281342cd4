package dev.ring3.it.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.ArrayMap;
import dev.ring3.bpf.Bindings;
import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.Codec;
import dev.ring3.bpf.MapView;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelMap;
import dev.ring3.linux.KernelMapType;
import dev.ring3.linux.KernelProgram;
import dev.ring3.linux.KernelProgramType;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import dev.ring3.linux.MapSpec;
import dev.ring3.linux.ProgramSpec;
import dev.ring3.linux.TestInput;
import dev.ring3.linux.UpdateMode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Helpers against the kernel's: the same program with the same memory gives the same result and leaves the same memory.
 * Programs have the address of the memory in r6, and call with what stands in it.
 */
class HelperDifferentialTest {
    private static final int CALLS = Boolean.getBoolean("ring3.long") ? 100_000 : 600;
    private static final byte[] INDEX_ZERO = new byte[Integer.BYTES];
    private static final int MEMORY_BYTES = 256;
    private static final int RING_BYTES = 4096;
    private static final int RESULT_AT = 0;
    private static final int NUMBER_AT = 8;
    private static final int FLAGS_AT = 16;
    private static final int TEXT_AT = 64;
    private static final int TEXT_BYTES = 80;

    private static final String TAIL = """
            *(u64 *)(r6 + 0) = r0
            end:
            r0 = 2
            exit
            """;

    /** A program there and here, each with memory and a ring buffer of its own. */
    private static final class Both implements AutoCloseable {
        private final KernelMap kernelMemory;
        private final KernelMap kernelRing;
        private final KernelProgram kernel;
        private final BpfRuntime runtime =
                BpfRuntime.builder().verification(Verification.OFF).build();
        private final MapView<Integer, byte[]> memory;
        private final BpfProgram program;

        /** @param body in which {@code RING} stands for the ring buffer */
        Both(KernelBpf bpf, String body) {
            String source = ProgramText.MEMORY_IN_R6 + body.replace("RING", "%2$d") + TAIL;
            kernelMemory = bpf.createMap(MapSpec.array(MEMORY_BYTES, 1));
            kernelRing = bpf.createMap(new MapSpec(KernelMapType.RING_BUFFER, 0, 0, RING_BYTES, 0, "ring"));
            String bound = source.formatted(kernelMemory.descriptor(), kernelRing.descriptor());
            byte[] code = InsnLayout.encode(Assembler.assemble(bound, Dialect.LLVM), ByteOrder.nativeOrder());
            kernel =
                    switch (bpf.load(ProgramSpec.of(KernelProgramType.XDP, code).withLicense("GPL"))) {
                        case Loaded<KernelProgram> loaded -> loaded.value();
                        case Rejected<KernelProgram> rejected -> throw new AssertionError(rejected.log());
                    };
            ArrayMap own = runtime.arrayMap("memory", MEMORY_BYTES, 1);
            BpfMap ring = runtime.map("ring").entriesMax(RING_BYTES).ringBuffer();
            memory = MapView.of(own, Codec.INT, Codec.ofBytes(MEMORY_BYTES));
            program = runtime.program(
                    "p",
                    Assembler.assemble(source.formatted(1, 2), Dialect.LLVM),
                    ProgramTypes.MEMORY,
                    new Bindings(Map.of(1, own, 2, ring), List.of(), Map.of()));
        }

        byte[] inKernel(byte[] bytes) {
            kernelMemory.update(INDEX_ZERO, bytes, UpdateMode.ANY);
            assertThat(kernel.testRun(TestInput.ofData(new byte[64])).returnValue())
                    .isEqualTo(2);
            return kernelMemory.lookup(INDEX_ZERO).orElseThrow();
        }

        byte[] here(byte[] bytes) {
            memory.put(0, bytes);
            assertThat(program.run(MemorySegment.NULL)).isEqualTo(2);
            return memory.lookup(0).orElseThrow();
        }

        /** Compares, and returns the result. */
        long compare(byte[] bytes) {
            byte[] expected = inKernel(bytes);
            assertThat(text(here(bytes))).as(text(bytes)).isEqualTo(text(expected));
            return result(expected);
        }

        @Override
        public void close() {
            runtime.close();
            kernel.close();
            kernelRing.close();
            kernelMemory.close();
        }
    }

    private static long result(byte[] memory) {
        return buffer(memory).getLong(RESULT_AT);
    }

    private static ByteBuffer buffer(byte[] memory) {
        return ByteBuffer.wrap(memory).order(ByteOrder.nativeOrder());
    }

    private static String text(byte[] memory) {
        byte[] words = Arrays.copyOfRange(memory, TEXT_AT, TEXT_AT + TEXT_BYTES);
        return "%d, number %x, flags %x, \"%s\" %s"
                .formatted(
                        result(memory),
                        buffer(memory).getLong(NUMBER_AT),
                        buffer(memory).getLong(FLAGS_AT),
                        new String(words, StandardCharsets.ISO_8859_1).replace('\0', '~'),
                        HexFormat.of().formatHex(memory, 24, TEXT_AT));
    }

    private static final List<String> PARTS = List.of(
            " ",
            "\t",
            "\n",
            "\u00a0",
            "-",
            "+",
            "0",
            "0x",
            "0X",
            "00",
            "1",
            "7",
            "8",
            "9",
            "a",
            "F",
            "g",
            "z",
            "\0",
            "18446744073709551615",
            "18446744073709551616",
            "9223372036854775807",
            "9223372036854775808",
            "ffffffff",
            "7fffffffffffffff",
            "8000000000000000",
            "ffffffffffffffff",
            "1777777777777777777777",
            ".",
            "_",
            "99999999");

    private static byte[] randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i >= 0; i--) {
            text.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        if (random.nextInt(10) == 0) {
            text.insert(0, " ".repeat(random.nextInt(50)));
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.ISO_8859_1), TEXT_BYTES);
    }

    /** Their length is a constant for the kernel's verifier, so there is a program for each. */
    @ParameterizedTest
    @ValueSource(ints = {105, 106})
    void stringToNumber_anyText_isWhatTheKernelReads(int helper) {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        Random random = new Random(TestSettings.seed());
        int numbers = 0;
        for (int length : new int[] {1, 2, 3, 8, 20, 63, 64, 65, 80}) {
            String body = """
                    r1 = r6
                    r1 += %d
                    r2 = %d
                    r3 = *(u64 *)(r6 + 16)
                    r4 = r6
                    r4 += 8
                    call %d
                    """.formatted(TEXT_AT, length, helper);
            try (Both both = new Both(bpf, body)) {
                for (int i = 0; i < CALLS / 9; i++) {
                    ByteBuffer memory = ByteBuffer.allocate(MEMORY_BYTES).order(ByteOrder.nativeOrder());
                    memory.putLong(NUMBER_AT, 77);
                    memory.putLong(FLAGS_AT, new long[] {0, 0, 8, 10, 16, 2, 32, 42, -1}[random.nextInt(9)]);
                    memory.put(TEXT_AT, randomText(random));
                    numbers += both.compare(memory.array()) > 0 ? 1 : 0;
                }
            }
        }
        assertThat(numbers).isGreaterThan(CALLS / 10);
    }

    /**
     * What cannot be read is {@code -ERANGE} where the kernel knows so from the address alone, which depends on the machine,
     * and otherwise {@code -EFAULT}, as always here: any error is as good as another.
     */
    @Test
    void probeRead_anyAddress_readsOrFailsAsInTheKernel() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        for (int helper : new int[] {113, 115}) {
            for (int size : new int[] {1, 2, 8, 40}) {
                String body = """
                        r1 = r6
                        r1 += %d
                        r2 = %d
                        r3 = *(u64 *)(r6 + 16)
                        if r3 != 5 goto other
                        r3 = r6
                        r3 += 24
                        other:
                        call %d
                        if r0 s>= 0 goto known
                        r0 = -1
                        known:
                        """.formatted(TEXT_AT, size, helper);
                try (Both both = new Both(bpf, body)) {
                    for (long from : new long[] {0, 1, 4095, 5, 1L << 47, -4096}) {
                        for (String words : List.of("", "a", "some words", "x".repeat(40))) {
                            ByteBuffer memory =
                                    ByteBuffer.allocate(MEMORY_BYTES).order(ByteOrder.nativeOrder());
                            memory.putLong(FLAGS_AT, from);
                            memory.put(24, words.getBytes(StandardCharsets.ISO_8859_1));
                            memory.put(
                                    TEXT_AT, "was there before, and long enough".getBytes(StandardCharsets.ISO_8859_1));
                            long _ = both.compare(memory.array());
                        }
                    }
                }
            }
        }
    }

    /** Records that are written, submitted, discarded: what the buffer tells of itself, with any flags. */
    @Test
    void ringBuffer_anyCalls_tellsWhatTheKernelTells() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        Random random = new Random(TestSettings.seed());
        String body = """
                r1 = map_by_fd(RING) ll
                r2 = r6
                r2 += 64
                r3 = *(u64 *)(r6 + 8)
                r3 &= 127
                r4 = *(u64 *)(r6 + 16)
                call 130
                *(u64 *)(r6 + 24) = r0
                r1 = map_by_fd(RING) ll
                r2 = *(u64 *)(r6 + 32)
                call 134
                *(u64 *)(r6 + 40) = r0
                r1 = map_by_fd(RING) ll
                r2 = 1000
                r3 = *(u64 *)(r6 + 16)
                call 131
                if r0 == 0 goto none
                r1 = r0
                r2 = 1
                call 133
                r0 = 5
                none:
                """;
        for (int round = 0; round < 10; round++) {
            try (Both both = new Both(bpf, body)) {
                for (int i = 0; i < 60; i++) {
                    ByteBuffer memory = ByteBuffer.allocate(MEMORY_BYTES).order(ByteOrder.nativeOrder());
                    memory.putLong(NUMBER_AT, random.nextInt(128));
                    memory.putLong(FLAGS_AT, new long[] {0, 0, 0, 1, 2, 3, 4, -1, 1L << 32}[random.nextInt(9)]);
                    memory.putLong(32, new long[] {0, 1, 2, 3, 4, -1, 1L << 32}[random.nextInt(7)]);
                    long _ = both.compare(memory.array());
                }
            }
        }
    }

    @Test
    void compareStrings_anyTexts_isWhatTheKernelSays() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        Random random = new Random(TestSettings.seed());
        MapSpec constant = new MapSpec(KernelMapType.ARRAY, 4, 16, 1, 1 << 7, "text");
        for (String second : List.of("", "a", "abc", "abd", "\u00ff", "abcdefghijklmno")) {
            byte[] bytes = Arrays.copyOf(second.getBytes(StandardCharsets.ISO_8859_1), 16);
            try (KernelMap text = bpf.createMap(constant)) {
                text.update(INDEX_ZERO, bytes, UpdateMode.ANY);
                text.freeze();
                compareStrings(bpf, random, text, bytes);
            }
        }
    }

    private static void compareStrings(KernelBpf bpf, Random random, KernelMap text, byte[] second) {
        String source = ProgramText.MEMORY_IN_R6 + """
                r1 = map_by_fd(%2$d) ll
                r2 = r10
                r2 += -4
                call 1
                if r0 == 0 goto end
                r3 = r0
                r1 = r6
                r1 += 64
                r2 = 12
                call 182
                """ + TAIL;
        try (KernelMap memory = bpf.createMap(MapSpec.array(MEMORY_BYTES, 1));
                BpfRuntime runtime =
                        BpfRuntime.builder().verification(Verification.OFF).build()) {
            String bound = source.formatted(memory.descriptor(), text.descriptor());
            byte[] code = InsnLayout.encode(Assembler.assemble(bound, Dialect.LLVM), ByteOrder.nativeOrder());
            ArrayMap own = runtime.arrayMap("memory", MEMORY_BYTES, 1);
            ArrayMap ownText = runtime.arrayMap("text", 16, 1);
            MapView.of(ownText, Codec.INT, Codec.ofBytes(16)).put(0, second);
            BpfProgram program = runtime.program(
                    "p",
                    Assembler.assemble(source.formatted(1, 2), Dialect.LLVM),
                    ProgramTypes.MEMORY,
                    new Bindings(Map.of(1, own, 2, ownText), List.of(), Map.of()));
            MapView<Integer, byte[]> view = MapView.of(own, Codec.INT, Codec.ofBytes(MEMORY_BYTES));
            try (KernelProgram kernel = loaded(bpf, code)) {
                for (int i = 0; i < 40; i++) {
                    byte[] bytes = new byte[MEMORY_BYTES];
                    for (int at = 0; at < 12; at++) {
                        bytes[TEXT_AT + at] = second[at];
                    }
                    int change = random.nextInt(14);
                    if (change < 12) {
                        bytes[TEXT_AT + change] = (byte) random.nextInt(256);
                    }
                    memory.update(INDEX_ZERO, bytes, UpdateMode.ANY);
                    view.put(0, bytes);
                    assertThat(kernel.testRun(TestInput.ofData(new byte[64])).returnValue())
                            .isEqualTo((int) program.run(MemorySegment.NULL));
                    assertThat(result(view.lookup(0).orElseThrow()))
                            .as("\"%s\" and %s", new String(second, StandardCharsets.ISO_8859_1), text(bytes))
                            .isEqualTo(result(memory.lookup(INDEX_ZERO).orElseThrow()));
                }
            }
        }
    }

    private static KernelProgram loaded(KernelBpf bpf, byte[] code) {
        return switch (bpf.load(ProgramSpec.of(KernelProgramType.XDP, code).withLicense("GPL"))) {
            case Loaded<KernelProgram> loaded -> loaded.value();
            case Rejected<KernelProgram> rejected -> throw new AssertionError(rejected.log());
        };
    }

    /** The negative control: a program that returns something else here. */
    @Test
    void anotherMemory_isSeen() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        try (Both both = new Both(bpf, "r0 = *(u64 *)(r6 + 8)\n")) {
            byte[] one = ByteBuffer.allocate(MEMORY_BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(NUMBER_AT, 1)
                    .array();
            assertThat(text(both.here(new byte[MEMORY_BYTES]))).isNotEqualTo(text(both.inKernel(one)));
        }
    }
}
