/* Histograms of how long block requests take: remembers when each began, counts by powers of two when it ends. */
#include "corpus.h"

#define SLOTS 27

struct histogram {
    u32 slots[SLOTS];
    u32 largest;
    u64 total;
    u64 count;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 10240);
    __type(key, u64);
    __type(value, u64);
} starts SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 256);
    __type(key, u32);
    __type(value, struct histogram);
} histograms SEC(".maps");

const volatile u8 in_milliseconds = 0;
const volatile u32 wanted_device = 0;
static struct histogram empty;

static always_inline u64 log2_of_32(u32 v) {
    u32 shift, r;
    r = (v > 0xffff) << 4;
    v >>= r;
    shift = (v > 0xff) << 3;
    v >>= shift;
    r |= shift;
    shift = (v > 0xf) << 2;
    v >>= shift;
    r |= shift;
    shift = (v > 0x3) << 1;
    v >>= shift;
    r |= shift;
    r |= v >> 1;
    return r;
}

static always_inline u64 log2_of_64(u64 v) {
    u32 high = v >> 32;
    return high ? log2_of_32(high) + 32 : log2_of_32(v);
}

// accept
SEC("raw_tp/block_rq_issue")
int request_begins(u64 *ctx) {
    u64 request = ctx[0];
    u64 now = bpf_ktime_get_ns();
    bpf_map_update_elem(&starts, &request, &now, BPF_ANY);
    return 0;
}

// accept
SEC("raw_tp/block_rq_complete")
int request_ends(u64 *ctx) {
    u64 request = ctx[0];
    u64 now = bpf_ktime_get_ns();
    u64 *start = bpf_map_lookup_elem(&starts, &request);
    if (!start) {
        return 0;
    }
    s64 delta = now - *start;
    if (delta < 0) {
        goto out;
    }
    u32 device = 0;
    bpf_probe_read_kernel(&device, sizeof(device), (void *)(request + 16));
    if (wanted_device && device != wanted_device) {
        goto out;
    }
    struct histogram *histogram = bpf_map_lookup_elem(&histograms, &device);
    if (!histogram) {
        bpf_map_update_elem(&histograms, &device, &empty, BPF_NOEXIST);
        histogram = bpf_map_lookup_elem(&histograms, &device);
        if (!histogram) {
            goto out;
        }
    }
    delta /= in_milliseconds ? 1000000 : 1000;
    u64 slot = log2_of_64(delta);
    if (slot >= SLOTS) {
        slot = SLOTS - 1;
    }
    __sync_fetch_and_add(&histogram->slots[slot], 1);
    __sync_fetch_and_add(&histogram->total, delta);
    __sync_fetch_and_add(&histogram->count, 1);
    if (histogram->largest < delta) {
        histogram->largest = delta;
    }
out:
    bpf_map_delete_elem(&starts, &request);
    return 0;
}
