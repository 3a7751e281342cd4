/* A rate limiter at XDP: a bucket of tokens for each source, with counters for each processor. */
#include "corpus.h"

struct bucket {
    struct bpf_spin_lock lock;
    u32 tokens;
    u64 filled;
};

struct limits {
    u32 per_second;
    u32 burst;
};

enum { PASSED, DROPPED, SOURCES, KINDS };

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 65536);
    __type(key, u32);
    __type(value, struct bucket);
} buckets SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, KINDS);
    __type(key, u32);
    __type(value, u64);
} counters SEC(".maps");

struct prefix {
    u32 bits;
    u32 address;
};

struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 256);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct prefix);
    __type(value, struct limits);
} limits_by_prefix SEC(".maps");

const volatile struct limits default_limits = {.per_second = 100, .burst = 200};

static always_inline void count(u32 kind) {
    u64 *counter = bpf_map_lookup_elem(&counters, &kind);
    if (counter) {
        (*counter)++;
    }
}

static always_inline u32 minimum(u64 a, u64 b) {
    return a < b ? a : b;
}

static noinline int take(struct bucket *bucket, u32 per_second, u32 burst) {
    if (!bucket) {
        return 0;
    }
    u64 now = bpf_ktime_get_ns();
    int taken = 0;
    bpf_spin_lock(&bucket->lock);
    u64 elapsed = now - bucket->filled;
    if (elapsed > 10000000) {
        u64 more = elapsed / 1000000 * per_second / 1000;
        bucket->tokens = minimum(bucket->tokens + more, burst);
        bucket->filled = now;
    }
    if (bucket->tokens > 0) {
        bucket->tokens--;
        taken = 1;
    }
    bpf_spin_unlock(&bucket->lock);
    return taken;
}

// accept
SEC("xdp")
int rate_limiter(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct ethhdr *eth = data;
    if ((void *)(eth + 1) > end || eth->protocol != swap16(ETH_P_IP)) {
        return XDP_PASS;
    }
    struct iphdr *ip = (void *)(eth + 1);
    if ((void *)(ip + 1) > end) {
        return XDP_DROP;
    }
    u32 source = ip->saddr;
    struct prefix prefix = {.bits = 32, .address = source};
    struct limits *found = bpf_map_lookup_elem(&limits_by_prefix, &prefix);
    u32 per_second = found ? found->per_second : default_limits.per_second;
    u32 burst = found ? found->burst : default_limits.burst;
    struct bucket *bucket = bpf_map_lookup_elem(&buckets, &source);
    if (!bucket) {
        struct bucket fresh = {.tokens = burst, .filled = bpf_ktime_get_ns()};
        bpf_map_update_elem(&buckets, &source, &fresh, BPF_NOEXIST);
        count(SOURCES);
        bucket = bpf_map_lookup_elem(&buckets, &source);
    }
    if (!bucket) {
        return XDP_PASS;
    }
    if (!take(bucket, per_second, burst)) {
        count(DROPPED);
        return XDP_DROP;
    }
    count(PASSED);
    return XDP_PASS;
}
