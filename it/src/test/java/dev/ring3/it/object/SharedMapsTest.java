package dev.ring3.it.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.ArrayMap;
import dev.ring3.bpf.BpfHost;
import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.Codec;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.HostObject;
import dev.ring3.bpf.HostTask;
import dev.ring3.bpf.LocalStorageMap;
import dev.ring3.bpf.LpmPrefix;
import dev.ring3.bpf.MapOfMaps;
import dev.ring3.bpf.MapResult;
import dev.ring3.bpf.MapView;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.object.ObjectException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Maps of all kinds as a compiled object declares them, verified and run; and those that objects share. */
class SharedMapsTest {
    private static final Clang CLANG = new Clang("clang-19", "v3");
    private static final HostObject TASK = HostObject.task(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BpfRuntime runtime = runtime(EngineKind.INTERPRETER);
    private final BpfRuntime compiled = runtime(EngineKind.JIT);

    @TempDir
    private Path directory;

    private static BpfRuntime runtime(EngineKind engine) {
        return BpfRuntime.builder()
                .engine(engine)
                .host(new BpfHost() {
                    @Override
                    public Optional<HostTask> currentTask() {
                        return Optional.of(new HostTask(TASK, 1, 1, 0, 0, "test", 0));
                    }
                })
                .build();
    }

    @AfterEach
    void close() {
        runtime.close();
        compiled.close();
    }

    private BpfObject load(BpfRuntime owner) throws Exception {
        return owner.load(CLANG.compile(CompiledObjectsTest.source("shared.c"), directory), ProgramTypes.MEMORY);
    }

    private static long run(BpfProgram program, int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        return program.run(MemorySegment.ofArray(data));
    }

    private BpfRuntime of(EngineKind engine) {
        return engine == EngineKind.JIT ? compiled : runtime;
    }

    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void mapsOfMaps_filledBySourceAndHost_areLookedUp(EngineKind engine) throws Exception {
        try (BpfObject object = load(of(engine))) {
            BpfProgram byIndex = object.program("add_by_index");
            assertThat(run(byIndex, 0, 2)).isEqualTo(3);
            assertThat(run(byIndex, 2, 2)).isEqualTo(3);
            assertThat(run(byIndex, 0, 2)).isEqualTo(6);
            assertThat(run(byIndex, 1, 2)).as("no map there").isEqualTo(-1);
            assertThat(run(byIndex, 3, 2)).as("past the end").isEqualTo(-1);
            assertThat(run(byIndex, 0, 4)).as("past the inner end").isEqualTo(-2);

            BpfProgram byKey = object.program("add_by_key");
            assertThat(run(byKey, 7, 1)).isEqualTo(-1);
            MapOfMaps outer = (MapOfMaps) object.map("by_key");
            assertThat(outer.put(Codec.INT, 7, object.map("first"))).isEqualTo(MapResult.DONE);
            assertThat(run(byKey, 7, 2)).as("the same map").isEqualTo(9);
            assertThat(outer.remove(Codec.INT, 7)).isEqualTo(MapResult.DONE);
            assertThat(run(byKey, 7, 2)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void trieAndStorage_ofObject_areUsed(EngineKind engine) throws Exception {
        try (BpfObject object = load(of(engine))) {
            MapView<LpmPrefix, Long> routes = MapView.of(object.map("routes"), LpmPrefix.IPV4, Codec.LONG);
            routes.put(LpmPrefix.parse("10.0.0.0/8"), 8L);
            routes.put(LpmPrefix.parse("10.1.0.0/16"), 16L);
            assertThat(run(object.program("route"), 10, 1, 2, 3)).isEqualTo(16);
            assertThat(run(object.program("route"), 10, 2, 2, 3)).isEqualTo(8);
            assertThat(run(object.program("route"), 11, 2, 2, 3)).isZero();

            assertThat(run(object.program("task"))).isEqualTo(1);
            assertThat(run(object.program("task"))).isEqualTo(2);
            assertThat(((LocalStorageMap) object.map("tasks")).get(Codec.LONG, TASK))
                    .contains(2L);
            of(engine).objectGone(TASK);
            assertThat(run(object.program("task"))).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void timer_ofObject_calls(EngineKind engine) throws Exception {
        try (BpfObject object = load(of(engine))) {
            MemorySegment value = ((ArrayMap) object.map("timers")).value(0);
            assertThat(run(object.program("start"))).isZero();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (value.get(ValueLayout.JAVA_LONG, 0) == 0 && System.nanoTime() < deadline) {
                Thread.sleep(1);
            }
            assertThat(value.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(1);
        }
    }

    @Test
    void pinnedMap_secondObject_sharesItUntilUnpinned() throws Exception {
        BpfObject first = load(runtime);
        assertThat(run(first.program("count"), 3)).isEqualTo(1);
        try (BpfObject second = load(runtime)) {
            assertThat(run(second.program("count"), 3)).isEqualTo(2);
            assertThat(second.map("counters")).isSameAs(first.map("counters"));
            assertThat(second.map("routes")).isNotSameAs(first.map("routes"));
        }
        first.close();
        assertThat(runtime.pinned("counters")).isPresent();
        try (BpfObject third = load(runtime)) {
            assertThat(run(third.program("count"), 3))
                    .as("nobody used it meanwhile")
                    .isEqualTo(3);
            assertThat(runtime.unpin("counters")).isTrue();
            assertThat(run(third.program("count"), 3)).as("its user keeps it").isEqualTo(4);
            assertThat(runtime.pinned("counters")).isEmpty();
        }
        try (BpfObject fourth = load(runtime)) {
            assertThat(run(fourth.program("count"), 3)).as("another map").isEqualTo(1);
        }
        assertThat(runtime.unpin("counters")).isTrue();
        assertThat(runtime.unpin("counters")).isFalse();
        assertThat(runtime.memoryUsed())
                .as("the page through which the host looks")
                .isLessThanOrEqualTo(4096);
    }

    @Test
    void pinnedMap_ofTheHost_isUsed() throws Exception {
        var map = runtime.map("mine").keyBytes(4).valueBytes(8).entriesMax(16).hash();
        runtime.pin("counters", map);
        assertThatThrownBy(() -> runtime.pin("counters", map)).isInstanceOf(IllegalArgumentException.class);
        MapView<Integer, Long> view = MapView.of(map, Codec.INT, Codec.LONG);
        view.put(3, 40L);
        try (BpfObject object = load(runtime)) {
            assertThat(run(object.program("count"), 3)).isEqualTo(41);
        }
        assertThat(view.lookup(3)).contains(41L);
    }

    @Test
    void pinnedMap_another_isRefusedWithBoth() throws Exception {
        try (BpfObject _ = load(runtime)) {
            Path source = directory.resolve("larger.c");
            String text = Files.readString(CompiledObjectsTest.source("shared.c"));
            Files.writeString(source, "#define ENTRIES 17\n" + text);
            Path larger = CLANG.compile(source, directory);
            assertThatThrownBy(() -> runtime.load(larger, ProgramTypes.MEMORY))
                    .isInstanceOf(ObjectException.class)
                    .hasMessageContaining("map counters: asked for type 1, 17 entries with keys of 4")
                    .hasMessageContaining("pinned by this name is type 1, 16 entries");
            assertThat(runtime.pinned("counters")).isPresent();
        }
    }
}
