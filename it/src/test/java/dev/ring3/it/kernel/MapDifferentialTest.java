package dev.ring3.it.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.Codec;
import dev.ring3.bpf.MapBuilder;
import dev.ring3.bpf.MapFlags;
import dev.ring3.bpf.MapResult;
import dev.ring3.bpf.MapView;
import dev.ring3.bpf.QueueMap;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelMap;
import dev.ring3.linux.KernelMapType;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.MapSpec;
import dev.ring3.linux.UpdateMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Maps against the kernel's own: the same random operations give the same values and the same errors. */
class MapDifferentialTest {
    private static final int OPERATIONS = Boolean.getBoolean("ring3.long") ? 1_000_000 : 4_000;
    private static final String NOTHING = "nothing";
    private static final byte[] NO_KEY = new byte[0];
    private static final int VALUE_BYTES = 12;
    private static final int PER_CPU_VALUE_BYTES = 16; // a multiple of 8: what lies between others is nobody's promise

    /** So many times more room than there are keys: which entry is forgotten is nobody's promise either. */
    private static final int FORGETS_NOTHING = 100;

    /** What is done to a map, and what comes of it as a text: a value, an error. */
    private interface Table {
        String lookup(byte[] key);

        String take(byte[] key);

        String update(byte[] key, byte[] value, int mode);

        String delete(byte[] key);

        Optional<byte[]> after(byte[] key);
    }

    private static String text(Optional<byte[]> found) {
        return found.map(HexFormat.of()::formatHex).orElse(NOTHING);
    }

    private record InKernel(KernelMap map) implements Table {
        private static String errno(Runnable operation) {
            try {
                operation.run();
                return "0";
            } catch (LinuxException e) {
                return String.valueOf(e.number());
            }
        }

        @Override
        public String lookup(byte[] key) {
            return text(map.lookup(key));
        }

        @Override
        public String take(byte[] key) {
            return text(map.take(key));
        }

        @Override
        public String update(byte[] key, byte[] value, int mode) {
            return errno(() -> map.update(key, value, UpdateMode.values()[mode]));
        }

        @Override
        public String delete(byte[] key) {
            try {
                return map.delete(key) ? "0" : "2";
            } catch (LinuxException e) {
                return String.valueOf(e.number());
            }
        }

        @Override
        public Optional<byte[]> after(byte[] key) {
            return key.length == 0 ? map.firstKey() : map.nextKey(key);
        }
    }

    private record InRing3(MapView<byte[], byte[]> map) implements Table {
        @Override
        public String lookup(byte[] key) {
            return text(map.lookup(key));
        }

        @Override
        public String take(byte[] key) {
            return text(map.take(key));
        }

        @Override
        public String update(byte[] key, byte[] value, int mode) {
            MapResult result = map.update(key, value, dev.ring3.bpf.UpdateMode.values()[mode]);
            return String.valueOf(result.errno());
        }

        @Override
        public String delete(byte[] key) {
            return String.valueOf(map.delete(key).errno());
        }

        @Override
        public Optional<byte[]> after(byte[] key) {
            return key.length == 0 ? map.firstKey() : map.nextKey(key);
        }
    }

    /** Maps with a value for each processor, of which there are as many here. */
    private record InRing3PerCpu(MapView<byte[], byte[]> map) implements Table {
        private static byte[] joined(List<byte[]> values) {
            ByteBuffer all = ByteBuffer.allocate(values.size() * PER_CPU_VALUE_BYTES);
            values.forEach(all::put);
            return all.array();
        }

        @Override
        public String lookup(byte[] key) {
            List<byte[]> values = map.values(key);
            return text(values.isEmpty() ? Optional.empty() : Optional.of(joined(values)));
        }

        @Override
        public String take(byte[] key) {
            List<byte[]> values = map.takeValues(key);
            return text(values.isEmpty() ? Optional.empty() : Optional.of(joined(values)));
        }

        @Override
        public String update(byte[] key, byte[] value, int mode) {
            List<byte[]> values = new ArrayList<>();
            for (int at = 0; at < value.length; at += PER_CPU_VALUE_BYTES) {
                values.add(Arrays.copyOfRange(value, at, at + PER_CPU_VALUE_BYTES));
            }
            return String.valueOf(map.update(key, values, dev.ring3.bpf.UpdateMode.values()[mode])
                    .errno());
        }

        @Override
        public String delete(byte[] key) {
            return String.valueOf(map.delete(key).errno());
        }

        @Override
        public Optional<byte[]> after(byte[] key) {
            return key.length == 0 ? map.firstKey() : map.nextKey(key);
        }
    }

    @ParameterizedTest
    @CsvSource({"PER_CPU_HASH,8,30", "PER_CPU_ARRAY,4,12", "LRU_PER_CPU_HASH,8,30"})
    void valuesOfEachProcessor_random_areWhatTheKernelHas(KernelMapType type, int keyBytes, int entries) {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        Random random = new Random(TestSettings.seed());
        int room = type == KernelMapType.LRU_PER_CPU_HASH ? FORGETS_NOTHING * entries : entries;
        MapSpec spec = new MapSpec(type, keyBytes, PER_CPU_VALUE_BYTES, room, 0, "differential");
        try (KernelMap map = bpf.createMap(spec);
                BpfRuntime runtime = BpfRuntime.builder()
                        .slots(map.transferBytes() / PER_CPU_VALUE_BYTES)
                        .build()) {
            MapBuilder builder = runtime.map("m")
                    .keyBytes(keyBytes)
                    .valueBytes(PER_CPU_VALUE_BYTES)
                    .entriesMax(room);
            BpfMap made = switch (type) {
                case PER_CPU_HASH -> builder.perCpuHash();
                case PER_CPU_ARRAY -> builder.perCpuArray();
                default -> builder.lruPerCpuHash();
            };
            compare(
                    random,
                    type,
                    new InKernel(map),
                    new InRing3PerCpu(MapView.of(made, Codec.ofBytes(keyBytes), Codec.ofBytes(PER_CPU_VALUE_BYTES))),
                    () -> randomKey(random, type, keyBytes, entries),
                    map.transferBytes());
        }
    }

    private static Table ours(BpfRuntime runtime, KernelMapType type, int keyBytes, int entries) {
        MapBuilder builder =
                runtime.map("m").keyBytes(keyBytes).valueBytes(VALUE_BYTES).entriesMax(entries);
        return new InRing3(MapView.of(
                switch (type) {
                    case HASH -> builder.hash();
                    case ARRAY -> builder.array();
                    case LRU_HASH -> builder.lruHash();
                    case LPM_TRIE -> builder.lpmTrie();
                    default -> throw new IllegalArgumentException(type + " is not compared here");
                },
                Codec.ofBytes(keyBytes),
                Codec.ofBytes(VALUE_BYTES)));
    }

    /** Keys near each other, some that no map of the kind has. */
    private static byte[] randomKey(Random random, KernelMapType type, int keyBytes, int entries) {
        byte[] key = new byte[keyBytes];
        if (type == KernelMapType.ARRAY || type == KernelMapType.PER_CPU_ARRAY) {
            return ByteBuffer.wrap(key)
                    .order(ByteOrder.nativeOrder())
                    .putInt(random.nextInt(entries + 2))
                    .array();
        }
        if (type == KernelMapType.LPM_TRIE) {
            for (int i = 4; i < Math.min(keyBytes, 8); i++) {
                key[i] = (byte) (random.nextInt(4) << random.nextInt(7));
            }
            key[keyBytes - 1] = (byte) random.nextInt(256);
            int bits = random.nextInt((keyBytes - 4) * 8 + 2);
            return ByteBuffer.wrap(key)
                    .order(ByteOrder.nativeOrder())
                    .putInt(bits)
                    .array();
        }
        key[random.nextInt(keyBytes)] = (byte) random.nextInt(entries);
        return key;
    }

    @ParameterizedTest
    @CsvSource({
        "HASH,8,50",
        "HASH,5,300",
        "HASH,64,20",
        "LRU_HASH,8,30",
        "ARRAY,4,20",
        "LPM_TRIE,8,100",
        "LPM_TRIE,20,60",
        "LPM_TRIE,5,40",
        "LPM_TRIE,260,100"
    })
    void operations_random_giveWhatTheKernelGives(KernelMapType type, int keyBytes, int entries) {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        Random random = new Random(TestSettings.seed());
        int flags = type == KernelMapType.LPM_TRIE ? MapFlags.NO_PREALLOC : 0;
        int room = type == KernelMapType.LRU_HASH ? FORGETS_NOTHING * entries : entries;
        try (BpfRuntime runtime = BpfRuntime.create();
                KernelMap map = bpf.createMap(new MapSpec(type, keyBytes, VALUE_BYTES, room, flags, "differential"))) {
            Table kernel = new InKernel(map);
            Table own = ours(runtime, type, keyBytes, room);
            compare(random, type, kernel, own, () -> randomKey(random, type, keyBytes, entries), VALUE_BYTES);
        }
    }

    private static void compare(
            Random random, KernelMapType type, Table kernel, Table own, Supplier<byte[]> keys, int valueBytes) {
        for (int i = 0; i < OPERATIONS; i++) {
            byte[] key = keys.get();
            byte[] value = new byte[valueBytes];
            random.nextBytes(value);
            int operation = random.nextInt(6);
            int mode = random.nextInt(3);
            assertThat(apply(own, type, operation, key, value, mode))
                    .as("step %d: operation %d, mode %d, key %s", i, operation, mode, text(Optional.of(key)))
                    .isEqualTo(apply(kernel, type, operation, key, value, mode));
        }
        assertThat(keys(own, type)).isEqualTo(keys(kernel, type));
    }

    private static String apply(Table table, KernelMapType type, int operation, byte[] key, byte[] value, int mode) {
        return switch (operation) {
            case 0, 1 -> table.update(key, value, mode);
            case 2 -> table.delete(key);
            case 3 -> isHash(type) ? table.take(key) : table.lookup(key);
            case 4 -> isHash(type) ? table.lookup(key) : text(table.after(key));
            default -> table.lookup(key);
        };
    }

    /** Whether keys are in an order that is nobody's promise. */
    private static boolean isHash(KernelMapType type) {
        return switch (type) {
            case HASH, LRU_HASH, PER_CPU_HASH, LRU_PER_CPU_HASH -> true;
            default -> false;
        };
    }

    /** All keys, in the order of the map where it has one. */
    private static List<String> keys(Table table, KernelMapType type) {
        List<String> keys = new ArrayList<>();
        for (Optional<byte[]> key = table.after(NO_KEY); key.isPresent(); key = table.after(key.get())) {
            keys.add(text(key));
        }
        return isHash(type) ? List.copyOf(new TreeSet<>(keys)) : keys;
    }

    @ParameterizedTest
    @CsvSource({"QUEUE,7", "STACK,7", "QUEUE,1", "STACK,1"})
    void queues_random_giveWhatTheKernelGives(KernelMapType type, int entries) {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        Random random = new Random(TestSettings.seed());
        Codec<byte[]> codec = Codec.ofBytes(VALUE_BYTES);
        try (BpfRuntime runtime = BpfRuntime.create();
                KernelMap map = bpf.createMap(new MapSpec(type, 0, VALUE_BYTES, entries, 0, "differential"))) {
            Table kernel = new InKernel(map);
            MapBuilder builder = runtime.map("m").valueBytes(VALUE_BYTES).entriesMax(entries);
            QueueMap own = type == KernelMapType.QUEUE ? builder.queue() : builder.stack();
            for (int i = 0; i < OPERATIONS; i++) {
                byte[] value = new byte[VALUE_BYTES];
                random.nextBytes(value);
                switch (random.nextInt(4)) {
                    case 0, 1 ->
                        assertThat(String.valueOf(own.push(codec, value).errno()))
                                .isEqualTo(kernel.update(NO_KEY, value, 0));
                    case 2 -> assertThat(text(own.pop(codec))).isEqualTo(kernel.take(NO_KEY));
                    default -> assertThat(text(own.peek(codec))).isEqualTo(kernel.lookup(NO_KEY));
                }
            }
        }
    }

    @Test
    void operations_onAnotherTrie_differ() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        try (BpfRuntime runtime = BpfRuntime.create();
                KernelMap map = bpf.createMap(
                        new MapSpec(KernelMapType.LPM_TRIE, 8, VALUE_BYTES, 4, MapFlags.NO_PREALLOC, "other"))) {
            Table kernel = new InKernel(map);
            Table own = ours(runtime, KernelMapType.LPM_TRIE, 8, 4);
            byte[] key = randomKey(new Random(0), KernelMapType.LPM_TRIE, 8, 4);
            kernel.update(key, new byte[VALUE_BYTES], 0);
            assertThat(own.lookup(key)).as("the comparison can fail").isNotEqualTo(kernel.lookup(key));
        }
    }
}
