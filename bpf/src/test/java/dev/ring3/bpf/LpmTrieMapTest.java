package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tries of prefixes against a model that looks at every prefix, from the host and from programs; errors, flags, limits. */
class LpmTrieMapTest {
    private static final int VALUE_BYTES = 8;

    private final BpfRuntime runtime = BpfRuntime.create();
    private final Seed seed = Seed.of(LpmTrieMapTest.class);

    @AfterEach
    void close() {
        runtime.close();
    }

    private MapBuilder builder(int dataBytes, int entries) {
        return runtime.map("trie")
                .keyBytes(4 + dataBytes)
                .valueBytes(VALUE_BYTES)
                .entriesMax(entries);
    }

    private MapView<LpmPrefix, Long> addresses(int entries) {
        return MapView.of(builder(4, entries).lpmTrie(), LpmPrefix.IPV4, Codec.LONG);
    }

    private static LpmPrefix prefix(String text) {
        return LpmPrefix.parse(text);
    }

    @Test
    void lookup_severalPrefixes_findsTheLongest() {
        MapView<LpmPrefix, Long> trie = addresses(10);
        trie.put(prefix("0.0.0.0/0"), 0L);
        trie.put(prefix("10.0.0.0/8"), 8L);
        trie.put(prefix("10.1.0.0/16"), 16L);
        trie.put(prefix("10.1.2.3/32"), 32L);

        assertThat(trie.lookup(prefix("10.1.2.3"))).contains(32L);
        assertThat(trie.lookup(prefix("10.1.2.4"))).contains(16L);
        assertThat(trie.lookup(prefix("10.2.0.0"))).contains(8L);
        assertThat(trie.lookup(prefix("11.0.0.0"))).contains(0L);
        assertThat(trie.lookup(prefix("10.1.2.3/31")))
                .as("no longer than the key")
                .contains(16L);
        assertThat(trie.delete(prefix("10.1.0.0/16"))).isEqualTo(MapResult.DONE);
        assertThat(trie.lookup(prefix("10.1.2.4"))).contains(8L);
    }

    @Test
    void update_modesAndLimit_areTheKernels() {
        MapView<LpmPrefix, Long> trie = addresses(1);
        assertThat(trie.update(prefix("10.0.0.0/8"), 1L, UpdateMode.REPLACE)).isEqualTo(MapResult.ABSENT);
        assertThat(trie.update(prefix("10.0.0.0/8"), 1L, UpdateMode.INSERT)).isEqualTo(MapResult.DONE);
        assertThat(trie.update(prefix("10.9.9.9/8"), 2L, UpdateMode.INSERT)).isEqualTo(MapResult.EXISTS);
        assertThat(trie.update(prefix("10.9.9.9/8"), 2L, UpdateMode.REPLACE)).isEqualTo(MapResult.DONE);
        assertThat(trie.put(prefix("10.0.0.0/9"), 3L)).isEqualTo(MapResult.NO_SPACE);
        assertThat(MapResult.NO_SPACE.errno()).isEqualTo(28);
        assertThat(trie.delete(prefix("10.0.0.0/9"))).isEqualTo(MapResult.ABSENT);
        assertThat(trie.entries()).containsExactly(Map.entry(prefix("10.9.9.9/8"), 2L));
    }

    @Test
    void keys_tooLong_areRefusedOrNotFound() {
        Codec<byte[]> codec = Codec.ofBytes(8);
        MapView<byte[], Long> trie = MapView.of(builder(4, 4).lpmTrie(), codec, Codec.LONG);
        byte[] tooLong = key(33, new byte[4]);
        assertThat(trie.put(tooLong, 1L)).isEqualTo(MapResult.INVALID);
        assertThat(trie.delete(tooLong)).isEqualTo(MapResult.INVALID);
        assertThat(trie.lookup(tooLong)).isEmpty();
        assertThat(trie.lookup(key(-1, new byte[4]))).isEmpty();
    }

    @Test
    void creation_wrongSizesOrFlags_isRefused() {
        assertThatThrownBy(() -> builder(0, 1).lpmTrie()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder(257, 1).lpmTrie()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder(4, 0).lpmTrie()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder(4, 1).valueBytes(0).lpmTrie()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder(4, 1).spinLockAt(0).lpmTrie()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder(4, 1).flags(MapFlags.MMAPABLE).lpmTrie())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> runtime.map(builder(4, 1).lpmTrie().shape(), 0, 0))
                .as("without BPF_F_NO_PREALLOC")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void iteration_nestedPrefixes_givesSpecialOnesFirst() {
        MapView<LpmPrefix, Long> trie = addresses(4);
        for (String text : List.of("192.168.0.0/16", "192.168.0.0/24", "192.168.128.0/24", "192.168.1.0/24")) {
            trie.put(prefix(text), 0L);
        }
        assertThat(trie.entries())
                .extracting(entry -> entry.getKey().toString())
                .containsExactly("192.168.0.0/24", "192.168.1.0/24", "192.168.128.0/24", "192.168.0.0/16");
        assertThat(trie.nextKey(prefix("192.168.0.0/24"))).contains(prefix("192.168.1.0/24"));
        assertThat(trie.nextKey(prefix("192.168.0.0/16"))).isEmpty();
        assertThat(trie.nextKey(prefix("192.168.1.0/25"))).as("not there").contains(prefix("192.168.0.0/24"));
    }

    @Test
    void program_looksUp_findsTheLongest() {
        LpmTrieMap map = builder(4, 4).lpmTrie();
        MapView.of(map, LpmPrefix.IPV4, Codec.LONG).put(prefix("10.0.0.0/8"), 77L);
        String source = """
                *(u32 *)(r10 - 8) = 32
                *(u32 *)(r10 - 4) = 0x0201000a
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -8
                call 1
                if r0 == 0 goto +1
                r0 = *(u64 *)(r0 + 0)
                exit
                """;
        Bindings bindings = new Bindings(Map.of(1, map), List.of(), Map.of());
        try (BpfProgram program =
                runtime.program("p", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings)) {
            assertThat(program.run(MemorySegment.NULL)).isEqualTo(77);
        }
    }

    private static byte[] key(int bits, byte[] data) {
        return ByteBuffer.allocate(4 + data.length)
                .order(ByteOrder.nativeOrder())
                .putInt(bits)
                .put(data)
                .array();
    }

    /** Every prefix, in the order of the kernel's walk, found by looking at each. */
    private static final class Model {
        private final TreeMap<byte[], Long> entries = new TreeMap<>(Model::compare);

        private static int bits(byte[] key) {
            return ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getInt();
        }

        private static int bit(byte[] key, int index) {
            return key[4 + index / 8] >> (7 - index % 8) & 1;
        }

        private static int common(byte[] a, byte[] b, int max) {
            int same = 0;
            while (same < max && bit(a, same) == bit(b, same)) {
                same++;
            }
            return same;
        }

        /** By bits; what begins with the other comes first. */
        private static int compare(byte[] a, byte[] b) {
            int shorter = Math.min(bits(a), bits(b));
            int same = common(a, b, shorter);
            return same < shorter ? bit(a, same) - bit(b, same) : bits(b) - bits(a);
        }

        Optional<Long> longest(byte[] key) {
            return entries.keySet().stream()
                    .filter(prefix -> bits(prefix) <= bits(key) && common(prefix, key, bits(prefix)) == bits(prefix))
                    .reduce((a, b) -> bits(a) > bits(b) ? a : b)
                    .map(entries::get);
        }
    }

    /** Keys that have much in common with each other and end anywhere. */
    private static byte[] randomKey(Random random, int dataBytes, List<byte[]> known) {
        byte[] data = new byte[dataBytes];
        if (!known.isEmpty() && random.nextInt(4) != 0) {
            data = Arrays.copyOfRange(known.get(random.nextInt(known.size())), 4, 4 + dataBytes);
            int flipped = random.nextInt(dataBytes * 8);
            data[flipped / 8] ^= (byte) (random.nextInt(3) == 0 ? 0 : 0x80 >> flipped % 8);
        } else if (random.nextBoolean()) {
            random.nextBytes(data);
        }
        return key(random.nextInt(dataBytes * 8 + 1), data);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1, 1, 2, 4, 7, 8, 9, 16, 64, 256})
    void operations_random_agreeWithModel(int dataBytes) {
        Random random = seed.random();
        int entriesMax = 200;
        MapView<byte[], Long> trie =
                MapView.of(builder(dataBytes, entriesMax).lpmTrie(), Codec.ofBytes(4 + dataBytes), Codec.LONG);
        Model model = new Model();
        List<byte[]> known = new ArrayList<>();
        for (int i = 0; i < 6_000; i++) {
            byte[] key = randomKey(random, dataBytes, known);
            known.add(key);
            boolean shrinks = i / 1_500 % 2 == 1;
            int choice = random.nextInt(10);
            if (choice < (shrinks ? 1 : 4)) {
                MapResult expected = model.entries.containsKey(key) || model.entries.size() < entriesMax
                        ? MapResult.DONE
                        : MapResult.NO_SPACE;
                assertThat(trie.put(key, (long) i)).as("%s, step %d", seed, i).isEqualTo(expected);
                if (expected == MapResult.DONE) {
                    model.entries.remove(key);
                    model.entries.put(key, (long) i);
                }
            } else if (choice < 6) {
                byte[] victim = shrinks && !model.entries.isEmpty() ? model.entries.firstKey() : key;
                MapResult expected = model.entries.remove(victim) != null ? MapResult.DONE : MapResult.ABSENT;
                assertThat(trie.delete(victim)).as("%s, step %d", seed, i).isEqualTo(expected);
            } else {
                assertThat(trie.lookup(key)).as("%s, step %d", seed, i).isEqualTo(model.longest(key));
            }
            if (i % 100 == 0) {
                compareAll(trie, model, key);
            }
        }
    }

    private void compareAll(MapView<byte[], Long> trie, Model model, byte[] anyKey) {
        List<String> expected = new ArrayList<>();
        model.entries.forEach((key, value) -> expected.add(Arrays.toString(key) + value));
        List<String> found = new ArrayList<>();
        trie.forEach(entry -> found.add(Arrays.toString(entry.getKey()) + entry.getValue()));
        assertThat(found).as("%s", seed).isEqualTo(expected);
        byte[] next = model.entries.containsKey(anyKey)
                ? model.entries.higherKey(anyKey)
                : model.entries.isEmpty() ? null : model.entries.firstKey();
        assertThat(trie.nextKey(anyKey).map(Arrays::toString))
                .as("%s", seed)
                .isEqualTo(Optional.ofNullable(next).map(Arrays::toString));
    }
}
