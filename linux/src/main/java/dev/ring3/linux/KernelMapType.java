package dev.ring3.linux;

/**
 * Kinds of maps ({@code enum bpf_map_type}). A closed set: for per-CPU kinds and maps of maps the kernel reads and
 * writes values of another length than the map was created with, so a kind by number alone would be a way to have it
 * write past a buffer.
 */
public enum KernelMapType {
    HASH(1),
    /** Keys are indexes of 4 bytes; every element exists from the start and none can be deleted. */
    ARRAY(2),
    /** A hash map that drops elements that were not used lately when it is full. */
    LRU_HASH(9),
    /** Finds the longest prefix of a key: 4 bytes for its length in bits, and the bits; made with {@code BPF_F_NO_PREALLOC}. */
    LPM_TRIE(11),
    /** First in, first out; there are no keys. */
    QUEUE(22),
    /** Last in, first out; there are no keys. */
    STACK(23);

    private final int number;

    KernelMapType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
