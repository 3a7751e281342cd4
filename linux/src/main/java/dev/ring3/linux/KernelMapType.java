package dev.ring3.linux;

import java.util.Arrays;
import java.util.Optional;

/**
 * Kinds of maps ({@code enum bpf_map_type}). A closed set: for per-CPU kinds and maps of maps and programs the kernel reads
 * and writes values of another length than the map was created with, so a kind by number alone would be a way to have it
 * write past a buffer.
 */
public enum KernelMapType {
    HASH(1),
    /** Keys are indexes of 4 bytes; every element exists from the start and none can be deleted. */
    ARRAY(2),
    /** Programs that programs jump to: a value that is put in is a program's descriptor, and none can be looked up. */
    PROGRAM_ARRAY(3),
    /** A value for each processor under a key: those are read and written together, see {@link KernelMap#lookup}. */
    PER_CPU_HASH(5),
    /** An array with values for each processor, as {@link #PER_CPU_HASH}. */
    PER_CPU_ARRAY(6),
    /** A hash map that drops elements that were not used lately when it is full. */
    LRU_HASH(9),
    /** {@link #LRU_HASH} with values for each processor, as {@link #PER_CPU_HASH}. */
    LRU_PER_CPU_HASH(10),
    /** Finds the longest prefix of a key: 4 bytes for its length in bits, and the bits; made with {@code BPF_F_NO_PREALLOC}. */
    LPM_TRIE(11),
    /** Maps: a value that is put in is a map's descriptor, one that is looked up a map's id. */
    ARRAY_OF_MAPS(12),
    /** Maps under keys, as {@link #ARRAY_OF_MAPS}. */
    HASH_OF_MAPS(13),
    /** First in, first out; there are no keys. */
    QUEUE(22),
    /** Last in, first out; there are no keys. */
    STACK(23),
    /** Records of any length, in bytes a power of two and a multiple of a page; there are no keys and no values. */
    RING_BUFFER(27);

    private final int number;

    KernelMapType(int number) {
        this.number = number;
    }

    /** The kind of a number, if it is one of these. */
    public static Optional<KernelMapType> of(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    int number() {
        return number;
    }

    /** Of how many bytes the values are that system calls read and write. */
    int transferBytes(int valueBytes) {
        return switch (this) {
            case PER_CPU_HASH, PER_CPU_ARRAY, LRU_PER_CPU_HASH ->
                Math.multiplyExact(Math.ceilDiv(valueBytes, Long.BYTES) * Long.BYTES, Processors.possible());
            case PROGRAM_ARRAY, ARRAY_OF_MAPS, HASH_OF_MAPS -> Integer.BYTES;
            case HASH, ARRAY, LRU_HASH, LPM_TRIE, QUEUE, STACK, RING_BUFFER -> valueBytes;
        };
    }
}
