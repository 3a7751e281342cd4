package dev.ring3.it.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.ArrayMap;
import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.asm.Disassembler;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.ObjectException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an object may hold, as each clang writes it: loaded and run. */
class CompiledObjectsTest {
    private static final ProgramType TYPE =
            ProgramTypes.MEMORY.with("host_double", (_, value, _, _, _, _) -> 2 * value);

    @TempDir
    private Path directory;

    static Path source(String name) {
        return Path.of(System.getProperty("ring3.root"), "it/src/test/resources/dev/ring3/it/object", name);
    }

    private static long run(BpfProgram program, int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        return program.run(MemorySegment.ofArray(data));
    }

    private BpfObject load(Clang clang, String name) throws Exception {
        return Unverified.load(BpfObjectFile.read(clang.compile(source(name), directory)), TYPE, LinkOptions.none());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.ring3.it.object.Clang#all")
    void wholeObject_everyProgram_runs(Clang clang) throws Exception {
        try (BpfObject object = load(clang, "whole.c")) {
            assertThat(object.programs())
                    .extracting(BpfProgram::name)
                    .containsExactlyInAnyOrder("sum", "look", "count", "tail_target", "jump", "ask", "crash");
            assertThat(object.maps())
                    .extracting(BpfMap::name)
                    .contains("counters", "jumps", ".rodata", ".data", ".bss");

            assertThat(run(object.program("sum"), 1, 2)).isEqualTo(40 + 2 * 3 * 3);
            assertThat(run(object.program("sum"), 5)).isEqualTo(58 + 2 * 3 * 5);
            assertThat(run(object.program("look"), 0x1b)).isEqualTo(3 << 8 | 'b');

            assertThat(run(object.program("count"), 2, 0, 0)).isEqualTo(1003);
            assertThat(run(object.program("count"), 2, 0)).isEqualTo(2005);
            assertThat(run(object.program("count"), 4)).isEqualTo(-1);
            MemorySegment counter = ((ArrayMap) object.map("counters")).value(2);
            assertThat(counter.get(ValueLayout.JAVA_INT, 0)).isEqualTo(2);
            assertThat(counter.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(5);

            assertThat(run(object.program("jump"), 1)).isEqualTo(4711);
            assertThat(run(object.program("jump"), 0)).isEqualTo(1);
            assertThat(run(object.program("jump"), 9)).isEqualTo(1);
            assertThat(run(object.program("ask"), 0, 0, 0)).isEqualTo(6);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.ring3.it.object.Clang#all")
    void fault_namesTheSourceLine(Clang clang) throws Exception {
        try (BpfObject object = load(clang, "whole.c")) {
            assertThatThrownBy(() -> run(object.program("crash"), 1))
                    .isInstanceOf(BpfFault.class)
                    .hasMessageContaining("ACCESS")
                    .hasMessageContaining("whole.c:")
                    .hasMessageContaining("return *(volatile u64 *)(data + 4096); // beyond");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.ring3.it.object.Clang#all")
    void legacyMaps_areMaps(Clang clang) throws Exception {
        try (BpfObject object = load(clang, "legacy.c")) {
            assertThat(run(object.program("put"), 2, 5)).isEqualTo(5);
            assertThat(run(object.program("put"), 2, 5)).isEqualTo(10);
            assertThat(run(object.program("put"), 3, 5)).isEqualTo(99);
            assertThat(((ArrayMap) object.map("numbers")).value(2).get(ValueLayout.JAVA_LONG, 0))
                    .isEqualTo(10);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.ring3.it.object.Clang#all")
    void bigEndianObject_isReadAndNotRun(Clang clang) throws Exception {
        for (String name : new String[] {"whole.c", "legacy.c", "core.c"}) {
            Path compiled = clang.compile(source(name), directory, "bpfeb");
            BpfObjectFile file = BpfObjectFile.read(compiled);
            assertThat(file.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
            assertThat(file.codeSections())
                    .allSatisfy(section -> assertThat(Disassembler.disassemble(section.code(), Dialect.LLVM))
                            .isNotBlank());
            assertThat(programsOf(clang.compile(source(name), directory))).isEqualTo(file.programs());
            assertThatThrownBy(() -> BpfObject.load(compiled, TYPE))
                    .isInstanceOf(ObjectException.class)
                    .hasMessageContaining("the object is big-endian, and this machine runs little-endian ones");
        }
    }

    private static List<String> programsOf(Path file) throws IOException {
        return BpfObjectFile.read(file).programs();
    }
}
