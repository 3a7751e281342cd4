package dev.ring3.bpf;

import dev.ring3.bpf.object.MapSpec;
import dev.ring3.bpf.type.MapShape;
import java.util.Set;

/** Makes maps by the kernel's numbers for their kinds. */
final class MapFactory {
    private static final Set<Integer> WITH_LOCKS =
            Set.of(MapSpec.TYPE_ARRAY, HashTableMap.TYPE_HASH, LocalStorageMap.TYPE_INODE, LocalStorageMap.TYPE_TASK);

    private static final Set<Integer> WITH_TIMERS =
            Set.of(MapSpec.TYPE_ARRAY, HashTableMap.TYPE_HASH, HashTableMap.TYPE_LRU_HASH);

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
                    HashTableMap.TYPE_LRU_PER_CPU_HASH,
                    QueueMap.TYPE_QUEUE,
                    QueueMap.TYPE_STACK,
                    RingBuffer.TYPE,
                    BloomFilterMap.TYPE,
                    LpmTrieMap.TYPE,
                    LocalStorageMap.TYPE_INODE,
                    LocalStorageMap.TYPE_TASK,
                    MapOfMaps.TYPE_ARRAY,
                    MapOfMaps.TYPE_HASH -> true;
            default -> false;
        };
    }

    /** As {@code map_check_btf} in {@code kernel/bpf/syscall.c}. */
    private static void requirePlaceFor(MapShape shape) {
        if (shape.spinLockOffset().isPresent() && !WITH_LOCKS.contains(shape.type())) {
            throw new IllegalArgumentException("a spin lock in values of a map of type %d".formatted(shape.type()));
        }
        if (shape.timerOffset().isPresent() && !WITH_TIMERS.contains(shape.type())) {
            throw new IllegalArgumentException("a timer in values of a map of type %d".formatted(shape.type()));
        }
    }

    /**
     * A map of a kind that is supported.
     *
     * @throws IllegalArgumentException if such a map cannot be
     * @throws BpfMemoryException if there is no memory for it
     */
    static BpfMap create(MapBase.Origin origin) {
        if (origin.extra() != 0 && origin.shape().type() != BloomFilterMap.TYPE) {
            throw new IllegalArgumentException(
                    "map_extra of %d, which only bloom filters have".formatted(origin.extra()));
        }
        requirePlaceFor(origin.shape());
        return switch (origin.shape().type()) {
            case MapSpec.TYPE_ARRAY -> new ArrayMap(origin);
            case MapSpec.TYPE_PROGRAM_ARRAY -> new ProgramArray(origin);
            case PerCpuArrayMap.TYPE -> new PerCpuArrayMap(origin);
            case HashTableMap.TYPE_HASH,
                    HashTableMap.TYPE_PER_CPU_HASH,
                    HashTableMap.TYPE_LRU_HASH,
                    HashTableMap.TYPE_LRU_PER_CPU_HASH -> new HashTableMap(origin);
            case QueueMap.TYPE_QUEUE, QueueMap.TYPE_STACK -> new QueueMap(origin);
            case RingBuffer.TYPE -> new RingBuffer(origin);
            case BloomFilterMap.TYPE -> new BloomFilterMap(origin);
            case LpmTrieMap.TYPE -> new LpmTrieMap(origin);
            case LocalStorageMap.TYPE_INODE, LocalStorageMap.TYPE_TASK -> new LocalStorageMap(origin);
            case MapOfMaps.TYPE_ARRAY, MapOfMaps.TYPE_HASH -> new MapOfMaps(origin);
            default ->
                throw new IllegalArgumentException(
                        "maps of type %d".formatted(origin.shape().type()));
        };
    }
}
