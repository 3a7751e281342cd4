package dev.ring3.bpf.type;

/** What every header for programs begins with: what {@code linux/types.h} and {@code bpf/bpf_helpers.h} would bring. */
final class HeaderPrelude {
    static final String TYPES = """
            typedef unsigned char __u8;
            typedef unsigned short __u16;
            typedef unsigned int __u32;
            typedef unsigned long long __u64;

            #ifndef SEC
            #define SEC(name) __attribute__((section(name), used))
            #endif
            #ifndef __uint
            #define __uint(name, value) int(*name)[value]
            #endif
            #ifndef __type
            #define __type(name, value) __typeof__(value) *name
            #endif
            #ifndef __array
            #define __array(name, value) __typeof__(value) *name[]
            #endif
            #ifndef __ksym
            #define __ksym __attribute__((section(".ksyms")))
            #endif
            #ifndef __always_inline
            #define __always_inline inline __attribute__((always_inline))
            #endif

            #if !defined(__LINUX_BPF_H__) && !defined(__VMLINUX_H__)
            enum {
                BPF_MAP_TYPE_HASH = 1,
                BPF_MAP_TYPE_ARRAY = 2,
                BPF_MAP_TYPE_PROG_ARRAY = 3,
                BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4,
                BPF_MAP_TYPE_PERCPU_HASH = 5,
                BPF_MAP_TYPE_PERCPU_ARRAY = 6,
                BPF_MAP_TYPE_LRU_HASH = 9,
                BPF_MAP_TYPE_LRU_PERCPU_HASH = 10,
                BPF_MAP_TYPE_LPM_TRIE = 11,
                BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
                BPF_MAP_TYPE_HASH_OF_MAPS = 13,
                BPF_MAP_TYPE_QUEUE = 22,
                BPF_MAP_TYPE_STACK = 23,
                BPF_MAP_TYPE_RINGBUF = 27,
                BPF_MAP_TYPE_INODE_STORAGE = 28,
                BPF_MAP_TYPE_TASK_STORAGE = 29,
                BPF_MAP_TYPE_BLOOM_FILTER = 30,
            };
            enum {
                BPF_ANY = 0, /* make it or change it */
                BPF_NOEXIST = 1, /* only make it */
                BPF_EXIST = 2, /* only change it */
            };
            struct bpf_spin_lock {
                __u32 val;
            };
            struct bpf_timer {
                __u64 opaque[2];
            };
            #endif

            """;

    /** Accesses can be adapted to the host that the program is loaded into, whatever header it was compiled with. */
    static final String RECORDS_BEGIN = """
            #if defined(__clang__) && defined(__bpf__)
            #pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
            #endif

            """;

    static final String RECORDS_END = """
            #if defined(__clang__) && defined(__bpf__)
            #pragma clang attribute pop
            #endif

            """;

    static final String HELPERS_BEGIN = "#ifndef __BPF_HELPERS__\n";
    static final String HELPERS_END = "#endif\n\n";

    private HeaderPrelude() {}
}
