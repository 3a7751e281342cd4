package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Helpers on maps that an engine knows as it prepares the program, in every engine, verified and not. */
@ParameterizedClass
@MethodSource("engines")
class KnownMapTest {
    /** A lookup of the key 3 in each of two maps, one after the other. */
    private static final String LOOKUPS = """
            r6 = 1
            r7 = 2
            r8 = 3
            *(u64 *)(r10 - 8) = r8
            r1 = map_by_idx(0) ll
            r2 = r10
            r2 += -8
            call 1
            if r0 == 0 goto none
            r6 = *(u64 *)(r0 + 0)
            r1 = map_by_idx(1) ll
            r2 = r10
            r2 += -8
            call 1
            if r0 == 0 goto none
            r7 = *(u64 *)(r0 + 0)
            r0 = r7
            r0 <<= 8
            r0 |= r6
            exit
            none:
            r0 = r6
            exit
            """;

    @Parameter(0)
    private EngineKind engine = EngineKind.INTERPRETER;

    @Parameter(1)
    private Verification verification = Verification.OFF;

    private BpfRuntime runtime = Unverified.runtime(); // of each test its own

    static Stream<Arguments> engines() {
        return Stream.of(EngineKind.values())
                .flatMap(engine -> Stream.of(Verification.REQUIRED, Verification.OFF)
                        .map(verification -> Arguments.of(engine, verification)));
    }

    @BeforeEach
    void open() {
        runtime.close();
        runtime = BpfRuntime.builder().engine(engine).verification(verification).build();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private Invocation program(String source, BpfMap... maps) {
        Bindings bindings = new Bindings(Map.of(), List.of(maps), Map.of());
        return runtime.program("test", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings)
                .newInvocation();
    }

    private ArrayMap array() {
        return runtime.map("array").valueBytes(8).entriesMax(4).array();
    }

    private HashTableMap hash() {
        return runtime.map("hash").keyBytes(8).valueBytes(8).entriesMax(4).hash();
    }

    @Test
    void lookup_twoKnownMaps_findsInEach() {
        ArrayMap array = array();
        HashTableMap hash = hash();
        MapView.of(array, Codec.INT, Codec.LONG).put(3, 17L);
        MapView.of(hash, Codec.LONG, Codec.LONG).put(3L, 42L);
        assertThat(program(LOOKUPS, array, hash).run()).isEqualTo(42 << 8 | 17);
        assertThat(program(LOOKUPS, hash, array).run()).isEqualTo(17 << 8 | 42);
    }

    @Test
    void lookup_keyThatIsNot_isNull() {
        ArrayMap small = runtime.map("small").valueBytes(8).entriesMax(3).array();
        assertThat(program(LOOKUPS, small, small).run()).isEqualTo(1);
        assertThat(program(LOOKUPS, hash(), small).run()).isEqualTo(1);
    }

    @Test
    void lookup_oneOfTwoMapsByTheArgument_findsInTheOne() {
        ArrayMap first = array();
        ArrayMap second = array();
        MapView.of(first, Codec.INT, Codec.LONG).put(3, 17L);
        MapView.of(second, Codec.INT, Codec.LONG).put(3, 42L);
        Invocation either = program("""
                r6 = r2
                r8 = 3
                *(u64 *)(r10 - 8) = r8
                r1 = map_by_idx(0) ll
                if r6 == 0 goto first
                r1 = map_by_idx(1) ll
                first:
                r2 = r10
                r2 += -8
                call 1
                if r0 == 0 goto none
                r0 = *(u64 *)(r0 + 0)
                none:
                exit
                """, first, second);
        assertThat(either.run()).isEqualTo(17);
        either.memory(1);
        assertThat(either.run()).isEqualTo(42);
    }

    @Test
    void updateAndDelete_knownMap_changeIt() {
        HashTableMap hash = hash();
        MapView<Long, Long> view = MapView.of(hash, Codec.LONG, Codec.LONG);
        String call = """
                r8 = 5
                *(u64 *)(r10 - 8) = r8
                *(u64 *)(r10 - 16) = r8
                r1 = map_by_idx(0) ll
                r2 = r10
                r2 += -8
                r3 = r10
                r3 += -16
                r4 = %d
                call %d
                exit
                """;
        assertThat(program(call.formatted(2, 2), hash).run()).isEqualTo(-2); // BPF_EXIST: ENOENT
        assertThat(program(call.formatted(1, 2), hash).run()).isZero();
        assertThat(view.lookup(5L)).hasValue(5L);
        assertThat(program(call.formatted(1, 2), hash).run()).isEqualTo(-17); // BPF_NOEXIST: EEXIST
        assertThat(program(call.formatted(9, 2), hash).run()).isEqualTo(-22);
        assertThat(program(call.formatted(0, 3), hash).run()).isZero();
        assertThat(view.lookup(5L)).isEmpty();
        assertThat(program(call.formatted(0, 3), hash).run()).isEqualTo(-2);
    }

    @Test
    void lookup_mapClosedAndItsMemoryInUseAgain_faultsWithTheRegisters() {
        ArrayMap kept = array();
        ArrayMap closed = array();
        Invocation invocation = program(LOOKUPS, kept, closed);
        MapView.of(kept, Codec.INT, Codec.LONG).put(3, 17L);
        assertThat(invocation.run()).isEqualTo(17);
        runtime.maps().close(closed);
        MapView.of(array(), Codec.INT, Codec.LONG).put(3, 42L);
        assertThatExceptionOfType(BpfFault.class)
                .isThrownBy(invocation::run)
                .withMessageContaining("is no map")
                .satisfies(fault -> {
                    assertThat(fault.kind()).isEqualTo(FaultKind.HELPER);
                    assertThat(fault.registers().subList(6, 9)).containsExactly(17L, 2L, 3L);
                    assertThat(fault.registers().get(1)).isEqualTo(closed.pointer());
                });
    }
}
