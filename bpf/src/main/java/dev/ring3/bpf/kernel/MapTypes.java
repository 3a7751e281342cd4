package dev.ring3.bpf.kernel;

/** The kernel's numbers for types of maps ({@code enum bpf_map_type} in {@code include/uapi/linux/bpf.h}). */
final class MapTypes {
    static final int HASH = 1;
    static final int ARRAY = 2;
    static final int PROG_ARRAY = 3;
    static final int PERF_EVENT_ARRAY = 4;
    static final int PERCPU_HASH = 5;
    static final int PERCPU_ARRAY = 6;
    static final int STACK_TRACE = 7;
    static final int CGROUP_ARRAY = 8;
    static final int LRU_HASH = 9;
    static final int LRU_PERCPU_HASH = 10;
    static final int LPM_TRIE = 11;
    static final int ARRAY_OF_MAPS = 12;
    static final int HASH_OF_MAPS = 13;
    static final int DEVMAP = 14;
    static final int SOCKMAP = 15;
    static final int CPUMAP = 16;
    static final int XSKMAP = 17;
    static final int SOCKHASH = 18;
    static final int CGROUP_STORAGE = 19;
    static final int REUSEPORT_SOCKARRAY = 20;
    static final int PERCPU_CGROUP_STORAGE = 21;
    static final int QUEUE = 22;
    static final int STACK = 23;
    static final int SK_STORAGE = 24;
    static final int DEVMAP_HASH = 25;
    static final int RINGBUF = 27;
    static final int INODE_STORAGE = 28;
    static final int TASK_STORAGE = 29;
    static final int BLOOM_FILTER = 30;
    static final int USER_RINGBUF = 31;
    static final int CGRP_STORAGE = 32;

    private MapTypes() {}
}
