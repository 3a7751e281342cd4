package dev.ring3.bpf;

import dev.ring3.bpf.object.MapSpec;

/** Makes maps by the kernel's numbers for their kinds. */
final class MapFactory {
    private MapFactory() {}

    /** Whether there are maps of a kind. */
    static boolean supports(int type) {
        return switch (type) {
            case MapSpec.TYPE_ARRAY,
                    MapSpec.TYPE_PROGRAM_ARRAY,
                    PerCpuArrayMap.TYPE,
                    HashTableMap.TYPE_HASH,
                    HashTableMap.TYPE_PER_CPU_HASH,
                    HashTableMap.TYPE_LRU_HASH,
                    HashTableMap.TYPE_LRU_PER_CPU_HASH -> true;
            default -> false;
        };
    }

    /**
     * A map of a kind that is supported.
     *
     * @throws IllegalArgumentException if such a map cannot be
     * @throws BpfMemoryException if there is no memory for it
     */
    static BpfMap create(MapBase.Origin origin) {
        return switch (origin.shape().type()) {
            case MapSpec.TYPE_ARRAY -> new ArrayMap(origin);
            case MapSpec.TYPE_PROGRAM_ARRAY -> new ProgramArray(origin);
            case PerCpuArrayMap.TYPE -> new PerCpuArrayMap(origin);
            case HashTableMap.TYPE_HASH,
                    HashTableMap.TYPE_PER_CPU_HASH,
                    HashTableMap.TYPE_LRU_HASH,
                    HashTableMap.TYPE_LRU_PER_CPU_HASH -> new HashTableMap(origin);
            default ->
                throw new IllegalArgumentException(
                        "maps of type %d".formatted(origin.shape().type()));
        };
    }
}
