package dev.ring3.bpf.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.InsnLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sources of the public conformance suite, which is found beside the project and is no part of it. */
class ConformanceSuiteTest {
    private static final Set<String> SECTIONS =
            Set.of("asm", "raw", "mem", "result", "error", "c", "no register offset");

    private static Path suite() {
        String shared = System.getenv("RING3_SHARED");
        Path root = Path.of(System.getProperty("ring3.root", "."));
        Path suite = (shared != null ? Path.of(shared) : root.resolveSibling("shared")).resolve("bpf-conformance");
        assumeTrue(Files.isDirectory(suite), "no conformance suite at " + suite);
        return suite;
    }

    private static List<Path> files(Path directory, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix)
                            && file.getFileName().toString().endsWith(".data"))
                    .sorted()
                    .toList();
        }
    }

    /** The lines of one section, without comments; it lasts to the next heading of one that the format knows. */
    private static String section(Path file, String name) throws IOException {
        StringBuilder text = new StringBuilder();
        boolean inside = false;
        for (String line : Files.readAllLines(file)) {
            String bare = line.replaceAll("#.*", "").strip();
            if (bare.startsWith("-- ") && SECTIONS.contains(bare.substring(3))) {
                inside = bare.equals("-- " + name);
            } else if (inside && !bare.isEmpty()) {
                text.append(bare).append('\n');
            }
        }
        return text.toString();
    }

    @Test
    void sources_ofTheSuite_assemble() throws IOException {
        List<Path> files = files(suite(), "");
        assertThat(files).hasSize(313);
        for (Path file : files) {
            String source = section(file, "asm");
            assertThat(source).as(file.toString()).isNotBlank();
            BpfCode code = Assembler.assemble(source, Dialect.CONFORMANCE);
            for (Dialect dialect : Dialect.values()) {
                assertThat(Assembler.assemble(Disassembler.disassemble(code, dialect), dialect))
                        .as(file.toString())
                        .isEqualTo(code);
            }
            String raw = section(file, "raw");
            if (!raw.isEmpty()) {
                assertThat(InsnLayout.encode(code, ByteOrder.LITTLE_ENDIAN))
                        .as(file.toString())
                        .isEqualTo(words(raw));
            }
        }
    }

    private static byte[] words(String raw) {
        List<String> words = raw.lines().toList();
        ByteBuffer bytes = ByteBuffer.allocate(words.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (String word : words) {
            bytes.putLong(Long.parseUnsignedLong(word.substring(2), 16));
        }
        return bytes.array();
    }

    @Test
    void invalidSources_ofTheSuite_areRefused() throws IOException {
        List<Path> files = files(suite().resolve("negative"), "invalid_");
        assertThat(files).hasSize(11);
        for (Path file : files) {
            String source = section(file, "asm");
            assertThat(source).as(file.toString()).isNotEmpty();
            assertThatThrownBy(() -> Assembler.assemble(source, Dialect.CONFORMANCE))
                    .as(file.toString())
                    .isInstanceOf(AssemblyException.class);
        }
    }
}
