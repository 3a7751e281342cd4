/* Atomic instructions. Those that return the old value came with v3. */
#include "corpus.h"

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, u64[4]);
} words SEC(".maps");

static always_inline u64 *word(void) {
    u32 key = 0;
    return bpf_map_lookup_elem(&words, &key);
}

// accept
SEC("socket")
int add_without_result(struct __sk_buff *skb) {
    u64 *w = word();
    if (w) {
        __sync_fetch_and_add(&w[1], skb->len);
    }
    return 0;
}

// refuse out-of-bounds: the fifth of four words
SEC("socket")
int add_outside(struct __sk_buff *skb) {
    u64 *w = word();
    if (w) {
        __sync_fetch_and_add(&w[4], 1);
    }
    return 0;
}

// refuse misaligned: a word at an odd address
SEC("socket")
int add_misaligned(struct __sk_buff *skb) {
    u64 *w = word();
    if (w) {
        u64 *odd = (u64 *)((u8 *)w + 4);
        opaque(odd);
        __sync_fetch_and_add(odd, 1);
    }
    return 0;
}

#if CPU >= 3
// accept from v3
SEC("socket")
int add_with_result(struct __sk_buff *skb) {
    u64 *w = word();
    return w ? __sync_fetch_and_add(w, 1) & 7 : 0;
}

// accept from v3
SEC("socket")
int exchange(struct __sk_buff *skb) {
    u64 *w = word();
    return w ? __sync_lock_test_and_set(w, skb->hash) & 7 : 0;
}

// accept from v3
SEC("socket")
int compare_and_swap(struct __sk_buff *skb) {
    u64 *w = word();
    if (!w) {
        return 0;
    }
    u64 old = w[2];
    return __sync_val_compare_and_swap(&w[2], old, old + 1) == old;
}

// accept from v3
SEC("socket")
int bits_set_and_cleared(struct __sk_buff *skb) {
    u64 *w = word();
    if (!w) {
        return 0;
    }
    u64 before = __sync_fetch_and_or(&w[3], 1ull << (skb->mark & 63));
    u64 after = __sync_fetch_and_and(&w[3], ~1ull);
    return (before ^ after) & 1;
}

// refuse out-of-bounds from v3: the old value may be anything
SEC("socket")
int result_as_index(struct __sk_buff *skb) {
    u64 *w = word();
    return w ? w[__sync_fetch_and_add(w, 1)] : 0;
}

// accept from v3
SEC("socket")
int atomic_on_stack(struct __sk_buff *skb) {
    u64 local = skb->len;
    u64 *at = &local;
    opaque(at);
    u64 old = __sync_fetch_and_add(at, 5);
    return old + local;
}

// refuse uninitialized-stack (asm) from v3: nothing was written there
SEC("socket")
int atomic_on_unwritten_stack(struct __sk_buff *skb) {
    asm volatile("r2 = 1; lock *(u64 *)(r10 - 8) += r2" ::: "r2", "memory");
    return 0;
}

// accept from v3
SEC("socket")
int half_word(struct __sk_buff *skb) {
    u32 *w = (u32 *)word();
    return w ? __sync_fetch_and_xor(&w[1], skb->hash) & 1 : 0;
}
#endif

// refuse read-only: contexts are no place to count
SEC("xdp")
int atomic_on_context(struct xdp_md *ctx) {
    __sync_fetch_and_add((u32 *)ctx, 1);
    return XDP_PASS;
}
