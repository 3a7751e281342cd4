/* Functions of a program's own: what they may be given, how deep they call, how much stack they take together. */
#include "corpus.h"

static noinline u32 mix(u32 a, u32 b) {
    a ^= b * 2654435761u;
    return a << 13 | a >> 19;
}

// accept
SEC("socket")
int plain_function(struct __sk_buff *skb) {
    return mix(skb->len, skb->mark);
}

static noinline u32 first_byte(const u8 *text) {
    return text[0];
}

// accept
SEC("socket")
int function_given_stack(struct __sk_buff *skb) {
    u8 text[16];
    bpf_get_current_comm(text, sizeof(text));
    return first_byte(text);
}

static noinline void fill(u8 *text, u32 size) {
    for (u32 i = 0; i < size; i++) {
        text[i] = i;
    }
}

// accept
SEC("socket")
int function_fills_stack(struct __sk_buff *skb) {
    u8 text[32];
    fill(text, sizeof(text));
    return text[skb->len & 31];
}

static noinline void fill_too_far(u8 *text) {
    for (u32 i = 0; i <= 32; i++) {
        *(volatile u8 *)(text + i) = i;
    }
}

// refuse out-of-bounds: the callee writes behind its caller's frame
SEC("socket")
int function_writes_above_frame(struct __sk_buff *skb) {
    u8 text[32];
    fill_too_far(text);
    return text[0];
}

static noinline u64 minimum(u64 a, u64 b) {
    return a < b ? a : b;
}

// accept
SEC("entry")
u64 function_result_bounds(const u8 *data, u64 len) {
    if (len < 64) {
        return 0;
    }
    u64 index = minimum(data[0], 63);
    return data[index];
}

static noinline int in_packet(void *start, void *end) {
    return start + 14 <= end;
}

// accept
SEC("xdp")
int function_checks_packet(struct xdp_md *ctx) {
    u8 *data = packet_start(ctx);
    u8 *end = packet_end(ctx);
    if (!in_packet(data, end)) {
        return XDP_DROP;
    }
    return data[13] ? XDP_PASS : XDP_DROP;
}

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u64);
} numbers SEC(".maps");

static noinline u64 *find(u32 key) {
    return bpf_map_lookup_elem(&numbers, &key);
}

// accept
SEC("socket")
int function_returns_value(struct __sk_buff *skb) {
    u64 *number = find(skb->len);
    return number ? *number : 0;
}

// refuse possibly-null: the function may return null
SEC("socket")
int function_result_unchecked(struct __sk_buff *skb) {
    return *(volatile u64 *)find(skb->len);
}

static noinline u64 own_frame(u64 value) {
    volatile u64 local = value;
    u64 address = 0;
    asm volatile("%0 = r10; %0 += -8" : "=r"(address));
    return address + (local & 0);
}

// refuse pointer-leak (asm): a frame is gone when its function has returned
SEC("socket")
int frame_returned(struct __sk_buff *skb) {
    u64 address = own_frame(skb->len);
    return *(volatile u64 *)address;
}

static noinline u64 depth8(u64 a) { return a + bpf_get_prandom_u32(); }
static noinline u64 depth7(u64 a) { return depth8(a * 3) + 7; }
static noinline u64 depth6(u64 a) { return depth7(a * 3) + 6; }
static noinline u64 depth5(u64 a) { return depth6(a * 3) + 5; }
static noinline u64 depth4(u64 a) { return depth5(a * 3) + 4; }
static noinline u64 depth3(u64 a) { return depth4(a * 3) + 3; }
static noinline u64 depth2(u64 a) { return depth3(a * 3) + 2; }
static noinline u64 depth1(u64 a) { return depth2(a * 3) + 1; }

// accept
SEC("socket")
int eight_frames(struct __sk_buff *skb) {
    return depth2(skb->len);
}

// refuse call-depth: the ninth frame
SEC("socket")
int nine_frames(struct __sk_buff *skb) {
    return depth1(skb->len);
}

static noinline u64 factorial(u64 n) {
    opaque(n);
    u64 below = n < 2 ? 1 : factorial(n - 1) * 3;
    return below + bpf_get_prandom_u32();
}

// refuse recursion: the function calls itself
SEC("socket")
int recursive(struct __sk_buff *skb) {
    return factorial(skb->len & 7);
}

static noinline u64 odd(u64 n);

static noinline u64 even(u64 n) {
    opaque(n);
    return n == 0 ? bpf_get_prandom_u32() : odd(n - 1) + 1;
}

static noinline u64 odd(u64 n) {
    opaque(n);
    return n == 0 ? bpf_get_prandom_u32() : even(n - 1) + 2;
}

// refuse recursion: two functions call each other
SEC("socket")
int recursive_in_turn(struct __sk_buff *skb) {
    return even(skb->len & 7);
}

static noinline u64 wide_inner(u64 seed) {
    u64 room[30];
    u64 *low = room;
    opaque(low);
    *low = seed;
    return *low;
}

static noinline u64 wide_outer(u64 seed) {
    u64 room[20];
    u64 *low = room;
    opaque(low);
    *low = wide_inner(seed);
    return *low;
}

// accept
SEC("socket")
int stacks_fit(struct __sk_buff *skb) {
    u64 room[8];
    u64 *low = room;
    opaque(low);
    *low = wide_outer(skb->len);
    return *low;
}

// refuse stack-size: 240 and 160 bytes of the functions and 160 of its own
SEC("socket")
int stacks_too_large(struct __sk_buff *skb) {
    u64 room[20];
    u64 *low = room;
    opaque(low);
    *low = wide_outer(skb->len);
    return *low;
}

static noinline u64 saves_registers(u64 a, u64 b, u64 c, u64 d, u64 e) {
    u64 first = bpf_get_prandom_u32();
    u64 second = bpf_get_prandom_u32();
    return (a ^ first) + (b ^ second) + c * d + e;
}

// accept
SEC("socket")
int five_arguments(struct __sk_buff *skb) {
    u64 kept = skb->hash;
    u64 result = saves_registers(1, skb->len, 3, kept, skb->mark);
    return result + kept;
}

// accept
SEC("entry")
u64 checked_by_loop_of_calls(const u8 *data, u64 len) {
    u64 hash = 0;
    for (u64 i = 0; i < 16 && i < len; i++) {
        hash = mix(hash, data[i]);
    }
    return hash;
}
