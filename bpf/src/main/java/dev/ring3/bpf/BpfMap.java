package dev.ring3.bpf;

import dev.ring3.bpf.type.MapShape;

/**
 * A map: memory with a size that programs and the host share. Maps belong to the {@link BpfRuntime} that made them and
 * live until it, or the object that declares them, is closed.
 */
public sealed interface BpfMap
        permits ArrayMap,
                BloomFilterMap,
                HashTableMap,
                LocalStorageMap,
                LpmTrieMap,
                MapOfMaps,
                PerCpuArrayMap,
                ProgramArray,
                QueueMap,
                RingBuffer {
    /** The name, from the object file or as given. */
    String name();

    /** Bytes of a key. */
    int keyBytes();

    /** Bytes of a value. */
    int valueBytes();

    /** The most entries that the map can hold. */
    int entriesMax();

    /** The memory that the map takes in its runtime, in bytes: all that it will ever have, from when it is made. */
    long memoryBytes();

    /** What the verifier relies on. */
    MapShape shape();

    /** What programs see as the pointer to this map; it is no address that they could read. */
    long pointer();
}
