package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays and hash maps of maps: what programs find in them and may do with it. */
class MapOfMapsTest {
    private final BpfRuntime runtime = BpfRuntime.create();

    @AfterEach
    void close() {
        runtime.close();
    }

    private ArrayMap array(BpfRuntime owner, String name, long content) {
        ArrayMap map = owner.arrayMap(name, 8, 1);
        map.value(0).set(ValueLayout.JAVA_LONG, 0, content);
        return map;
    }

    /** The value of key 0 of the map of a key; -1 if there is no map. */
    private static long read(BpfMap outer, int key) {
        BpfRuntime owner = ((MapBase) outer).runtime();
        Bindings bindings = new Bindings(Map.of(1, outer), List.of(), Map.of());
        String source = """
                *(u32 *)(r10 - 4) = %d
                *(u32 *)(r10 - 8) = 0
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -4
                call 1
                if r0 == 0 goto none
                r1 = r0
                r2 = r10
                r2 += -8
                call 1
                if r0 == 0 goto none
                r0 = *(u64 *)(r0 + 0)
                exit
                none: r0 = -1
                exit

                """.formatted(key);
        try (BpfProgram program =
                owner.program("p", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings)) {
            return program.run(MemorySegment.NULL);
        }
    }

    private MapOfMaps outer(BpfRuntime owner, boolean hash, BpfMap like) {
        MapBuilder builder = owner.map("outer").keyBytes(4).entriesMax(3);
        return hash ? builder.hashOfMaps(like) : builder.arrayOfMaps(like);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void program_innerMaps_areFoundAndReplaced(boolean hash) {
        ArrayMap first = array(runtime, "first", 41);
        ArrayMap second = array(runtime, "second", 42);
        MapOfMaps outer = outer(runtime, hash, first);
        assertThat(read(outer, 2)).isEqualTo(-1);
        assertThat(outer.put(Codec.INT, 2, first)).isEqualTo(MapResult.DONE);
        assertThat(read(outer, 2)).isEqualTo(41);
        assertThat(outer.put(Codec.INT, 2, second)).isEqualTo(MapResult.DONE);
        assertThat(read(outer, 2)).isEqualTo(42);
        assertThat(read(outer, 1)).isEqualTo(-1);
        assertThat(outer.get(Codec.INT, 2)).contains(second);
        assertThat(outer.remove(Codec.INT, 2)).isEqualTo(MapResult.DONE);
        assertThat(outer.remove(Codec.INT, 2)).isEqualTo(MapResult.ABSENT);
        assertThat(read(outer, 2)).isEqualTo(-1);
    }

    @Test
    void put_outsideOrTooMany_isFull() {
        ArrayMap inner = array(runtime, "inner", 1);
        assertThat(outer(runtime, false, inner).put(Codec.INT, 3, inner)).isEqualTo(MapResult.FULL);
        MapOfMaps hash = outer(runtime, true, inner);
        for (int key = 10; key < 13; key++) {
            assertThat(hash.put(Codec.INT, key, inner)).isEqualTo(MapResult.DONE);
        }
        assertThat(hash.put(Codec.INT, 13, inner)).isEqualTo(MapResult.FULL);
    }

    @Test
    void put_mapOfAnotherShapeOrRuntime_isRefused() {
        ArrayMap inner = array(runtime, "inner", 1);
        MapOfMaps outer = outer(runtime, false, inner);
        assertThatThrownBy(() -> outer.put(Codec.INT, 0, runtime.arrayMap("longer", 8, 2)))
                .hasMessage("map longer is not of the shape of those in map outer");
        assertThatThrownBy(() -> outer.put(Codec.INT, 0, runtime.arrayMap("wider", 16, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> outer.put(Codec.INT, 0, runtime.arrayMap("constant", 8, 1, false)))
                .isInstanceOf(IllegalArgumentException.class);
        try (BpfRuntime other = BpfRuntime.create()) {
            assertThatThrownBy(() -> outer.put(Codec.INT, 0, array(other, "foreign", 1)))
                    .hasMessage("map foreign is of another runtime");
        }
        assertThatThrownBy(() -> outer(runtime, false, outer)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void program_innerMapThatWasClosed_isNotFound() {
        ArrayMap inner = array(runtime, "inner", 7);
        MapOfMaps outer = outer(runtime, true, inner);
        outer.put(Codec.INT, 0, inner);
        runtime.close(inner);
        assertThat(read(outer, 0)).isEqualTo(-1);
        assertThat(outer.get(Codec.INT, 0)).isEmpty();
    }

    /** A map of the runtime that the program did not look up is none of its business. */
    @Test
    void program_pointerThatItMadeUp_isNoMap() {
        try (BpfRuntime unverified = Unverified.runtime()) {
            ArrayMap inner = array(unverified, "inner", 7);
            MapOfMaps outer = outer(unverified, false, inner);
            outer.put(Codec.INT, 0, inner);
            assertThat(read(outer, 0)).isEqualTo(7);
            String source = """
                    *(u32 *)(r10 - 4) = 0
                    r1 = %d ll
                    r2 = r10
                    r2 += -4
                    call 1
                    exit
                    """.formatted(inner.pointer());
            Bindings bindings = new Bindings(Map.of(1, outer), List.of(), Map.of());
            RunResult result = unverified
                    .program("p", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings)
                    .tryRun(MemorySegment.NULL);
            assertThat(((RunResult.Faulted) result).kind()).isEqualTo(FaultKind.HELPER);
        }
    }

    /** Maps come, are used, and go, while programs look them up: what a run finds is whole until it ends. */
    @Test
    void program_whileMapsComeAndGo_findsWholeOnes() throws Exception {
        HashTableMap like =
                runtime.map("like").keyBytes(4).valueBytes(8).entriesMax(4).hash();
        MapOfMaps outer = outer(runtime, false, like);
        AtomicBoolean stop = new AtomicBoolean();
        Parallel.run(2, i -> () -> {
            if (i == 0) {
                for (long turn = 0; turn < 300; turn++) {
                    HashTableMap inner = runtime.map("inner")
                            .keyBytes(4)
                            .valueBytes(8)
                            .entriesMax(4)
                            .hash();
                    MapView.of(inner, Codec.INT, Codec.LONG).put(0, 77L);
                    outer.put(Codec.INT, 1, inner);
                    Thread.onSpinWait();
                    runtime.close(inner);
                }
                stop.set(true);
            } else {
                while (!stop.get()) {
                    assertThat(read(outer, 1)).isIn(-1L, 77L);
                }
            }
            return 0;
        });
    }
}
