/* The stack: arrays, what was written and what not, spilled values. */
#include "corpus.h"

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u8[64]);
} buffers SEC(".maps");

// accept
SEC("tracepoint/sched/sched_switch")
int array_by_index(void *ctx) {
    u32 table[8] = {1, 2, 4, 8, 16, 32, 64, 128};
    u32 index = bpf_get_prandom_u32() & 7;
    volatile u32 *at = &table[index];
    return *at;
}

// accept
SEC("tracepoint/sched/sched_switch")
int array_written_by_index(void *ctx) {
    u8 seen[16] = {};
    for (int i = 0; i < 8; i++) {
        seen[bpf_get_prandom_u32() & 15] = 1;
    }
    int count = 0;
    for (int i = 0; i < 16; i++) {
        count += seen[i];
    }
    return count;
}

// refuse out-of-bounds: index 8 of 8
SEC("tracepoint/sched/sched_switch")
int array_index_too_large(void *ctx) {
    volatile u32 table[8] = {};
    u32 index = bpf_get_prandom_u32();
    opaque(index);
    if (index > 8) {
        return 0;
    }
    return table[index];
}

// refuse out-of-bounds (asm): above the frame
SEC("tracepoint/sched/sched_switch")
int above_the_frame(void *ctx) {
    asm volatile("*(u64 *)(r10 + 0) = r1" ::: "memory");
    return 0;
}

// refuse out-of-bounds (asm): 520 bytes below the frame's top
SEC("tracepoint/sched/sched_switch")
int below_the_frame(void *ctx) {
    asm volatile("r2 = r10; r2 += -520; *(u64 *)(r2 + 0) = r1" ::: "r2", "memory");
    return 0;
}

struct key {
    u8 kind;
    u32 id;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, struct key);
    __type(value, u32);
} by_key SEC(".maps");

// accept
SEC("tracepoint/sched/sched_switch")
int key_with_padding_zeroed(void *ctx) {
    struct key key;
    __builtin_memset(&key, 0, sizeof(key));
    key.kind = 1;
    key.id = bpf_get_prandom_u32();
    u32 *found = bpf_map_lookup_elem(&by_key, &key);
    return found ? *found : 0;
}

// accept
SEC("tracepoint/sched/sched_switch")
int spilled_bound(void *ctx) {
    u32 key = 0;
    u8 *buffer = bpf_map_lookup_elem(&buffers, &key);
    if (!buffer) {
        return 0;
    }
    u64 index = bpf_get_prandom_u32();
    if (index >= 64) {
        return 0;
    }
    volatile u64 kept = index;
    bpf_ktime_get_ns();
    return buffer[kept];
}

// accept
SEC("tracepoint/sched/sched_switch")
int spilled_pointer(void *ctx) {
    u32 key = 0;
    u8 *volatile buffer = bpf_map_lookup_elem(&buffers, &key);
    u8 *now = buffer;
    if (!now) {
        return 0;
    }
    bpf_ktime_get_ns();
    u8 *again = buffer;
    return again[63];
}

// refuse out-of-bounds (asm): the bound was found for a copy that has changed since
SEC("tracepoint/sched/sched_switch")
int copy_changed_after_check(void *ctx) {
    u32 key = 0;
    u8 *buffer = bpf_map_lookup_elem(&buffers, &key);
    if (!buffer) {
        return 0;
    }
    u64 index = bpf_get_prandom_u32();
    u64 result = 0;
    asm volatile("r2 = %[index]; %[index] += 1; if r2 > 63 goto +2; %[buffer] += %[index];"
                 "%[result] = *(u8 *)(%[buffer] + 0)"
                 : [result] "=&r"(result), [index] "+r"(index), [buffer] "+r"(buffer)
                 :
                 : "r2");
    return result;
}

// accept
SEC("tracepoint/sched/sched_switch")
int halves_of_a_word(void *ctx) {
    union {
        u64 whole;
        u32 halves[2];
        u8 bytes[8];
    } number;
    number.whole = bpf_ktime_get_ns();
    barrier();
    return number.halves[0] ^ number.halves[1] ^ number.bytes[7];
}

// refuse uninitialized-stack (asm): four of eight bytes were written
SEC("tracepoint/sched/sched_switch")
int half_written(void *ctx) {
    u64 result;
    asm volatile("r2 = 1; *(u32 *)(r10 - 8) = r2; %0 = *(u64 *)(r10 - 8)" : "=r"(result)::"r2", "memory");
    return result;
}

// refuse uninitialized-stack (asm): nothing was written there
SEC("entry")
u64 read_before_write(u8 *data, u64 len) {
    u64 result;
    asm volatile("%0 = *(u64 *)(r10 - 8)" : "=r"(result)::"memory");
    return result;
}

// refuse uninitialized-stack (asm): only one of the two paths writes
SEC("tracepoint/sched/sched_switch")
int written_on_one_path(void *ctx) {
    u64 chance = bpf_get_prandom_u32();
    u64 result;
    asm volatile("if %1 == 0 goto +1; *(u64 *)(r10 - 16) = %1; %0 = *(u64 *)(r10 - 16)"
                 : "=r"(result)
                 : "r"(chance)
                 : "memory");
    return result;
}

// refuse uninitialized-register (asm): r3 was never written
SEC("tracepoint/sched/sched_switch")
int register_never_written(void *ctx) {
    u64 result;
    asm volatile("%0 = r3" : "=r"(result));
    return result;
}

// refuse uninitialized-register (asm): a call leaves nothing in r1 to r5
SEC("tracepoint/sched/sched_switch")
int register_lost_by_call(void *ctx) {
    u64 result;
    asm volatile("r3 = 1; call 7; %0 = r3" : "=r"(result)::"r0", "r1", "r2", "r3", "r4", "r5");
    return result;
}

// refuse uninitialized-register (asm): exit without a result
SEC("tracepoint/sched/sched_switch")
naked int no_result(void *ctx) {
    asm volatile("r1 = 0; exit");
}

// accept
SEC("tracepoint/sched/sched_switch")
int large_frame(void *ctx) {
    u8 text[480];
    for (int i = 0; i < 480; i++) {
        text[i] = 0;
    }
    barrier();
    bpf_get_current_comm(text, 16);
    return text[bpf_get_prandom_u32() & 255];
}
