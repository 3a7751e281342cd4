/* Values of maps: null checks, and indexes into them. */
#include "corpus.h"

struct value {
    u64 count;
    u32 slots[16];
    u8 text[24];
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 8);
    __type(key, u32);
    __type(value, struct value);
} values SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, u64);
    __type(value, u64);
} counts SEC(".maps");

// accept
SEC("socket")
int null_checked(struct __sk_buff *skb) {
    u32 key = 0;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    if (!v) {
        return 0;
    }
    v->count++;
    return v->slots[3];
}

// refuse possibly-null: the key may be absent
SEC("socket")
int null_unchecked(struct __sk_buff *skb) {
    u32 key = skb->mark;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    return v->count;
}

// refuse possibly-null: the use comes before the check
SEC("socket")
int null_checked_late(struct __sk_buff *skb) {
    u64 key = skb->mark;
    volatile u64 *v = bpf_map_lookup_elem(&counts, &key);
    u64 seen = *v;
    if (!v) {
        return 0;
    }
    return seen;
}

// accept
SEC("socket")
int constant_index_is_never_null(struct __sk_buff *skb) {
    u32 key = 7;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    return v->slots[0];
}

// refuse possibly-null: the array has 8 elements, there is no ninth
SEC("socket")
int constant_index_too_large(struct __sk_buff *skb) {
    u32 key = 8;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    return v->slots[0];
}

// refuse possibly-null: one of two values was checked
SEC("socket")
int other_checked(struct __sk_buff *skb) {
    u64 key = skb->mark;
    u64 *first = bpf_map_lookup_elem(&counts, &key);
    key++;
    u64 *second = bpf_map_lookup_elem(&counts, &key);
    if (!first) {
        return 0;
    }
    return *second;
}

// accept
SEC("socket")
int checked_copy(struct __sk_buff *skb) {
    u64 key = skb->hash;
    u64 *v = bpf_map_lookup_elem(&counts, &key);
    u64 *copy = v;
    opaque(copy);
    if (!v) {
        u64 one = 1;
        bpf_map_update_elem(&counts, &key, &one, BPF_ANY);
        return 0;
    }
    *copy += 1;
    return 0;
}

// accept
SEC("socket")
int index_masked(struct __sk_buff *skb) {
    u32 key = 0;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    return v ? v->slots[skb->hash & 15] : 0;
}

// refuse out-of-bounds: the mask leaves 31
SEC("socket")
int index_mask_too_wide(struct __sk_buff *skb) {
    u32 key = 0;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    return v ? v->slots[skb->hash & 31] : 0;
}

// accept
SEC("socket")
int index_compared(struct __sk_buff *skb) {
    u32 key = 0;
    u32 index = skb->mark;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    if (!v || index >= 16) {
        return 0;
    }
    return v->slots[index];
}

// refuse out-of-bounds: index 24 is one past the text
SEC("socket")
int index_off_by_one(struct __sk_buff *skb) {
    u32 key = 0;
    u32 index = skb->mark;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    if (!v || index > 24) {
        return 0;
    }
    return v->text[index];
}

// refuse out-of-bounds: a signed index may be negative
SEC("socket")
int index_signed(struct __sk_buff *skb) {
    u32 key = 0;
    s32 index = skb->mark;
    opaque(index);
    struct value *v = bpf_map_lookup_elem(&values, &key);
    if (!v || index > 15) {
        return 0;
    }
    return v->slots[index];
}

// accept
SEC("socket")
int index_signed_both_ways(struct __sk_buff *skb) {
    u32 key = 0;
    s64 index = (s32)skb->mark;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    if (!v) {
        return 0;
    }
    if (index < 0 || index > 15) {
        return 0;
    }
    return v->slots[index];
}

// accept
SEC("socket")
int index_by_remainder(struct __sk_buff *skb) {
    u32 key = 0;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    return v ? v->slots[skb->hash % 16] : 0;
}

// accept
SEC("socket")
int index_shifted(struct __sk_buff *skb) {
    u32 key = 0;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    return v ? v->slots[skb->hash >> 28] : 0;
}

// accept
SEC("socket")
int index_counted(struct __sk_buff *skb) {
    u32 key = 0;
    u32 sum = 0;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    if (!v) {
        return 0;
    }
    for (int i = 0; i < 16; i++) {
        sum += v->slots[i];
    }
    return sum;
}

// accept
SEC("socket")
int index_of_two(struct __sk_buff *skb) {
    u32 key = 0;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    if (!v) {
        return 0;
    }
    u32 row = skb->mark & 3;
    u32 column = skb->hash & 3;
    return v->slots[row * 4 + column];
}

// refuse out-of-bounds: what a map holds is not what was put there a moment ago
SEC("socket")
int index_read_twice(struct __sk_buff *skb) {
    u32 key = 0;
    volatile struct value *v = bpf_map_lookup_elem(&values, &key);
    if (!v) {
        return 0;
    }
    if (v->count >= 16) {
        return 0;
    }
    return v->slots[v->count];
}

// refuse out-of-bounds (asm): the end of one value is not the start of another
SEC("socket")
int past_the_value(struct __sk_buff *skb) {
    u32 key = 0;
    struct value *v = bpf_map_lookup_elem(&values, &key);
    if (!v) {
        return 0;
    }
    u64 result = 0;
    asm volatile("%0 = *(u64 *)(%1 + 96)" : "=r"(result) : "r"(v));
    return result;
}

// accept
SEC("socket")
int increment_or_insert(struct __sk_buff *skb) {
    u64 key = skb->protocol;
    u64 *v = bpf_map_lookup_elem(&counts, &key);
    if (v) {
        __sync_fetch_and_add(v, skb->len);
    } else {
        u64 first = skb->len;
        bpf_map_update_elem(&counts, &key, &first, BPF_NOEXIST);
    }
    return 0;
}

// accept
SEC("socket")
int value_as_key(struct __sk_buff *skb) {
    u64 key = skb->mark;
    u64 *next = bpf_map_lookup_elem(&counts, &key);
    if (!next) {
        return 0;
    }
    u64 *last = bpf_map_lookup_elem(&counts, next);
    return last ? *last : 0;
}

// accept
SEC("socket")
int copied_between_values(struct __sk_buff *skb) {
    u32 from = 0, to = 1;
    struct value *a = bpf_map_lookup_elem(&values, &from);
    struct value *b = bpf_map_lookup_elem(&values, &to);
    if (!a || !b) {
        return 0;
    }
    *b = *a;
    return 1;
}
