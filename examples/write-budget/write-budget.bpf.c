/* Lets each client, that is each address and user, write so many bytes in a span of time. */
#include "ring3.h"

#define SECOND 1000000000ULL

struct client {
    __u64 address[2];
    __u32 uid;
    __u32 origin;
};

struct spent {
    __u64 since; /* when the span began, in nanoseconds */
    __u64 bytes;
};

struct budget {
    __u64 bytes; /* 0 for no limit */
    __u64 span;  /* in nanoseconds */
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __type(key, struct client);
    __type(value, struct spent);
    __uint(max_entries, 4096);
} spent SEC(".maps");

volatile struct budget budget = {.bytes = 0, .span = 60 * SECOND};

SEC("fs/write") int spend(struct ring3_fs *fs)
{
    struct client client = {};
    struct spent fresh = {.since = bpf_ktime_get_ns()};
    __u64 allowed = budget.bytes;

    if (allowed == 0)
        return 0;
    client.address[0] = *(__u64 *)&fs->client_address[0];
    client.address[1] = *(__u64 *)&fs->client_address[8];
    client.uid = fs->uid;
    client.origin = fs->origin;
    bpf_map_update_elem(&spent, &client, &fresh, BPF_NOEXIST);
    struct spent *mine = bpf_map_lookup_elem(&spent, &client);
    if (!mine)
        return 0;
    if (fresh.since - mine->since > budget.span) {
        mine->since = fresh.since;
        mine->bytes = 0;
    }
    if (__sync_fetch_and_add(&mine->bytes, fs->length) + fs->length > allowed) {
        __sync_fetch_and_add(&mine->bytes, -fs->length);
        return -EDQUOT;
    }
    return 0;
}
