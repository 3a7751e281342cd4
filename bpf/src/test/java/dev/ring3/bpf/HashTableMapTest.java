package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hash maps from programs and from the host: what is found, errors, flags, limits, access. */
class HashTableMapTest {
    private static final int SLOTS = 3;

    private final BpfRuntime runtime = BpfRuntime.builder().slots(SLOTS).build();
    private final BpfRuntime unverified =
            BpfRuntime.builder().verification(Verification.OFF).slots(SLOTS).build();

    @AfterEach
    void close() {
        runtime.close();
        unverified.close();
    }

    private static MapBuilder builder(BpfRuntime runtime, int entries) {
        return runtime.map("hash").keyBytes(8).valueBytes(8).entriesMax(entries);
    }

    private static long run(BpfMap map, String source) {
        BpfRuntime owner = ((MapBase) map).runtime();
        Bindings bindings = new Bindings(Map.of(1, map), List.of(), Map.of());
        try (BpfProgram program =
                owner.program("p", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings)) {
            return program.run(MemorySegment.NULL);
        }
    }

    private static String update(long key, long value, long flags) {
        return """
                *(u64 *)(r10 - 8) = %d
                *(u64 *)(r10 - 16) = %d
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -8
                r3 = r10
                r3 += -16
                r4 = %d
                call 2
                exit
                """.formatted(key, value, flags);
    }

    private static String delete(long key) {
        return """
                *(u64 *)(r10 - 8) = %d
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -8
                call 3
                exit
                """.formatted(key);
    }

    /** Adds to the value of a key; -1 if it is not there. */
    private static String add(long key, long number) {
        return """
                *(u64 *)(r10 - 8) = %d
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -8
                call 1
                if r0 == 0 goto absent
                r1 = *(u64 *)(r0 + 0)
                r1 += %d
                *(u64 *)(r0 + 0) = r1
                r0 = r1
                exit
                absent: r0 = -1
                exit
                """.formatted(key, number);
    }

    @Test
    void program_entries_areInsertedFoundReplacedAndDeleted() {
        HashTableMap map = builder(runtime, 4).hash();
        assertThat(run(map, add(5, 1))).isEqualTo(-1);
        assertThat(run(map, update(5, 40, 0))).isZero();
        assertThat(run(map, add(5, 2))).isEqualTo(42);
        assertThat(run(map, update(5, 7, 0))).isZero();
        assertThat(run(map, add(5, 1))).isEqualTo(8);
        assertThat(map.size()).isEqualTo(1);
        assertThat(run(map, delete(5))).isZero();
        assertThat(run(map, delete(5))).isEqualTo(-2);
        assertThat(map.size()).isZero();
    }

    /** ENOENT, EEXIST, E2BIG and EINVAL, where {@code htab_map_update_elem} has them; key 1 is there, the map is full with 2. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, 0",
        "1, 1, -17",
        "1, 2, 0",
        "1, 3, -22",
        "1, 4, -22",
        "1, 8, -22",
        "1, -1, -22",
        "9, 0, -7",
        "9, 1, -7",
        "9, 2, -2",
        "9, 3, -22"
    })
    void program_updateOfAFullMap_hasTheKernelsErrors(long key, long flags, long result) {
        HashTableMap map = builder(runtime, 2).hash();
        MapView<Long, Long> view = MapView.of(map, Codec.LONG, Codec.LONG);
        view.put(1L, 1L);
        view.put(2L, 2L);
        assertThat(run(map, update(key, 3, flags))).isEqualTo(result);
        assertThat(map.size()).isEqualTo(2);
    }

    @Test
    void program_readOnlyMap_cannotBeUpdatedOrDeletedFrom() {
        HashTableMap map =
                builder(unverified, 2).flags(MapFlags.READ_ONLY_FOR_PROGRAMS).hash();
        MapView.of(map, Codec.LONG, Codec.LONG).put(1L, 41L);
        assertThat(run(map, update(1, 3, 0))).isEqualTo(-1);
        assertThat(run(map, delete(1))).isEqualTo(-1);
        assertThatThrownBy(() -> run(map, add(1, 1)))
                .isInstanceOfSatisfying(
                        BpfFault.class, fault -> assertThat(fault.kind()).isEqualTo(FaultKind.READ_ONLY));
    }

    /** Programs may touch values and read keys, and nothing between them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r0 = *(u64 *)(r0 + 0)     |
            r0 = *(u64 *)(r0 + 2)     | ACCESS
            *(u32 *)(r0 + 8) = 1      | ACCESS
            *(u64 *)(r0 - 8) = 1      | READ_ONLY
            r0 = *(u64 *)(r0 - 4)     | ACCESS
            """)
    void program_accessAroundAValue_isChecked(String access, FaultKind kind) {
        HashTableMap map =
                unverified.map("odd").keyBytes(8).valueBytes(9).entriesMax(4).hash();
        String source = """
                *(u64 *)(r10 - 8) = 1
                *(u64 *)(r10 - 24) = 1
                *(u64 *)(r10 - 16) = 1
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -8
                r3 = r10
                r3 += -24
                r4 = 0
                call 2
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -8
                call 1
                %s
                exit
                """.formatted(access);
        Bindings bindings = new Bindings(Map.of(1, map), List.of(), Map.of());
        RunResult result = unverified
                .program("p", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings)
                .tryRun(MemorySegment.NULL);
        if (kind == null) {
            assertThat(result).isInstanceOf(RunResult.Finished.class);
        } else {
            assertThat(((RunResult.Faulted) result).kind()).isEqualTo(kind);
        }
    }

    @Test
    void forEach_hashMap_visitsEveryEntryAndMayDeleteIt() {
        HashTableMap map = builder(runtime, 100).hash();
        MapView<Long, Long> view = MapView.of(map, Codec.LONG, Codec.LONG);
        for (long i = 1; i <= 100; i++) {
            view.put(i, i * 1000);
        }
        assertThat(run(map, """
                        *(u64 *)(r10 - 8) = 0
                        r1 = map_by_fd(1) ll
                        r2 = body ll
                        r3 = r10
                        r3 += -8
                        r4 = 0
                        call 164
                        if r0 != 100 goto bad
                        r0 = *(u64 *)(r10 - 8)
                        exit
                bad:    r0 = -1
                        exit
                body:   r5 = *(u64 *)(r4 + 0)
                        r0 = *(u64 *)(r2 + 0)
                        r5 += r0
                        r0 = *(u64 *)(r3 + 0)
                        r5 += r0
                        *(u64 *)(r4 + 0) = r5
                        r1 = map_by_fd(1) ll
                        call 3
                        r0 = 0
                        exit
                """)).isEqualTo(5050 * 1001);
        assertThat(map.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 31, 64})
    void view_keysOfAnySize_behaveAsInAHashMap(int keyBytes) {
        Seed seed = Seed.of(HashTableMapTest.class);
        Random random = seed.random();
        HashTableMap map = runtime.map("hash")
                .keyBytes(keyBytes)
                .valueBytes(4)
                .entriesMax(50)
                .hash();
        MapView<byte[], Integer> view = MapView.of(map, Codec.ofBytes(keyBytes), Codec.INT);
        Map<String, Integer> model = new HashMap<>();
        for (int i = 0; i < 3000; i++) {
            byte[] key = new byte[keyBytes];
            key[random.nextInt(keyBytes)] = (byte) random.nextInt(5);
            key[keyBytes - 1] += (byte) random.nextInt(13);
            String name = Arrays.toString(key);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    boolean fits = model.containsKey(name) || model.size() < 50;
                    assertThat(view.put(key, i)).as(seed.toString()).isEqualTo(fits ? MapResult.DONE : MapResult.FULL);
                    if (fits) {
                        model.put(name, i);
                    }
                }
                case 2 ->
                    assertThat(view.delete(key))
                            .as(seed.toString())
                            .isEqualTo(model.remove(name) == null ? MapResult.ABSENT : MapResult.DONE);
                default ->
                    assertThat(view.lookup(key)).as(seed.toString()).isEqualTo(Optional.ofNullable(model.get(name)));
            }
            assertThat(map.size()).isEqualTo(model.size());
        }
        Map<String, Integer> all = new HashMap<>();
        view.forEach(entry -> all.put(Arrays.toString(entry.getKey()), entry.getValue()));
        assertThat(all).isEqualTo(model);
    }

    @Test
    void view_modesAndBatches_sayHowTheyEnded() {
        HashTableMap map = builder(runtime, 3).hash();
        MapView<Long, Long> view = MapView.of(map, Codec.LONG, Codec.LONG);
        assertThat(view.update(1L, 10L, UpdateMode.REPLACE)).isEqualTo(MapResult.ABSENT);
        assertThat(view.update(1L, 10L, UpdateMode.INSERT)).isEqualTo(MapResult.DONE);
        assertThat(view.update(1L, 11L, UpdateMode.INSERT)).isEqualTo(MapResult.EXISTS);
        assertThat(view.putAll(Map.of(2L, 20L, 3L, 30L))).isEqualTo(MapResult.DONE);
        assertThat(view.putAll(Map.of(4L, 40L))).isEqualTo(MapResult.FULL);
        assertThat(MapResult.FULL.errno()).isEqualTo(7);
        assertThat(view.take(2L)).contains(20L);
        assertThat(view.take(2L)).isEmpty();
        assertThat(view.entries()).containsExactlyInAnyOrder(Map.entry(1L, 10L), Map.entry(3L, 30L));
        assertThat(view.deleteAll(List.of(1L, 2L, 3L))).isEqualTo(2);
    }

    @Test
    void view_hostThatMayOnlyReadOrWrite_isHeldToIt() {
        HashTableMap readOnly = builder(runtime, 3).flags(MapFlags.READ_ONLY).hash();
        MapView<Long, Long> reading = MapView.of(readOnly, Codec.LONG, Codec.LONG);
        assertThat(reading.put(1L, 1L)).isEqualTo(MapResult.NOT_PERMITTED);
        assertThat(reading.delete(1L)).isEqualTo(MapResult.NOT_PERMITTED);
        assertThat(reading.lookup(1L)).isEmpty();
        MapView<Long, Long> writing =
                MapView.of(builder(runtime, 3).flags(MapFlags.WRITE_ONLY).hash(), Codec.LONG, Codec.LONG);
        assertThat(writing.put(1L, 1L)).isEqualTo(MapResult.DONE);
        assertThatThrownBy(() -> writing.lookup(1L)).hasMessage("map hash is not to be read");
    }

    @Test
    void view_ofAClosedMap_isRefused() {
        HashTableMap map = builder(runtime, 3).hash();
        MapView<Long, Long> view = MapView.of(map, Codec.LONG, Codec.LONG);
        view.put(1L, 1L);
        runtime.close(map);
        assertThatThrownBy(() -> view.lookup(1L)).hasMessage("map hash is closed");
        runtime.close();
        assertThat(runtime.memoryUsed()).isZero();
    }

    @Test
    void view_otherSizes_areRefused() {
        HashTableMap map = builder(runtime, 3).hash();
        assertThatThrownBy(() -> MapView.of(map, Codec.INT, Codec.LONG))
                .hasMessage("map hash has keys of 8 and values of 8 bytes, not 4 and 8");
    }

    @ParameterizedTest
    @CsvSource({"0, 8, 4, 0", "8, 0, 4, 0", "8, 8, 0, 0", "8, 8, -1, 0", "8, 8, 4, 2", "8, 8, 4, 24", "8, 8, 4, 512"})
    void create_sizesOrFlagsThatCannotBe_areRefused(int keyBytes, int valueBytes, int entries, int flags) {
        MapBuilder builder = runtime.map("hash")
                .keyBytes(keyBytes)
                .valueBytes(valueBytes)
                .entriesMax(entries)
                .flags(flags);
        assertThatThrownBy(builder::hash).isInstanceOf(IllegalArgumentException.class);
        assertThat(runtime.memoryUsed()).isZero();
    }

    /** A run's own deletions come back to it only after it has ended: the limit is an errno, and not for ever. */
    @Test
    void program_thatDeletesAndInsertsForLong_runsOutOfMemoryAndTheNextDoesNot() {
        HashTableMap map = builder(runtime, 2).hash();
        String source = """
                        r1 = 1000
                        r2 = body ll
                        r3 = 0
                        r4 = 0
                        call 181
                        exit
                body:   *(u64 *)(r10 - 8) = 1
                        r1 = map_by_fd(1) ll
                        r2 = r10
                        r2 += -8
                        r3 = r10
                        r3 += -8
                        r4 = 1
                        call 2
                        if r0 == -12 goto out
                        r1 = map_by_fd(1) ll
                        r2 = r10
                        r2 += -8
                        call 3
                        r0 = 0
                        exit
                out:    r0 = 1
                        exit
                """;
        assertThat(run(map, source)).isBetween(64L, 999L);
        assertThat(run(map, source)).isBetween(33L, 999L);
    }

    @Test
    void perCpuHash_eachRun_hasTheValueOfItsSlot() {
        HashTableMap map = builder(runtime, 4).perCpuHash();
        MapView<Long, Long> view = MapView.of(map, Codec.LONG, Codec.LONG);
        assertThat(run(map, update(1, 40, 0))).isZero();
        assertThat(view.values(1L)).hasSize(SLOTS).containsOnlyOnce(40L).contains(0L);
        assertThat(view.update(1L, List.of(1L, 2L, 3L), UpdateMode.ANY)).isEqualTo(MapResult.DONE);
        long sum = run(map, add(1, 100));
        assertThat(view.values(1L)).contains(sum).hasSize(SLOTS);
        assertThat(view.put(2L, 9L)).isEqualTo(MapResult.DONE);
        assertThat(view.values(2L)).containsExactly(9L, 9L, 9L);
        assertThat(view.values(3L)).isEmpty();
        assertThatThrownBy(() -> view.lookup(1L)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void perCpuHash_otherSlots_areReachedByNumber() {
        HashTableMap map = builder(runtime, 4).perCpuHash();
        MapView.of(map, Codec.LONG, Codec.LONG).update(1L, List.of(10L, 20L, 30L), UpdateMode.ANY);
        String source = """
                        *(u64 *)(r10 - 8) = 1
                        r1 = map_by_fd(1) ll
                        r2 = r10
                        r2 += -8
                        r3 = %d
                        call 195
                        if r0 == 0 goto out
                        r0 = *(u64 *)(r0 + 0)
                out:    exit
                """;
        assertThat(run(map, source.formatted(1))).isEqualTo(20);
        assertThat(run(map, source.formatted(2))).isEqualTo(30);
        assertThat(run(map, source.formatted(3))).isZero();
        assertThat(run(map, source.formatted(-1))).isZero();
    }

    @Test
    void lruHash_whenFull_forgetsWhatWasNotLookedUp() {
        HashTableMap map = builder(runtime, 100).lruHash();
        MapView<Long, Long> view = MapView.of(map, Codec.LONG, Codec.LONG);
        for (long key = 0; key < 1000; key++) {
            assertThat(view.put(key, key)).isEqualTo(MapResult.DONE);
            assertThat(run(map, add(7, 0))).isEqualTo(key < 7 ? -1 : 7);
        }
        assertThat(map.size()).isEqualTo(100);
        assertThat(view.lookup(7L)).contains(7L);
        assertThat(view.lookup(999L)).contains(999L);
        assertThat(view.lookup(8L)).isEmpty();
    }

    @Test
    void lruPerCpuHash_whenFull_forgetsAndZeroesOtherSlots() {
        HashTableMap map = builder(runtime, 2).lruPerCpuHash();
        MapView<Long, Long> view = MapView.of(map, Codec.LONG, Codec.LONG);
        for (long key = 0; key < 500; key++) {
            assertThat(view.put(key, -1L)).isEqualTo(MapResult.DONE);
        }
        assertThat(run(map, update(1000, 5, 0))).isZero();
        assertThat(view.values(1000L)).containsExactlyInAnyOrder(0L, 0L, 5L);
    }

    /** Marks of deleted entries do not pile up beside entries that stay. */
    @Test
    void view_entriesThatStayAmongManyThatGo_leaveRoom() {
        HashTableMap map = builder(runtime, 16).hash();
        MapView<Long, Long> view = MapView.of(map, Codec.LONG, Codec.LONG);
        for (long stays = 0; stays < 12; stays++) {
            view.put(stays, stays);
        }
        for (long goes = 100; goes < 100_000; goes++) {
            assertThat(view.put(goes, goes)).isEqualTo(MapResult.DONE);
            assertThat(view.delete(goes)).isEqualTo(MapResult.DONE);
        }
        assertThat(view.entries()).hasSize(12);
    }

    @Test
    void lruHash_flags_areItsOwn() {
        assertThat(builder(runtime, 4).flags(MapFlags.NO_COMMON_LRU).lruHash().size())
                .isZero();
        assertThatThrownBy(() -> builder(runtime, 4).flags(MapFlags.NO_PREALLOC).lruHash())
                .hasMessage("flags 0x1 of a hash map");
    }
}
