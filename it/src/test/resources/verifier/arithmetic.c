/* Ranges through arithmetic: 32 bits, sign extension, shifts, division, wide constants, bit tricks. */
#include "corpus.h"

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u8[256]);
} tables SEC(".maps");

static always_inline u8 *table(void) {
    u32 key = 0;
    return bpf_map_lookup_elem(&tables, &key);
}

// accept
SEC("socket")
int sum_of_masked(struct __sk_buff *skb) {
    u8 *t = table();
    u32 index = (skb->hash & 0x7f) + (skb->mark & 0x7f);
    return t ? t[index] : 0;
}

// refuse out-of-bounds: 128 and 128 make 256
SEC("socket")
int sum_too_large(struct __sk_buff *skb) {
    u8 *t = table();
    u32 index = (skb->hash & 0x80) + (skb->mark & 0x80);
    return t ? t[index] : 0;
}

// accept
SEC("socket")
int product_of_masked(struct __sk_buff *skb) {
    u8 *t = table();
    u32 index = (skb->hash & 15) * (skb->mark & 15);
    return t ? t[index] : 0;
}

// accept
SEC("socket")
int scaled_and_moved(struct __sk_buff *skb) {
    u8 *t = table();
    u32 index = (skb->hash & 31) * 8 + 7;
    return t ? t[index] : 0;
}

// refuse out-of-bounds: 31 * 8 + 8 is 256
SEC("socket")
int scaled_and_moved_too_far(struct __sk_buff *skb) {
    u8 *t = table();
    u32 index = (skb->hash & 31) * 8 + 8;
    return t ? t[index] : 0;
}

// accept
SEC("socket")
int divided(struct __sk_buff *skb) {
    u8 *t = table();
    u32 index = (skb->len & 0xffff) / 300;
    return t ? t[index] : 0;
}

// accept
SEC("socket")
int top_byte(struct __sk_buff *skb) {
    u8 *t = table();
    u64 hash = (u64)skb->hash * 0x9e3779b97f4a7c15ull;
    return t ? t[hash >> 56] : 0;
}

// accept
SEC("socket")
int xor_of_bytes(struct __sk_buff *skb) {
    u8 *t = table();
    u32 h = skb->hash;
    u8 index = h ^ h >> 8 ^ h >> 16 ^ h >> 24;
    return t ? t[index] : 0;
}

// accept
SEC("socket")
int or_of_bits(struct __sk_buff *skb) {
    u8 *t = table();
    u32 index = (skb->hash & 0xf0) | (skb->mark & 0x0f);
    return t ? t[index] : 0;
}

// accept
SEC("socket")
int bits_counted(struct __sk_buff *skb) {
    u8 *t = table();
    u32 v = skb->hash;
    v = v - ((v >> 1) & 0x55555555);
    v = (v & 0x33333333) + ((v >> 2) & 0x33333333);
    v = (((v + (v >> 4)) & 0x0f0f0f0f) * 0x01010101) >> 24;
    return t ? t[v] : 0;
}

// accept
SEC("socket")
int logarithm(struct __sk_buff *skb) {
    u8 *t = table();
    u32 v = skb->len;
    u32 r = (v > 0xffff) << 4;
    v >>= r;
    u32 shift = (v > 0xff) << 3;
    v >>= shift;
    r |= shift;
    shift = (v > 0xf) << 2;
    v >>= shift;
    r |= shift;
    shift = (v > 0x3) << 1;
    v >>= shift;
    r |= shift;
    r |= v >> 1;
    return t ? t[r] : 0;
}

// accept
SEC("socket")
int signed_byte(struct __sk_buff *skb) {
    u8 *t = table();
    s8 small = skb->mark;
    s32 index = small + 128;
    return t ? t[index] : 0;
}

// refuse out-of-bounds: a signed byte may be negative
SEC("socket")
int signed_byte_as_index(struct __sk_buff *skb) {
    u8 *t = table();
    s8 small = skb->mark;
    opaque(small);
    s64 index = (s8)small;
    return t ? t[index] : 0;
}

// accept
SEC("socket")
int absolute_value(struct __sk_buff *skb) {
    u8 *t = table();
    s32 difference = (s32)(skb->mark & 0xff) - (s32)(skb->hash & 0xff);
    if (difference < 0) {
        difference = -difference;
    }
    opaque(difference);
    if (difference < 0 || difference > 255) {
        return 0;
    }
    return t ? t[difference] : 0;
}

// accept
SEC("socket")
int clamped_both_ways(struct __sk_buff *skb) {
    u8 *t = table();
    s64 index = (s64)(s32)skb->mark;
    if (index < 0) {
        index = 0;
    }
    if (index > 255) {
        index = 255;
    }
    return t ? t[index] : 0;
}

// refuse out-of-bounds: the 32-bit check says nothing of the upper half
SEC("socket")
int upper_half_unchecked(struct __sk_buff *skb) {
    u8 *t = table();
    u64 index = bpf_ktime_get_ns();
    if (!t) {
        return 0;
    }
    if ((u32)index > 255) {
        return 0;
    }
    return t[index];
}

// accept
SEC("socket")
int equal_to_constant(struct __sk_buff *skb) {
    u8 *t = table();
    u64 index = bpf_ktime_get_ns();
    if (!t || index != 99) {
        return 0;
    }
    return t[index];
}

// accept
SEC("socket")
int below_another(struct __sk_buff *skb) {
    u8 *t = table();
    u64 limit = skb->len & 0xff;
    u64 index = bpf_ktime_get_ns();
    if (!t || index >= limit) {
        return 0;
    }
    return t[index];
}

// accept
SEC("socket")
int equal_to_another(struct __sk_buff *skb) {
    u8 *t = table();
    u64 index = bpf_ktime_get_ns();
    u64 bounded = skb->hash & 0xff;
    opaque(bounded);
    if (!t || index != bounded) {
        return 0;
    }
    return t[index];
}

// refuse out-of-bounds: not equal says next to nothing
SEC("socket")
int not_equal(struct __sk_buff *skb) {
    u8 *t = table();
    u32 index = skb->len & 0x1ff;
    if (!t || index == 256) {
        return 0;
    }
    return t[index];
}

// accept
SEC("socket")
int not_equal_at_the_edge(struct __sk_buff *skb) {
    u8 *t = table();
    u32 index = (skb->hash & 0xff) + 1;
    if (!t || index == 256) {
        return 0;
    }
    return t[index];
}

// refuse out-of-bounds: it wraps below zero
SEC("socket")
int subtraction_wraps(struct __sk_buff *skb) {
    u8 *t = table();
    u64 index = (skb->hash & 0xff);
    index -= 1;
    opaque(index);
    return t ? t[index] : 0;
}

// accept
SEC("socket")
int subtraction_checked(struct __sk_buff *skb) {
    u8 *t = table();
    u32 length = skb->len;
    if (!t || length < 14 || length > 256) {
        return 0;
    }
    return t[length - 14];
}

// accept
SEC("socket")
int shift_by_masked(struct __sk_buff *skb) {
    u8 *t = table();
    u32 index = 1u << (skb->hash & 7);
    return t ? t[index] : 0;
}

// refuse out-of-bounds: 1 << 8 is 256
SEC("socket")
int shift_too_far(struct __sk_buff *skb) {
    u8 *t = table();
    u32 index = 1u << (skb->hash & 8);
    return t ? t[index] : 0;
}

// accept
SEC("socket")
int arithmetic_shift(struct __sk_buff *skb) {
    u8 *t = table();
    s32 value = skb->mark;
    s64 sign = value >> 31;
    opaque(sign);
    return t ? t[sign + 1] : 0;
}

// accept
SEC("entry")
u64 siphash_round(const u8 *data, u64 len) {
    u64 v0 = 0x736f6d6570736575, v1 = 0x646f72616e646f6d, v2 = 0x6c7967656e657261, v3 = 0x7465646279746573;
    for (int i = 0; i < 8; i++) {
        v0 += v1;
        v1 = v1 << 13 | v1 >> 51;
        v1 ^= v0;
        v0 = v0 << 32 | v0 >> 32;
        v2 += v3;
        v3 = v3 << 16 | v3 >> 48;
        v3 ^= v2;
        v0 += v3;
        v3 = v3 << 21 | v3 >> 43;
        v3 ^= v0;
        v2 += v1;
        v1 = v1 << 17 | v1 >> 47;
        v1 ^= v2;
        v2 = v2 << 32 | v2 >> 32;
    }
    return v0 ^ v1 ^ v2 ^ v3 ^ len;
}

// accept
SEC("entry")
u64 square_root(const u8 *data, u64 len) {
    u64 result = 0;
    u64 value = len;
    for (u64 bit = 1ull << 30; bit; bit >>= 2) {
        if (value >= result + bit) {
            value -= result + bit;
            result = (result >> 1) + bit;
        } else {
            result >>= 1;
        }
    }
    return result;
}

// accept
SEC("entry")
u64 divided_by_input(const u8 *data, u64 len) {
    if (len < 16) {
        return 0;
    }
    u64 a = *(const u64 *)data, b = *(const u64 *)(data + 8);
    return a / b + a % b;
}

// accept
SEC("entry")
u64 bytes_swapped(const u8 *data, u64 len) {
    if (len < 8) {
        return 0;
    }
    u64 value = *(const u64 *)data;
    return __builtin_bswap64(value) ^ swap32(value) ^ swap16(value);
}

#if CPU >= 4
// accept from v4
SEC("socket")
int signed_division(struct __sk_buff *skb) {
    u8 *t = table();
    s32 value = (s32)(skb->mark & 0xff) - 128;
    s32 divisor = -2;
    opaque(divisor);
    s32 index = value / divisor;
    if (index < 0) {
        return 0;
    }
    return t ? t[index & 127] : 0;
}

// accept from v4
SEC("socket")
int sign_extending_load(struct __sk_buff *skb) {
    u8 *t = table();
    if (!t) {
        return 0;
    }
    s64 index = ((volatile s8 *)t)[3];
    if (index < 0) {
        return -1;
    }
    return t[index];
}

// refuse out-of-bounds from v4: what is loaded may be negative
SEC("socket")
int sign_extending_load_unchecked(struct __sk_buff *skb) {
    u8 *t = table();
    if (!t) {
        return 0;
    }
    return t[128 + ((volatile s16 *)t)[3]];
}
#endif
