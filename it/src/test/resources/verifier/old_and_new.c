/* Instructions older and newer than most: packet loads, long jumps, moves that extend the sign, calls by register. */
#include "corpus.h"

u64 load_byte(void *skb, u64 offset) asm("llvm.bpf.load.byte");
u64 load_half(void *skb, u64 offset) asm("llvm.bpf.load.half");
u64 load_word(void *skb, u64 offset) asm("llvm.bpf.load.word");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u64[8]);
} values SEC(".maps");

// accept
SEC("socket")
int packet_loaded_absolutely(struct __sk_buff *skb) {
    if (load_half(skb, 12) != ETH_P_IP) {
        return 0;
    }
    return load_byte(skb, 23) == PROTO_UDP ? skb->len : 0;
}

// accept
SEC("socket")
int packet_loaded_indirectly(struct __sk_buff *skb) {
    u64 header = (load_byte(skb, 14) & 15) * 4;
    return load_word(skb, 14 + header);
}

// refuse unsupported: XDP has no such instructions
SEC("xdp")
int packet_load_at_xdp(struct xdp_md *ctx) {
    return load_byte(ctx, 0) ? XDP_PASS : XDP_DROP;
}

// accept
SEC("tc")
int packet_load_at_tc(struct __sk_buff *skb) {
    return load_word(skb, 30) == 0x0a000001 ? TC_ACT_SHOT : TC_ACT_OK;
}

// refuse argument (asm): the instruction finds the context in r6
SEC("socket")
naked int packet_load_without_context(struct __sk_buff *skb) {
    asm volatile("r0 = *(u8 *)skb[0]; exit");
}

// accept
SEC("entry")
u64 call_by_known_register(const u8 *data, u64 len) {
    u64 result;
    asm volatile("r1 = 7; .byte 0x8d, 0x01, 0, 0, 0, 0, 0, 0; %0 = r0"
                 : "=r"(result)
                 :
                 : "r0", "r1", "r2", "r3", "r4", "r5");
    return result;
}

// refuse forbidden-function (asm): nobody knows what is called
SEC("entry")
u64 call_by_unknown_register(const u8 *data, u64 len) {
    u64 result;
    asm volatile("r1 = %1; .byte 0x8d, 0x01, 0, 0, 0, 0, 0, 0; %0 = r0"
                 : "=r"(result)
                 : "r"(len)
                 : "r0", "r1", "r2", "r3", "r4", "r5");
    return result;
}

// accept
SEC("entry")
u64 constant_of_64_bits(const u8 *data, u64 len) {
    u64 value = 0x0123456789abcdef;
    opaque(value);
    return value * 0x8000000000000001ull ^ len;
}

// accept
SEC("socket")
int compared_in_32_bits(struct __sk_buff *skb) {
    u32 key = 0;
    u64 *v = bpf_map_lookup_elem(&values, &key);
    if (!v) {
        return 0;
    }
    s32 index = skb->mark;
    if (index >= 0 && index < 8) {
        return v[index];
    }
    return 0;
}

// accept
SEC("socket")
int tested_bit_by_bit(struct __sk_buff *skb) {
    u32 key = 0;
    u64 *v = bpf_map_lookup_elem(&values, &key);
    u64 index = bpf_ktime_get_ns();
    if (!v || index & ~7ull) {
        return 0;
    }
    return v[index];
}

// accept
SEC("socket")
int small_range_extended(struct __sk_buff *skb) {
    u32 key = 0;
    u64 *v = bpf_map_lookup_elem(&values, &key);
    if (!v) {
        return 0;
    }
    s32 step = (s32)(skb->mark & 7) - 4;
    opaque(step);
    u64 *middle = v + 4;
    return middle[(s64)step];
}

// refuse out-of-bounds: from -5 on
SEC("socket")
int small_range_extended_too_far(struct __sk_buff *skb) {
    u32 key = 0;
    u64 *v = bpf_map_lookup_elem(&values, &key);
    if (!v) {
        return 0;
    }
    s32 step = (s32)(skb->mark & 7) - 5;
    opaque(step);
    u64 *middle = v + 4;
    return middle[(s64)step];
}

#if CPU >= 4
// accept from v4
SEC("entry")
u64 long_jump(const u8 *data, u64 len) {
    asm volatile goto("gotol %l0" ::::end);
    return 1;
end:
    return 2;
}

// accept from v4
SEC("entry")
u64 moved_with_sign(const u8 *data, u64 len) {
    s8 byte = len;
    s16 half = len;
    s32 word = len;
    return (s64)byte + (s64)half + (s64)word;
}

// accept from v4
SEC("entry")
u64 swapped_unconditionally(u8 *data, u64 len) {
    if (len < 8) {
        return 0;
    }
    *(u64 *)data = __builtin_bswap64(*(u64 *)data);
    return swap32(len);
}

// accept from v4
SEC("socket")
int stored_immediately(struct __sk_buff *skb) {
    u32 key = 0;
    u64 *v = bpf_map_lookup_elem(&values, &key);
    if (!v) {
        return 0;
    }
    v[0] = 5;
    *(u32 *)&v[1] = -1;
    *(u8 *)&v[2] = 7;
    skb->cb[0] = 3;
    return v[0];
}

// refuse read-only from v4: also what is no register is not written
SEC("socket")
int stored_immediately_into_mark(struct __sk_buff *skb) {
    skb->mark = 3;
    return 0;
}
#endif
