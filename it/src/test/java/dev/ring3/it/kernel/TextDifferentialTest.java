package dev.ring3.it.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.ArrayMap;
import dev.ring3.bpf.Bindings;
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
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Helpers that format texts and compute checksums against the kernel's: the same bytes, the same results. */
class TextDifferentialTest {
    private static final int FORMATS = Boolean.getBoolean("ring3.long") ? 20_000 : 400;
    private static final int SUMS = Boolean.getBoolean("ring3.long") ? 2_000 : 60;

    private static final byte[] INDEX_ZERO = new byte[Integer.BYTES];
    private static final int DATA_BYTES = 512;
    private static final int FORMAT_BYTES = 256;
    private static final int TEXT_AT = 400;
    private static final int READ_ONLY_FOR_PROGRAMS = 1 << 7;

    /** What a program leaves: its result, the errno that its load was refused with, or neither and memory. */
    private record Left(long result, List<Byte> data) {
        static Left refused(long errno) {
            return new Left(-errno, List.of());
        }

        static Left of(long result, byte[] data) {
            Byte[] boxed = new Byte[data.length];
            Arrays.setAll(boxed, i -> data[i]);
            return result < 0 ? refused(-result) : new Left(result, List.of(boxed));
        }

        @Override
        public String toString() {
            byte[] bytes = new byte[data.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = data.get(i);
            }
            return result + " " + new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', '~');
        }
    }

    private static Left inKernel(KernelBpf bpf, String source, byte[] data, byte[] format) {
        MapSpec constant = new MapSpec(KernelMapType.ARRAY, 4, FORMAT_BYTES, 1, READ_ONLY_FOR_PROGRAMS, "format");
        try (KernelMap memory = bpf.createMap(MapSpec.array(DATA_BYTES, 1));
                KernelMap text = bpf.createMap(constant)) {
            memory.update(INDEX_ZERO, data, UpdateMode.ANY);
            text.update(INDEX_ZERO, format, UpdateMode.ANY);
            text.freeze();
            String bound = source.formatted(memory.descriptor(), text.descriptor());
            byte[] code = InsnLayout.encode(Assembler.assemble(bound, Dialect.LLVM), ByteOrder.nativeOrder());
            return switch (bpf.load(ProgramSpec.of(KernelProgramType.XDP, code).withLicense("GPL"))) {
                case Rejected<KernelProgram> rejected -> {
                    assertThat(rejected.log()).contains("Invalid format string");
                    yield Left.refused(22);
                }
                case Loaded<KernelProgram> loaded -> {
                    try (KernelProgram program = loaded.value()) {
                        int result =
                                program.testRun(TestInput.ofData(new byte[64])).returnValue();
                        yield Left.of(result, memory.lookup(INDEX_ZERO).orElseThrow());
                    }
                }
            };
        }
    }

    private static Left inRing3(BpfRuntime runtime, String source, byte[] data, byte[] format) {
        ArrayMap memory = runtime.arrayMap("data", DATA_BYTES, 1);
        ArrayMap text =
                runtime.map("format").valueBytes(FORMAT_BYTES).entriesMax(1).array();
        MapView<Integer, byte[]> view = MapView.of(memory, Codec.INT, Codec.ofBytes(DATA_BYTES));
        view.put(0, data);
        MapView.of(text, Codec.INT, Codec.ofBytes(FORMAT_BYTES)).put(0, format);
        Bindings bindings = new Bindings(Map.of(1, memory, 2, text), List.of(), Map.of());
        String bound = source.formatted(1, 2);
        try (BpfProgram program =
                runtime.program("text", Assembler.assemble(bound, Dialect.LLVM), ProgramTypes.MEMORY, bindings)) {
            int result = (int) program.run(MemorySegment.NULL);
            return Left.of(result, view.lookup(0).orElseThrow());
        }
    }

    /** Puts the addresses of the memory and the format into r7 and r8. */
    private static final String PROLOGUE = """
            r1 = map_by_fd(%%d) ll
            *(u32 *)(r10 - 4) = 0
            r2 = r10
            r2 += -4
            call 1
            if r0 == 0 goto end
            r7 = r0
            r1 = map_by_fd(%%d) ll
            r2 = r10
            r2 += -4
            call 1
            if r0 == 0 goto end
            r8 = r0
            """;

    private static final String EPILOGUE = """
            exit
            end:
            r0 = 0
            exit
            """;

    private static final List<String> PARTS = List.of(
            "%d",
            "%i", "%u", "%x", "%X", "%ld", "%lu", "%lx", "%lld", "%llu", "%llX", "%5d", "%-5d|", "%05d", "%+d", "% d",
            "%-+08x", "%+u", "%20llx", "%c", "%3c", "%-3c|", "%s", "%10s", "%-12s|", "%pks", "%12pks", "%pus", "%px",
            "%20px", "%ps", "%pS", "%pB", "%pI4", "%pi4", "%pI6", "%pi6", "%pI4abc", "%pI6c", "%%", "%", "%q", "%#x",
            "%.3d", "%hd", "%lls", "%l", "%sx", "%pksx", "%pE", "%pI5", "%5", "a", " b", "\t", "\u0001", "\u00e9",
            "%px1", "%120d", "%cc", "%-", "%0-5d");

    /** Those that are valid. */
    private static final int DULL_PARTS = 38;

    private static final Pattern FOLLOWS_ADDRESS = Pattern.compile("^%[-0-9]*(s|pks|p[iI][46])");

    /** What numbers a program formats: the addresses of texts for the parts that follow them, otherwise constants. */
    private static String numbers(Random random, List<String> parts, int count) {
        StringBuilder source = new StringBuilder();
        for (int i = 0; i < count; i++) {
            int at = -128 + i * 8;
            boolean follows =
                    i < parts.size() && FOLLOWS_ADDRESS.matcher(parts.get(i)).find();
            if (follows && random.nextInt(4) != 0) {
                source.append("r1 = r7\nr1 += %d\n*(u64 *)(r10 %d) = r1\n".formatted(TEXT_AT + random.nextInt(8), at));
            } else if (random.nextBoolean()) {
                source.append("r1 = %d ll\n*(u64 *)(r10 %d) = r1\n".formatted(random.nextLong(), at));
            } else {
                source.append("r1 = %d\n*(u64 *)(r10 %d) = r1\n".formatted(random.nextInt(200) - 100, at));
            }
        }
        return source.toString();
    }

    @Test
    void snprintf_randomFormats_writesWhatTheKernelWrites() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        Random random = new Random(TestSettings.seed());
        int valid = 0;
        try (BpfRuntime runtime =
                BpfRuntime.builder().verification(Verification.OFF).build()) {
            for (int i = 0; i < FORMATS; i++) {
                List<String> parts = new ArrayList<>();
                boolean dull = random.nextInt(4) != 0; // otherwise nearly all would be refused
                for (int part = random.nextInt(5); part >= 0; part--) {
                    String blank = random.nextBoolean() ? " " : "";
                    parts.add(PARTS.get(random.nextInt(dull ? DULL_PARTS : PARTS.size())) + blank);
                }
                boolean isShifted =
                        parts.stream().anyMatch(part -> part.strip().matches("%[-5]?")); // takes the next one's
                List<String> places = isShifted
                        ? List.of()
                        : parts.stream()
                                .filter(part -> part.startsWith("%") && !part.startsWith("%%"))
                                .toList();
                String text = String.join("", parts);
                int count = random.nextInt(4) == 0 ? random.nextInt(13) : parts.size();
                // without room the kernel takes what follows %pks, %pI4 or %pB for what stands there, and we do not
                boolean mayLackRoom = parts.stream().noneMatch(part -> part.contains("p"));
                int size = mayLackRoom && random.nextInt(3) == 0 ? 1 + random.nextInt(20) : 256;
                String source = PROLOGUE.formatted()
                        + numbers(random, places, count)
                        + """
                        r1 = r7
                        r2 = %d
                        r3 = r8
                        r4 = r10
                        r4 += -128
                        r5 = %d
                        call 165
                        """.formatted(size, count * 8)
                        + EPILOGUE;
                byte[] format = Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), FORMAT_BYTES);
                byte[] data = new byte[DATA_BYTES];
                byte[] words = "a text, not short".getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(words, 0, data, TEXT_AT, words.length);
                Left expected = inKernel(bpf, source, data, format);
                valid += expected.result() >= 0 ? 1 : 0;
                assertThat(inRing3(runtime, source, data, format))
                        .as("format %d: \"%s\", %d numbers, room %d", i, text, count, size)
                        .hasToString(expected.toString());
            }
        }
        System.out.printf("%d formats, %d of them valid%n", FORMATS, valid);
        assertThat(valid).isBetween(FORMATS / 4, FORMATS - 1);
    }

    @Test
    void csumDiff_randomMemory_isWhatTheKernelComputes() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        Random random = new Random(TestSettings.seed());
        try (BpfRuntime runtime =
                BpfRuntime.builder().verification(Verification.OFF).build()) {
            for (int i = 0; i < SUMS; i++) {
                byte[] data = new byte[DATA_BYTES];
                if (random.nextInt(4) != 0) {
                    random.nextBytes(data);
                } else if (random.nextBoolean()) {
                    Arrays.fill(data, (byte) -1);
                }
                int goes = random.nextInt(4) == 0 ? 0 : random.nextInt(120);
                int comes = random.nextInt(4) == 0 ? 0 : random.nextInt(120);
                int seed = random.nextInt(3) == 0 ? random.nextInt(3) - 1 : random.nextInt();
                String source = PROLOGUE.formatted() + """
                        r1 = r7
                        r2 = %d
                        r3 = r7
                        r3 += 240
                        r4 = %d
                        r5 = %d
                        call 28
                        """.formatted(goes, comes, seed) + EPILOGUE;
                byte[] format = new byte[FORMAT_BYTES];
                assertThat(inRing3(runtime, source, data, format).result())
                        .as("from %d, to %d bytes, seed %d", goes, comes, seed)
                        .isEqualTo(inKernel(bpf, source, data, format).result());
            }
        }
    }
}
