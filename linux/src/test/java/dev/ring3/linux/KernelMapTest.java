package dev.ring3.linux;

import static dev.ring3.linux.RealKernel.exit;
import static dev.ring3.linux.RealKernel.insn;
import static dev.ring3.linux.RealKernel.load;
import static dev.ring3.linux.RealKernel.program;
import static dev.ring3.linux.RealKernel.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KernelMapTest {
    private static KernelBpf bpf;

    @BeforeAll
    static void requireKernel() {
        bpf = RealKernel.requireBpf();
    }

    @Test
    void array_newlyMade_holdsZeros() {
        try (KernelMap map = bpf.createMap(MapSpec.array(12, 3))) {
            for (int i = 0; i < 3; i++) {
                assertThat(map.lookup(u32(i))).contains(new byte[12]);
            }
            assertThat(map.lookup(u32(3))).isEmpty();
        }
    }

    @Test
    void array_updated_holdsTheValue() {
        try (KernelMap map = bpf.createMap(MapSpec.array(8, 3))) {
            map.update(u32(1), u64(77), UpdateMode.ANY);
            map.update(u32(2), u64(78), UpdateMode.EXIST);

            assertThat(map.lookup(u32(0))).contains(u64(0));
            assertThat(map.lookup(u32(1))).contains(u64(77));
            assertThat(map.lookup(u32(2))).contains(u64(78));
        }
    }

    @Test
    void array_whatItCannotDo_isTheKernelsErrno() {
        try (KernelMap map = bpf.createMap(MapSpec.array(8, 3))) {
            assertFails(Errno.E2BIG, () -> map.update(u32(3), u64(1), UpdateMode.ANY));
            assertFails(Errno.EEXIST, () -> map.update(u32(0), u64(1), UpdateMode.NO_EXIST));
            assertFails(Errno.EINVAL, () -> map.delete(u32(0)));
        }
    }

    @Test
    void hash_elements_comeAndGo() {
        try (KernelMap map = bpf.createMap(MapSpec.hash(8, 4, 10))) {
            assertThat(map.lookup(u64(5))).isEmpty();
            assertThat(map.delete(u64(5))).isFalse();
            assertThat(map.firstKey()).isEmpty();

            map.update(u64(5), u32(1), UpdateMode.NO_EXIST);
            assertThat(map.lookup(u64(5))).contains(u32(1));
            map.update(u64(5), u32(2), UpdateMode.EXIST);
            assertThat(map.lookup(u64(5))).contains(u32(2));

            assertThat(map.delete(u64(5))).isTrue();
            assertThat(map.lookup(u64(5))).isEmpty();
        }
    }

    @Test
    void hash_modes_areKept() {
        try (KernelMap map = bpf.createMap(MapSpec.hash(8, 4, 1).withName("modes"))) {
            assertFails(Errno.ENOENT, () -> map.update(u64(5), u32(1), UpdateMode.EXIST));
            map.update(u64(5), u32(1), UpdateMode.ANY);
            assertFails(Errno.EEXIST, () -> map.update(u64(5), u32(1), UpdateMode.NO_EXIST));
            assertFails(Errno.E2BIG, () -> map.update(u64(6), u32(1), UpdateMode.ANY));
        }
    }

    @Test
    void lruHash_full_makesRoom() {
        MapSpec spec = new MapSpec(KernelMapType.LRU_HASH, 8, 4, 64, 0, "");
        try (KernelMap map = bpf.createMap(spec)) {
            for (int i = 0; i < 1_000; i++) {
                map.update(u64(i), u32(i), UpdateMode.ANY);
            }
            assertThat(map.lookup(u64(999))).contains(u32(999));
        }
    }

    @Test
    void keys_walkedFromTheFirst_areAllSeenOnce() {
        try (KernelMap map = bpf.createMap(MapSpec.hash(8, 4, 100))) {
            for (int i = 0; i < 50; i++) {
                map.update(u64(i * 31L), u32(i), UpdateMode.ANY);
            }
            Set<Long> seen = new HashSet<>();
            Optional<byte[]> key = map.firstKey();
            while (key.isPresent()) {
                assertThat(seen.add(ByteBuffer.wrap(key.get())
                                .order(ByteOrder.nativeOrder())
                                .getLong()))
                        .isTrue();
                key = map.nextKey(key.get());
            }

            assertThat(seen).hasSize(50).contains(0L, 31L, 49L * 31L);
        }
    }

    @Test
    void lengths_thatAreNotTheMaps_neverReachTheKernel() {
        try (KernelMap map = bpf.createMap(MapSpec.hash(8, 4, 10).withName("lengths"))) {
            assertThatThrownBy(() -> map.lookup(new byte[7]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("key of 7 bytes for map \"lengths\" (HASH, keys of 8, values of 4 bytes, 10 entries)");
            assertThatThrownBy(() -> map.update(new byte[8], new byte[5], UpdateMode.ANY))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> map.delete(new byte[9])).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> map.nextKey(new byte[0])).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void create_sizesTheKernelRefuses_areItsErrno() {
        assertFails(Errno.EINVAL, () -> bpf.createMap(MapSpec.array(8, 0)));
        assertFails(Errno.EINVAL, () -> bpf.createMap(MapSpec.hash(0, 8, 1)));
        assertFails(Errno.EINVAL, () -> bpf.createMap(new MapSpec(KernelMapType.ARRAY, 8, 8, 1, 0, "")));
        assertFails(Errno.E2BIG, () -> bpf.createMap(MapSpec.hash(8, Integer.MAX_VALUE, 1)));
        assertThatThrownBy(() -> MapSpec.array(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closed_isRefused() {
        KernelMap map = bpf.createMap(MapSpec.array(8, 1));
        map.close();
        map.close();

        assertThatThrownBy(() -> map.lookup(u32(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("is closed");
    }

    @Test
    void program_sharesTheMap() {
        try (KernelMap map = bpf.createMap(MapSpec.array(8, 1))) {
            map.update(u32(0), u64(40), UpdateMode.ANY);
            byte[] insns = program(
                    insn(0x18, 1, 2, 0, map.descriptor()), // r1 = the map's first value
                    insn(0x00, 0, 0, 0, 0),
                    insn(0x79, 2, 1, 0, 0),
                    insn(0x07, 2, 0, 0, 2),
                    insn(0x7b, 1, 2, 0, 0),
                    result(0),
                    exit());
            try (KernelProgram program = load(bpf, ProgramSpec.of(KernelProgramType.SOCKET_FILTER, insns))) {
                program.testRun(TestInput.ofData(new byte[64]));
            }

            assertThat(map.lookup(u32(0))).contains(u64(42));
        }
    }

    @Test
    void perCpuMaps_valuesOfAllProcessors_areOneTransfer() {
        for (KernelMapType type : List.of(KernelMapType.PER_CPU_HASH, KernelMapType.LRU_PER_CPU_HASH)) {
            try (KernelMap map = bpf.createMap(new MapSpec(type, 4, 12, 8, 0, ""))) {
                byte[] values = new byte[map.transferBytes()];
                assertThat(values.length % 16).isZero();
                assertThat(values.length / 16).isGreaterThanOrEqualTo(1);
                for (int at = 0; at < values.length; at++) {
                    values[at] = (byte) (at % 16 < 12 ? at + 1 : 0);
                }
                map.update(u32(5), values, UpdateMode.ANY);
                assertThat(map.lookup(u32(5))).contains(values);
                assertThatThrownBy(() -> map.update(u32(5), new byte[12], UpdateMode.ANY))
                        .as("a value for one processor alone would have the kernel read past it")
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        try (KernelMap map = bpf.createMap(new MapSpec(KernelMapType.PER_CPU_ARRAY, 4, 8, 2, 0, ""))) {
            assertThat(map.lookup(u32(1))).contains(new byte[map.transferBytes()]);
        }
    }

    @Test
    void mapsOfMaps_innerMaps_areFoundByPrograms() {
        try (KernelMap inner = bpf.createMap(MapSpec.array(8, 1));
                KernelMap array =
                        bpf.createMap(new MapSpec(KernelMapType.ARRAY_OF_MAPS, 4, 4, 2, 0, "outer").withInner(inner));
                KernelMap hash =
                        bpf.createMap(new MapSpec(KernelMapType.HASH_OF_MAPS, 8, 4, 2, 0, "").withInner(inner))) {
            array.update(u32(1), u32(inner.descriptor()), UpdateMode.ANY);
            hash.update(u64(77), u32(inner.descriptor()), UpdateMode.ANY);
            byte[] id = array.lookup(u32(1)).orElseThrow();
            assertThat(id).hasSize(4).isNotEqualTo(u32(0));
            assertThat(hash.lookup(u64(77))).contains(id);
            assertThat(array.lookup(u32(0))).isEmpty();
        }
    }

    @Test
    void mapOfMaps_withoutALikeness_isRefused() {
        MapSpec without = new MapSpec(KernelMapType.ARRAY_OF_MAPS, 4, 4, 2, 0, "");
        assertThatThrownBy(() -> bpf.createMap(without)).isInstanceOf(LinuxException.class);
    }

    @Test
    void programArray_program_isJumpedTo() {
        try (KernelMap map = bpf.createMap(new MapSpec(KernelMapType.PROGRAM_ARRAY, 4, 4, 1, 0, ""))) {
            byte[] insns = program(
                    insn(0x18, 2, 1, 0, map.descriptor()),
                    insn(0x00, 0, 0, 0, 0),
                    insn(0xb7, 3, 0, 0, 0),
                    insn(0x85, 0, 0, 0, 12), // bpf_tail_call
                    result(1),
                    exit());
            try (KernelProgram first = load(bpf, ProgramSpec.of(KernelProgramType.XDP, insns));
                    KernelProgram second =
                            load(bpf, ProgramSpec.of(KernelProgramType.XDP, program(result(2), exit())))) {
                assertThat(first.testRun(TestInput.ofData(new byte[64])).returnValue())
                        .isEqualTo(1);
                map.update(u32(0), u32(second.descriptor()), UpdateMode.ANY);
                assertThat(first.testRun(TestInput.ofData(new byte[64])).returnValue())
                        .isEqualTo(2);
            }
        }
    }

    @Test
    void ringBuffer_size_isTheCapacity() {
        try (KernelMap map = bpf.createMap(new MapSpec(KernelMapType.RING_BUFFER, 0, 0, 1 << 16, 0, "ring"))) {
            assertThat(map.transferBytes()).isZero();
        }
        assertFails(Errno.EINVAL, () -> bpf.createMap(new MapSpec(KernelMapType.RING_BUFFER, 0, 0, 1_000_000, 0, "")));
    }

    @Test
    void ringBuffer_fullAndSkipped_hasRoomAgain() {
        try (KernelMap map = bpf.createMap(new MapSpec(KernelMapType.RING_BUFFER, 0, 0, 1 << 16, 0, "ring"));
                KernelRing ring = KernelRing.of(map);
                KernelProgram program = load(bpf, ProgramSpec.of(KernelProgramType.XDP, thatReserves(map, 8192)))) {
            assertThat(ring.skip()).isZero();
            int found = 0;
            while (program.testRun(TestInput.ofData(new byte[64])).returnValue() == 1) {
                found++;
            }
            assertThat(found).isBetween(1, 8);
            assertThat(ring.skip()).isEqualTo(found * (8192L + 8));
            assertThat(program.testRun(TestInput.ofData(new byte[64])).returnValue())
                    .isEqualTo(1);
        }
        try (KernelMap map = bpf.createMap(MapSpec.array(8, 1))) {
            assertThatThrownBy(() -> KernelRing.of(map)).isInstanceOf(LinuxException.class);
        }
    }

    /** A program that returns 1 if there was room for a record, which it submits. */
    private static byte[] thatReserves(KernelMap map, int bytes) {
        return program(
                insn(0x18, 1, 1, 0, map.descriptor()),
                insn(0x00, 0, 0, 0, 0),
                insn(0xb7, 2, 0, 0, bytes),
                insn(0xb7, 3, 0, 0, 0),
                insn(0x85, 0, 0, 0, 131), // bpf_ringbuf_reserve
                insn(0x55, 0, 0, 2, 0),
                result(0),
                exit(),
                insn(0xbf, 1, 0, 0, 0),
                insn(0xb7, 2, 0, 0, 1), // nobody is woken
                insn(0x85, 0, 0, 0, 132), // bpf_ringbuf_submit
                result(1),
                exit());
    }

    @Test
    void possibleProcessors_areReadFromRanges() {
        assertThat(Processors.countOf("0")).isEqualTo(1);
        assertThat(Processors.countOf("0-127")).isEqualTo(128);
        assertThat(Processors.countOf("0,2-5")).isEqualTo(6);
        assertThat(Processors.countOf("0-3,8")).isEqualTo(9);
    }

    private static void assertFails(Errno errno, Runnable operation) {
        Consumer<LinuxException> isThatErrno = e -> assertThat(e.errno()).isEqualTo(errno);
        assertThatThrownBy(operation::run).isInstanceOfSatisfying(LinuxException.class, isThatErrno);
    }

    private static byte[] u32(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    private static byte[] u64(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putLong(value)
                .array();
    }
}
