package dev.ring3.bench.bpf;

import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.MapBuilder;
import dev.ring3.linux.KernelMapType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A type of maps, with values of 8 bytes, and what is done with it.
 *
 * @param keys what its keys are
 * @param maker makes one
 * @param kernel the same type of the kernel's maps
 */
record MapKind(String id, int keyBytes, Keys keys, Maker maker, KernelMapType kernel, List<MapOperation> operations) {
    /** What keys are, and how many. */
    enum Keys {
        /** Numbers from 0. */
        NUMBERS(1024),
        /** Fewer, for maps into which the kernel takes milliseconds to put something. */
        FEW_NUMBERS(64),
        /** Numbers of which nearly every one is new, in a map that has room for as many as of the others. */
        NEW_NUMBERS(1024),
        /** Prefixes of 20 to 32 bits; what is looked up has 32, and need not be found. */
        PREFIXES_1K(1 << 10),
        PREFIXES_16K(1 << 14),
        PREFIXES_256K(1 << 18),
        PREFIXES(1 << 20);

        private final int count;

        Keys(int count) {
            this.count = count;
        }

        int count() {
            return count;
        }

        boolean arePrefixes() {
            return compareTo(PREFIXES_1K) >= 0;
        }
    }

    /** Makes a map. */
    @FunctionalInterface
    interface Maker {
        BpfMap make(BpfRuntime runtime, MapBuilder builder);
    }

    static final int VALUE_BYTES = 8;
    static final int RING_BYTES = 1 << 20;

    private static final List<MapOperation> OF_ARRAYS =
            List.of(MapOperation.LOOKUP, MapOperation.UPDATE, MapOperation.REPLACE, MapOperation.MIXED);
    private static final List<MapOperation> OF_HASHES = List.of(
            MapOperation.LOOKUP, MapOperation.UPDATE, MapOperation.REPLACE, MapOperation.MIXED, MapOperation.DELETE);
    private static final List<MapOperation> HELPERS = List.of(
            MapOperation.GET_PRANDOM_U32,
            MapOperation.KTIME_GET_NS,
            MapOperation.KTIME_GET_BOOT_NS,
            MapOperation.GET_SMP_PROCESSOR_ID);
    private static final List<MapOperation> OF_QUEUES = List.of(MapOperation.PUSH_POP);

    static final List<MapKind> ALL = List.of(
            of("array", 4, Keys.NUMBERS, MapBuilder::array, KernelMapType.ARRAY, OF_ARRAYS),
            of("per-cpu-array", 4, Keys.NUMBERS, MapBuilder::perCpuArray, KernelMapType.PER_CPU_ARRAY, OF_ARRAYS),
            of("hash", 8, Keys.NUMBERS, MapBuilder::hash, KernelMapType.HASH, OF_HASHES),
            of("per-cpu-hash", 8, Keys.NUMBERS, MapBuilder::perCpuHash, KernelMapType.PER_CPU_HASH, OF_HASHES),
            of("lru-hash", 8, Keys.NUMBERS, MapBuilder::lruHash, KernelMapType.LRU_HASH, OF_HASHES),
            of(
                    "lru-per-cpu-hash",
                    8,
                    Keys.NUMBERS,
                    MapBuilder::lruPerCpuHash,
                    KernelMapType.LRU_PER_CPU_HASH,
                    OF_HASHES),
            of(
                    "rolling-lru-hash",
                    8,
                    Keys.NEW_NUMBERS,
                    MapBuilder::lruHash,
                    KernelMapType.LRU_HASH,
                    List.of(MapOperation.UPDATE)),
            trie("lpm-trie-1k", Keys.PREFIXES_1K),
            trie("lpm-trie-16k", Keys.PREFIXES_16K),
            trie("lpm-trie-256k", Keys.PREFIXES_256K),
            trie("lpm-trie", Keys.PREFIXES),
            of("queue", 0, Keys.NUMBERS, MapBuilder::queue, KernelMapType.QUEUE, OF_QUEUES),
            of("stack", 0, Keys.NUMBERS, MapBuilder::stack, KernelMapType.STACK, OF_QUEUES),
            new MapKind(
                    "array-of-maps",
                    4,
                    Keys.FEW_NUMBERS,
                    (runtime, builder) -> builder.arrayOfMaps(inner(runtime)),
                    KernelMapType.ARRAY_OF_MAPS,
                    List.of(MapOperation.NESTED_LOOKUP)),
            new MapKind(
                    "hash-of-maps",
                    8,
                    Keys.FEW_NUMBERS,
                    (runtime, builder) -> builder.hashOfMaps(inner(runtime)),
                    KernelMapType.HASH_OF_MAPS,
                    List.of(MapOperation.NESTED_LOOKUP)),
            new MapKind(
                    "ring-buffer",
                    0,
                    Keys.NUMBERS,
                    (runtime, _) ->
                            runtime.map("measured").entriesMax(RING_BYTES).ringBuffer(),
                    KernelMapType.RING_BUFFER,
                    List.of(MapOperation.RECORD_128, MapOperation.RECORD_400, MapOperation.RECORD_1420)),
            new MapKind(
                    "program-array",
                    4,
                    Keys.NUMBERS,
                    (runtime, _) -> runtime.programArray("measured", 1),
                    KernelMapType.PROGRAM_ARRAY,
                    List.of(MapOperation.TAIL_CALL)),
            of("helpers", 4, Keys.NUMBERS, MapBuilder::array, KernelMapType.ARRAY, HELPERS));

    private static MapKind of(
            String id,
            int keyBytes,
            Keys keys,
            Function<MapBuilder, BpfMap> maker,
            KernelMapType kernel,
            List<MapOperation> operations) {
        return new MapKind(id, keyBytes, keys, (_, builder) -> maker.apply(builder), kernel, operations);
    }

    private static MapKind trie(String id, Keys keys) {
        return of(id, 8, keys, MapBuilder::lpmTrie, KernelMapType.LPM_TRIE, List.of(MapOperation.LOOKUP));
    }

    /** What maps of maps hold. */
    static BpfMap inner(BpfRuntime runtime) {
        return runtime.map("inner")
                .keyBytes(Integer.BYTES)
                .valueBytes(VALUE_BYTES)
                .entriesMax(1)
                .array();
    }

    /** All ids. */
    static List<String> ids() {
        return ALL.stream().map(MapKind::id).toList();
    }

    /** A map of this type. */
    BpfMap make(BpfRuntime runtime) {
        return maker.make(
                runtime,
                runtime.map("measured")
                        .keyBytes(keyBytes)
                        .valueBytes(VALUE_BYTES)
                        .entriesMax(keys.count()));
    }

    /** A number as one of its keys. */
    byte[] key(long number) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
        return Arrays.copyOf(bytes, keyBytes);
    }

    static MapKind of(String id) {
        return ALL.stream().filter(kind -> kind.id.equals(id)).findFirst().orElseThrow();
    }
}
