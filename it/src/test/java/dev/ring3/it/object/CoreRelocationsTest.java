package dev.ring3.it.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfKind;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.ObjectException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CO-RE relocations of every kind, as each clang writes them, resolved against types that differ. */
class CoreRelocationsTest {
    // Where core-host.c has the fields.
    private static final int TASK_BYTES = 72;
    private static final int ID = 64;
    private static final int SECOND_OF_IN_1 = 40;
    private static final int LEVEL = 48;

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.ring3.it.object.Clang#all")
    void everyKind_isResolvedAgainstTheHost(Clang clang) throws Exception {
        Btf host = types(clang, "core-host.c");
        BpfObjectFile file = BpfObjectFile.read(clang.compile(CompiledObjectsTest.source("core.c"), directory));
        Map<String, Long> expected = new TreeMap<>(Map.of(
                "load_id", 77L,
                "load_nested", 88L,
                "load_bits", -9L,
                "offset", (long) SECOND_OF_IN_1,
                "size", 8L,
                "exists", 10L,
                "is_signed", 10L));
        expected.putAll(Map.of(
                "type_exists", 10L,
                "type_size", 16L,
                "type_id", (long) idOf(host, "inner"),
                "type_id_here", (long) idOf(file.btf().orElseThrow(), "inner"),
                "value_exists", 10L,
                "value", 30L));
        if (file.programs().contains("type_matches")) {
            expected.put("type_matches", 10L);
        }
        Map<String, Long> found = new TreeMap<>();
        try (BpfObject object =
                Unverified.load(file, ProgramTypes.MEMORY, LinkOptions.none().withTarget(host))) {
            object.programs().forEach(program -> found.put(program.name(), program.run(task())));
        }
        assertThat(found).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.ring3.it.object.Clang#all")
    void loadOfAFieldThatIsGone_faultsAndSaysSo(Clang clang) throws Exception {
        BpfObjectFile file = BpfObjectFile.read(clang.compile(CompiledObjectsTest.source("core.c"), directory));
        Btf withoutTypes = types(clang, "legacy.c");
        try (BpfObject object =
                Unverified.load(file, ProgramTypes.MEMORY, LinkOptions.none().withTarget(withoutTypes))) {
            assertThat(object.program("type_exists").run(task())).isZero();
            assertThatThrownBy(() -> object.program("load_id").run(task()))
                    .isInstanceOf(BpfFault.class)
                    .hasMessageContaining("task");
        }
        assertThatThrownBy(() -> BpfObject.load(file, ProgramTypes.MEMORY, LinkOptions.none()))
                .isInstanceOf(ObjectException.class);
    }

    private static MemorySegment task() {
        MemorySegment task = MemorySegment.ofArray(new long[TASK_BYTES / Long.BYTES]);
        task.set(ValueLayout.JAVA_INT, ID, 77);
        task.set(ValueLayout.JAVA_LONG_UNALIGNED, SECOND_OF_IN_1, 88);
        task.set(ValueLayout.JAVA_BYTE, LEVEL, (byte) 0b101_10111); // flags 5, level -9
        return task;
    }

    private Btf types(Clang clang, String source) throws Exception {
        return BpfObjectFile.read(clang.compile(CompiledObjectsTest.source(source), directory))
                .btf()
                .orElseThrow();
    }

    private static int idOf(Btf types, String struct) {
        return types.find(BtfKind.STRUCT, struct).orElseThrow();
    }
}
