/* Arithmetic on pointers, and where pointers must not go. Types of Ring3 let none out; the kernel's let the loader's. */
#include "corpus.h"

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u64[8]);
} values SEC(".maps");

static always_inline u64 *value_at(u32 key) {
    return bpf_map_lookup_elem(&values, &key);
}

// accept
SEC("socket")
int stepped_back(struct __sk_buff *skb) {
    u64 *v = value_at(0);
    if (!v) {
        return 0;
    }
    u64 *last = v + 7;
    opaque(last);
    return last[-7];
}

// accept
SEC("socket")
int difference_of_pointers(struct __sk_buff *skb) {
    u64 *v = value_at(0);
    if (!v) {
        return 0;
    }
    u64 *other = v + 3;
    opaque(other);
    return other - v;
}

// refuse pointer-arithmetic (asm): two addresses have no sum
SEC("entry")
u64 sum_of_pointers(const u8 *data, u64 len) {
    u64 result;
    asm volatile("%0 = %1; %0 += %1" : "=r"(result) : "r"(data));
    return result;
}

// refuse pointer-arithmetic (asm): an address times two
SEC("entry")
u64 pointer_multiplied(const u8 *data, u64 len) {
    u64 result;
    asm volatile("%0 = %1; %0 *= 2" : "=r"(result) : "r"(data));
    return result;
}

// refuse pointer-arithmetic (asm): half an address
SEC("socket")
int pointer_shifted(struct __sk_buff *skb) {
    u64 *v = value_at(0);
    if (!v) {
        return 0;
    }
    asm volatile("%0 >>= 1; %0 <<= 1" : "+r"(v));
    return *v;
}

#if CPU >= 3
// refuse pointer-arithmetic (asm) from v3: half of an address
SEC("socket")
int pointer_cut_to_32_bits(struct __sk_buff *skb) {
    u64 *v = value_at(0);
    if (!v) {
        return 0;
    }
    asm volatile("w1 = 8; r2 = %0; w2 += w1; %0 = r2" : "+r"(v)::"r1", "r2");
    return *v;
}
#endif

// refuse possibly-null (asm): null plus 8 is not null
SEC("socket")
int moved_before_check(struct __sk_buff *skb) {
    u64 *v = value_at(skb->mark);
    asm volatile("%0 += 8" : "+r"(v));
    return v ? *v : 0;
}

// refuse out-of-bounds: too far to come back
SEC("socket")
int moved_by_anything(struct __sk_buff *skb) {
    u64 *v = value_at(0);
    if (!v) {
        return 0;
    }
    u64 distance = bpf_ktime_get_ns();
    return *(volatile u8 *)((u8 *)v + distance);
}

// refuse not-a-pointer: a number made up
SEC("socket")
int number_as_address(struct __sk_buff *skb) {
    return *(volatile u32 *)0xffff888000000000;
}

// refuse not-a-pointer: null is no address
SEC("socket")
int null_used(struct __sk_buff *skb) {
    u64 *v = value_at(skb->mark);
    if (v) {
        return 0;
    }
    opaque(v);
    return *(volatile u64 *)v;
}

// refuse not-a-pointer: half of a pointer from the stack
SEC("socket")
int pointer_in_halves(struct __sk_buff *skb) {
    union {
        u64 *pointer;
        u32 halves[2];
    } u = {.pointer = value_at(0)};
    if (!u.pointer) {
        return 0;
    }
    barrier();
    u64 joined = *(volatile u32 *)&u.halves[0] | (u64) * (volatile u32 *)&u.halves[1] << 32;
    return *(volatile u64 *)joined;
}

// refuse pointer-leak: the result would tell where memory is
SEC("entry")
u64 pointer_returned(const u8 *data, u64 len) {
    return (u64)data;
}

// refuse pointer-leak: other programs and the host read maps
SEC("entry")
u64 pointer_in_map(const u8 *data, u64 len) {
    u64 *v = value_at(0);
    if (v) {
        *v = (u64)data;
    }
    return 0;
}

// refuse pointer-leak: the block belongs to the caller
SEC("entry")
u64 pointer_in_block(u8 *data, u64 len) {
    if (len < 8) {
        return 0;
    }
    *(u64 *)data = (u64)data;
    return 0;
}

// refuse pointer-leak: a key tells as much as a value
SEC("entry")
u64 pointer_in_update(const u8 *data, u64 len) {
    u32 key = 0;
    u64 value[8] = {(u64)data};
    opaque(data);
    bpf_map_update_elem(&values, &key, value, BPF_ANY);
    return 0;
}

// refuse pointer-leak: comparisons with numbers find the address out bit by bit
SEC("entry")
u64 pointer_compared_with_number(const u8 *data, u64 len) {
    u64 address = (u64)data;
    opaque(address);
    return address > 0x7f0000000000 ? 1 : 2;
}

// refuse pointer-leak: the difference of unrelated addresses
SEC("entry")
u64 unrelated_difference(const u8 *data, u64 len) {
    u64 local = 0;
    u64 *at = &local;
    opaque(at);
    return (u64)data - (u64)at;
}

// accept
SEC("socket")
int pointer_in_map_of_kernel(struct __sk_buff *skb) {
    u64 *v = value_at(0);
    if (v) {
        *v = (u64)skb;
    }
    return 0;
}

// accept
SEC("socket")
int pointer_returned_to_kernel(struct __sk_buff *skb) {
    return (int)(long)skb;
}

// accept
SEC("entry")
u64 choice_of_two(const u8 *data, u64 len) {
    u64 local[2] = {1, 2};
    u64 *v = value_at(0);
    if (!v) {
        return 0;
    }
    u64 *from = len & 1 ? &local[1] : v + 1;
    opaque(from);
    return *from;
}

// refuse out-of-bounds: of the two choices one is too short
SEC("entry")
u64 choice_too_short(const u8 *data, u64 len) {
    u64 local[2] = {1, 2};
    u64 *v = value_at(0);
    if (!v) {
        return 0;
    }
    u64 *from = len & 1 ? &local[1] : v + 1;
    opaque(from);
    return ((volatile u64 *)from)[6];
}
