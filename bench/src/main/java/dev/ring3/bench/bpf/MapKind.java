package dev.ring3.bench.bpf;

import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.MapBuilder;
import dev.ring3.linux.KernelMapType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A type of maps, with values of 8 bytes, and what is done with it.
 *
 * @param keys what its keys are
 * @param maker makes one
 * @param kernel where the kernel's maps of this type can be measured too, theirs
 */
record MapKind(
        String id,
        int keyBytes,
        Keys keys,
        Function<MapBuilder, BpfMap> maker,
        Optional<KernelMapType> kernel,
        List<MapOperation> operations) {
    /** What keys are, and how many. */
    enum Keys {
        /** Numbers from 0. */
        NUMBERS(1024),
        /** Prefixes of 20 to 32 bits; what is looked up has 32, and need not be found. */
        PREFIXES(1 << 20);

        private final int count;

        Keys(int count) {
            this.count = count;
        }

        int count() {
            return count;
        }
    }

    static final int VALUE_BYTES = 8;

    private static final List<MapOperation> OF_ARRAYS = List.of(MapOperation.LOOKUP, MapOperation.UPDATE);
    private static final List<MapOperation> OF_HASHES =
            List.of(MapOperation.LOOKUP, MapOperation.UPDATE, MapOperation.DELETE);
    private static final List<MapOperation> OF_QUEUES = List.of(MapOperation.PUSH_POP);

    static final List<MapKind> ALL = List.of(
            new MapKind("array", 4, Keys.NUMBERS, MapBuilder::array, Optional.of(KernelMapType.ARRAY), OF_ARRAYS),
            new MapKind("per-cpu-array", 4, Keys.NUMBERS, MapBuilder::perCpuArray, Optional.empty(), OF_ARRAYS),
            new MapKind("hash", 8, Keys.NUMBERS, MapBuilder::hash, Optional.of(KernelMapType.HASH), OF_HASHES),
            new MapKind("per-cpu-hash", 8, Keys.NUMBERS, MapBuilder::perCpuHash, Optional.empty(), OF_HASHES),
            new MapKind(
                    "lru-hash", 8, Keys.NUMBERS, MapBuilder::lruHash, Optional.of(KernelMapType.LRU_HASH), OF_HASHES),
            new MapKind(
                    "lpm-trie",
                    8,
                    Keys.PREFIXES,
                    MapBuilder::lpmTrie,
                    Optional.of(KernelMapType.LPM_TRIE),
                    List.of(MapOperation.LOOKUP)),
            new MapKind("queue", 0, Keys.NUMBERS, MapBuilder::queue, Optional.empty(), OF_QUEUES),
            new MapKind("stack", 0, Keys.NUMBERS, MapBuilder::stack, Optional.empty(), OF_QUEUES));

    /** A map of this type. */
    BpfMap make(MapBuilder builder) {
        return maker.apply(builder.keyBytes(keyBytes).valueBytes(VALUE_BYTES).entriesMax(keys.count()));
    }

    static MapKind of(String id) {
        return ALL.stream().filter(kind -> kind.id.equals(id)).findFirst().orElseThrow();
    }
}
