package dev.ring3.bench.bpf;

import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.MapBuilder;
import dev.ring3.linux.KernelMapType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A type of maps, with 1,024 entries of 8 bytes, and what is done with it.
 *
 * @param maker makes one
 * @param kernel where the kernel's maps of this type can be measured too, theirs
 */
record MapKind(
        String id,
        int keyBytes,
        Function<MapBuilder, BpfMap> maker,
        Optional<KernelMapType> kernel,
        List<MapOperation> operations) {
    static final int ENTRIES = 1024;
    static final int VALUE_BYTES = 8;

    private static final List<MapOperation> OF_ARRAYS = List.of(MapOperation.LOOKUP, MapOperation.UPDATE);
    private static final List<MapOperation> OF_HASHES =
            List.of(MapOperation.LOOKUP, MapOperation.UPDATE, MapOperation.DELETE);
    private static final List<MapOperation> OF_QUEUES = List.of(MapOperation.PUSH_POP);

    static final List<MapKind> ALL = List.of(
            new MapKind("array", 4, MapBuilder::array, Optional.of(KernelMapType.ARRAY), OF_ARRAYS),
            new MapKind("per-cpu-array", 4, MapBuilder::perCpuArray, Optional.empty(), OF_ARRAYS),
            new MapKind("hash", 8, MapBuilder::hash, Optional.of(KernelMapType.HASH), OF_HASHES),
            new MapKind("per-cpu-hash", 8, MapBuilder::perCpuHash, Optional.empty(), OF_HASHES),
            new MapKind("lru-hash", 8, MapBuilder::lruHash, Optional.of(KernelMapType.LRU_HASH), OF_HASHES),
            new MapKind("queue", 0, MapBuilder::queue, Optional.empty(), OF_QUEUES),
            new MapKind("stack", 0, MapBuilder::stack, Optional.empty(), OF_QUEUES));

    /** A map of this type. */
    BpfMap make(MapBuilder builder) {
        return maker.apply(builder.keyBytes(keyBytes).valueBytes(VALUE_BYTES).entriesMax(ENTRIES));
    }

    static MapKind of(String id) {
        return ALL.stream().filter(kind -> kind.id.equals(id)).findFirst().orElseThrow();
    }
}
