/* Loops that the host runs: bpf_loop, open-coded iterators, bpf_for_each_map_elem. */
#include "corpus.h"

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 64);
    __type(key, u32);
    __type(value, u64);
} numbers SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 64);
    __type(key, u32);
    __type(value, u64);
} table SEC(".maps");

struct totals {
    u64 sum;
    u32 turns;
};

static long add_index(u64 index, void *context) {
    struct totals *totals = context;
    totals->sum += index;
    totals->turns++;
    return totals->sum > 1000;
}

// accept
SEC("socket")
int loop_callback(struct __sk_buff *skb) {
    struct totals totals = {};
    bpf_loop(100, add_index, &totals, 0);
    return totals.sum;
}

// accept
SEC("socket")
int loop_callback_any_turns(struct __sk_buff *skb) {
    struct totals totals = {};
    bpf_loop(skb->len, add_index, &totals, 0);
    return totals.turns;
}

static long index_unchecked(u64 index, void *context) {
    u8 *text = context;
    text[index] = 0;
    return 0;
}

// accept
SEC("socket")
int loop_callback_index_below_turns(struct __sk_buff *skb) {
    u8 text[16] = {};
    bpf_loop(16, index_unchecked, text, 0);
    return text[0];
}

// refuse out-of-bounds: the callback trusts its index, which is 16 in the last turn
SEC("socket")
int loop_callback_writes_outside(struct __sk_buff *skb) {
    u8 text[16] = {};
    bpf_loop(17, index_unchecked, text, 0);
    return text[0];
}

static long index_checked(u64 index, void *context) {
    u8 *text = context;
    if (index >= 16) {
        return 1;
    }
    text[index] = index;
    return 0;
}

// accept
SEC("socket")
int loop_callback_checks(struct __sk_buff *skb) {
    u8 text[16] = {};
    bpf_loop(16, index_checked, text, 0);
    return text[3];
}

static long returns_two(u64 index, void *context) {
    return 2;
}

// refuse result: a callback of bpf_loop returns 0 or 1
SEC("socket")
int loop_callback_returns_two(struct __sk_buff *skb) {
    bpf_loop(16, returns_two, NULL, 0);
    return 0;
}

static long uses_null(u64 index, void *context) {
    return *(volatile u32 *)context & 1;
}

// refuse not-a-pointer: the callback was given null
SEC("socket")
int loop_callback_without_context(struct __sk_buff *skb) {
    bpf_loop(16, uses_null, NULL, 0);
    return 0;
}

// refuse out-of-bounds: nobody knows how often the callback counted
SEC("socket")
int loop_result_unchecked(struct __sk_buff *skb) {
    struct totals totals = {};
    u32 key = 0;
    u8 *value = bpf_map_lookup_elem(&numbers, &key);
    if (!value) {
        return 0;
    }
    bpf_loop(skb->len, add_index, &totals, 0);
    return value[totals.turns];
}

// accept
SEC("socket")
int loop_result_of_four_turns(struct __sk_buff *skb) {
    struct totals totals = {};
    u32 key = 0;
    u8 *value = bpf_map_lookup_elem(&numbers, &key);
    if (!value) {
        return 0;
    }
    bpf_loop(4, add_index, &totals, 0);
    return value[totals.turns];
}

// accept
SEC("socket")
int iterator_sum(struct __sk_buff *skb) {
    u64 sum = 0;
    int i;
    bpf_for(i, 0, 1000) {
        u32 key = i & 63;
        u64 *number = bpf_map_lookup_elem(&numbers, &key);
        if (number) {
            sum += *number;
        }
    }
    return sum;
}

// accept
SEC("socket")
int iterator_any_end(struct __sk_buff *skb) {
    int i, turns = 0;
    bpf_for(i, 0, skb->len) {
        turns++;
    }
    return turns;
}

// accept
SEC("socket")
int iterator_left_early(struct __sk_buff *skb) {
    int i, found = -1;
    bpf_for(i, 0, 64) {
        u32 key = i;
        u64 *number = bpf_map_lookup_elem(&numbers, &key);
        if (number && *number == skb->mark) {
            found = i;
            break;
        }
    }
    return found;
}

// accept
SEC("socket")
int iterators_nested(struct __sk_buff *skb) {
    int i, j, sum = 0;
    bpf_for(i, 0, 10) {
        bpf_for(j, 0, 10) {
            sum += i * j;
        }
    }
    return sum;
}

// accept
SEC("entry")
u64 iterator_indexes_array(const u8 *data, u64 len) {
    u32 squares[32] = {};
    int i;
    bpf_for(i, 0, 32) {
        squares[i] = i * i;
    }
    return squares[len & 31];
}

// refuse resource-leak: it is never destroyed
SEC("socket")
int iterator_leaks(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    bpf_iter_num_new(&it, 0, 10);
    int *next = bpf_iter_num_next(&it);
    return next ? *next : 0;
}

// refuse iterator: it was never made
SEC("socket")
int iterator_not_made(struct __sk_buff *skb) {
    struct bpf_iter_num it = {};
    int *next = bpf_iter_num_next(&it);
    return next ? *next : 0;
}

// refuse iterator: it is used after its end
SEC("socket")
int iterator_used_after_destroy(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    bpf_iter_num_new(&it, 0, 10);
    bpf_iter_num_destroy(&it);
    int *next = bpf_iter_num_next(&it);
    return next ? *next : 0;
}

// refuse not-a-pointer: where the iterator is at its end, the element is null
SEC("socket")
int iterator_element_unchecked(struct __sk_buff *skb) {
    struct bpf_iter_num it;
    bpf_iter_num_new(&it, 0, 10);
    int *next = bpf_iter_num_next(&it);
    int value = *next;
    bpf_iter_num_destroy(&it);
    return value;
}

static long add_element(void *map, u32 *key, u64 *value, void *context) {
    u64 *sum = context;
    *sum += *value + *key;
    return 0;
}

// accept
SEC("socket")
int for_each_element(struct __sk_buff *skb) {
    u64 sum = 0;
    bpf_for_each_map_elem(&table, add_element, &sum, 0);
    return sum;
}

static long change_key(void *map, u32 *key, u64 *value, void *context) {
    *(volatile u32 *)key = 1;
    return 0;
}

// refuse read-only: the key of an element cannot be changed
SEC("socket")
int for_each_writes_key(struct __sk_buff *skb) {
    bpf_for_each_map_elem(&table, change_key, NULL, 0);
    return 0;
}

static long beyond_value(void *map, u32 *key, u64 *value, void *context) {
    return ((volatile u64 *)value)[1] & 1;
}

// refuse out-of-bounds: the value has 8 bytes
SEC("socket")
int for_each_reads_outside(struct __sk_buff *skb) {
    bpf_for_each_map_elem(&table, beyond_value, NULL, 0);
    return 0;
}
