/* Tail calls, maps in maps, timers, and what is refused by name. */
#include "corpus.h"

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 8);
    __uint(key_size, 4);
    __uint(value_size, 4);
} programs SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 8);
    __type(key, u32);
    __type(value, u64);
} numbers SEC(".maps");

struct inner {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u64);
} inner_map SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
    __uint(max_entries, 4);
    __uint(key_size, 4);
    __array(values, struct inner);
} outer_map SEC(".maps") = {.values = {[0] = &inner_map}};

// accept
SEC("xdp")
int tail_call_constant(struct xdp_md *ctx) {
    bpf_tail_call(ctx, &programs, 3);
    return XDP_PASS;
}

// accept
SEC("xdp")
int tail_call_by_number(struct xdp_md *ctx) {
    bpf_tail_call(ctx, &programs, ctx->rx_queue_index);
    return XDP_PASS;
}

// refuse argument: an array of numbers holds no programs
SEC("xdp")
int tail_call_into_numbers(struct xdp_md *ctx) {
    bpf_tail_call(ctx, &numbers, 0);
    return XDP_PASS;
}

// refuse argument: programs are called, not looked up
SEC("xdp")
int program_looked_up(struct xdp_md *ctx) {
    u32 key = 0;
    return bpf_map_lookup_elem(&programs, &key) ? XDP_PASS : XDP_DROP;
}

static noinline int leaves(struct xdp_md *ctx) {
    bpf_tail_call(ctx, &programs, 1);
    return XDP_DROP;
}

// accept
SEC("xdp")
int tail_call_in_function(struct xdp_md *ctx) {
    return leaves(ctx);
}

// accept
SEC("xdp")
int map_in_map(struct xdp_md *ctx) {
    u32 key = ctx->rx_queue_index;
    void *inner = bpf_map_lookup_elem(&outer_map, &key);
    if (!inner) {
        return XDP_PASS;
    }
    u64 *number = bpf_map_lookup_elem(inner, &key);
    return number && *number ? XDP_PASS : XDP_DROP;
}

// refuse possibly-null: there may be no such map
SEC("xdp")
int map_in_map_unchecked(struct xdp_md *ctx) {
    u32 key = ctx->rx_queue_index;
    void *inner = bpf_map_lookup_elem(&outer_map, &key);
    return bpf_map_lookup_elem(inner, &key) ? XDP_PASS : XDP_DROP;
}

struct timed {
    u64 count;
    struct bpf_timer timer;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, struct timed);
} timed_values SEC(".maps");

static int tick(void *map, u32 *key, struct timed *value) {
    value->count++;
    bpf_timer_start(&value->timer, 1000000, 0);
    return 0;
}

// accept
SEC("tc")
int timer_started(struct __sk_buff *skb) {
    u32 key = 0;
    struct timed *value = bpf_map_lookup_elem(&timed_values, &key);
    if (!value) {
        return TC_ACT_OK;
    }
    bpf_timer_init(&value->timer, &timed_values, 1);
    bpf_timer_set_callback(&value->timer, tick);
    bpf_timer_start(&value->timer, 1000000, 0);
    return TC_ACT_OK;
}

// refuse field: the timer is the host's
SEC("tc")
int timer_overwritten(struct __sk_buff *skb) {
    u32 key = 0;
    struct timed *value = bpf_map_lookup_elem(&timed_values, &key);
    if (value) {
        value->timer.opaque[0] = 0;
    }
    return TC_ACT_OK;
}

// refuse argument: what is not in a map is no timer
SEC("tc")
int timer_on_stack(struct __sk_buff *skb) {
    struct bpf_timer timer = {};
    bpf_timer_init(&timer, &timed_values, 1);
    return TC_ACT_OK;
}

struct bpf_dynptr {
    u64 opaque[2];
} __attribute__((aligned(8)));

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} ring SEC(".maps");

// refuse unsupported: dynamic pointers
SEC("tc")
int dynamic_pointer(struct __sk_buff *skb) {
    struct bpf_dynptr record;
    bpf_ringbuf_reserve_dynptr(&ring, 16, 0, &record);
    bpf_ringbuf_discard_dynptr(&record, 0);
    return TC_ACT_OK;
}

extern void bpf_rcu_read_lock(void) KERNEL_FUNCTION;
extern void bpf_rcu_read_unlock(void) KERNEL_FUNCTION;

// refuse unavailable: a function of the kernel's that this host has not
SEC("tc")
int kernel_function(struct __sk_buff *skb) {
    bpf_rcu_read_lock();
    bpf_rcu_read_unlock();
    return TC_ACT_OK;
}

struct {
    __uint(type, BPF_MAP_TYPE_STACK);
    __uint(max_entries, 8);
    __uint(value_size, 4);
} last_seen SEC(".maps");

// accept
SEC("xdp")
int stack_of_numbers(struct xdp_md *ctx) {
    u32 index = ctx->rx_queue_index;
    bpf_map_push_elem(&last_seen, &index, BPF_ANY);
    u32 top = 0;
    return bpf_map_peek_elem(&last_seen, &top) == 0 && top == index ? XDP_PASS : XDP_DROP;
}

struct {
    __uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
    __uint(max_entries, 100);
    __uint(value_size, 4);
} filter SEC(".maps");

// accept
SEC("xdp")
int bloom_filter(struct xdp_md *ctx) {
    u32 index = ctx->rx_queue_index;
    if (bpf_map_peek_elem(&filter, &index) == 0) {
        return XDP_DROP;
    }
    bpf_map_push_elem(&filter, &index, BPF_ANY);
    return XDP_PASS;
}

// refuse argument: what may be in the filter cannot be taken out
SEC("xdp")
int bloom_filter_popped(struct xdp_md *ctx) {
    u32 index = 0;
    return bpf_map_pop_elem(&filter, &index) ? XDP_DROP : XDP_PASS;
}

struct {
    __uint(type, BPF_MAP_TYPE_DEVMAP);
    __uint(max_entries, 8);
    __uint(key_size, 4);
    __uint(value_size, 4);
} devices SEC(".maps");

// accept
SEC("xdp")
int redirected(struct xdp_md *ctx) {
    return bpf_redirect_map(&devices, ctx->rx_queue_index, XDP_PASS);
}

// refuse argument: numbers are no devices
SEC("xdp")
int redirected_into_numbers(struct xdp_md *ctx) {
    return bpf_redirect_map(&numbers, ctx->rx_queue_index, XDP_PASS);
}

struct {
    __uint(type, BPF_MAP_TYPE_STACK_TRACE);
    __uint(max_entries, 128);
    __uint(key_size, 4);
    __uint(value_size, 8 * 127);
} stacks SEC(".maps");

// accept
SEC("kprobe/do_exit")
int stack_identified(struct pt_regs *ctx) {
    return bpf_get_stackid(ctx, &stacks, 0) >= 0;
}

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, u64[64]);
} addresses SEC(".maps");

// accept
SEC("kprobe/do_exit")
int stack_copied(struct pt_regs *ctx) {
    u32 key = 0;
    u64 *buffer = bpf_map_lookup_elem(&addresses, &key);
    if (!buffer) {
        return 0;
    }
    long size = bpf_get_stack(ctx, buffer, sizeof(u64[64]), 0);
    return size > 8 ? buffer[1] != 0 : 0;
}

// accept
SEC("xdp")
int value_of_another_processor(struct xdp_md *ctx) {
    u32 key = 0;
    u64 *value = bpf_map_lookup_percpu_elem(&addresses, &key, 1);
    return value && *value ? XDP_PASS : XDP_DROP;
}

// refuse possibly-null: there may be no such processor
SEC("xdp")
int value_of_another_processor_unchecked(struct xdp_md *ctx) {
    u32 key = 0;
    u64 *value = bpf_map_lookup_percpu_elem(&addresses, &key, 1000);
    return *value ? XDP_PASS : XDP_DROP;
}

// accept
SEC("tc")
int checksums_replaced(struct __sk_buff *skb) {
    be32 from = 0, to = swap32(0x0a000002);
    if (bpf_skb_load_bytes(skb, 30, &from, sizeof(from)) < 0) {
        return TC_ACT_SHOT;
    }
    bpf_l4_csum_replace(skb, 50, from, to, 0x14);
    bpf_l3_csum_replace(skb, 24, from, to, sizeof(to));
    bpf_skb_store_bytes(skb, 30, &to, sizeof(to), 0);
    return TC_ACT_OK;
}

// accept
SEC("tc")
int checksum_of_difference(struct __sk_buff *skb) {
    u32 from[2] = {1, 2}, to[2] = {3, skb->mark};
    s64 sum = bpf_csum_diff(from, sizeof(from), to, sizeof(to), 0);
    return sum & 1 ? TC_ACT_OK : TC_ACT_SHOT;
}

// refuse not-a-pointer: storing may have copied the packet
SEC("tc")
int stale_after_store(struct __sk_buff *skb) {
    u8 *data = packet_start(skb);
    if (data + 20 > (u8 *)packet_end(skb)) {
        return TC_ACT_OK;
    }
    u8 zero = 0;
    bpf_skb_store_bytes(skb, 0, &zero, 1, 0);
    return data[0];
}
