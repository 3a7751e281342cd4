/* A table of flows for accounting: exports what has ended to a ring, goes over the table from a timer's callback. */
#include "corpus.h"

struct flow_key {
    u32 source, target;
    u16 source_port, target_port;
    u32 protocol;
};

struct flow {
    u64 first, last;
    u64 packets, bytes;
    u32 flags;
    u32 smallest, largest;
    u32 padding;
};

struct export {
    struct flow_key key;
    struct flow flow;
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 8192);
    __type(key, struct flow_key);
    __type(value, struct flow);
} flows SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 16);
} exports SEC(".maps");

u64 lost = 0;
const volatile u64 idle_nanoseconds = 15000000000;
const volatile u64 active_nanoseconds = 60000000000;

struct sweep {
    u64 now;
    u32 exported;
};

static noinline int export_flow(const struct flow_key *key, const struct flow *flow) {
    struct export *export = bpf_ringbuf_reserve(&exports, sizeof(*export), 0);
    if (!export) {
        lost++;
        return 0;
    }
    export->key = *key;
    export->flow = *flow;
    bpf_ringbuf_submit(export, 0);
    return 1;
}

static long sweep_one(void *map, struct flow_key *key, struct flow *flow, struct sweep *sweep) {
    if (sweep->now - flow->last < idle_nanoseconds && sweep->now - flow->first < active_nanoseconds) {
        return 0;
    }
    struct flow_key copy = *key;
    struct flow ended = *flow;
    sweep->exported += export_flow(&copy, &ended);
    bpf_map_delete_elem(map, &copy);
    return 0;
}

// accept
SEC("tc")
int flow_accounting(struct __sk_buff *skb) {
    void *data = packet_start(skb), *end = packet_end(skb);
    struct iphdr *ip = data + sizeof(struct ethhdr);
    if ((void *)(ip + 1) > end || skb->protocol != swap16(ETH_P_IP)) {
        return TC_ACT_OK;
    }
    struct flow_key key = {.source = ip->saddr, .target = ip->daddr, .protocol = ip->protocol};
    u32 flags = 0;
    u32 header = ip->ihl * 4;
    if (ip->protocol == PROTO_TCP) {
        struct tcphdr *tcp = (void *)ip + header;
        if ((void *)(tcp + 1) > end) {
            return TC_ACT_OK;
        }
        key.source_port = tcp->source;
        key.target_port = tcp->dest;
        flags = ((u8 *)tcp)[13];
    } else if (ip->protocol == PROTO_UDP) {
        struct udphdr *udp = (void *)ip + header;
        if ((void *)(udp + 1) > end) {
            return TC_ACT_OK;
        }
        key.source_port = udp->source;
        key.target_port = udp->dest;
    }
    u64 now = bpf_ktime_get_ns();
    u32 length = skb->len;
    struct flow *flow = bpf_map_lookup_elem(&flows, &key);
    if (!flow) {
        struct flow fresh = {
            .first = now, .last = now, .packets = 1, .bytes = length, .flags = flags, .smallest = length, .largest = length};
        if (bpf_map_update_elem(&flows, &key, &fresh, BPF_NOEXIST)) {
            export_flow(&key, &fresh);
        }
        return TC_ACT_OK;
    }
    flow->last = now;
    flow->packets++;
    flow->bytes += length;
    flow->flags |= flags;
    if (length < flow->smallest) {
        flow->smallest = length;
    }
    if (length > flow->largest) {
        flow->largest = length;
    }
    if (flags & 5) {
        struct flow ended = *flow;
        if (export_flow(&key, &ended)) {
            bpf_map_delete_elem(&flows, &key);
        }
    }
    return TC_ACT_OK;
}

// accept
SEC("tc")
int flow_sweep(struct __sk_buff *skb) {
    struct sweep sweep = {.now = bpf_ktime_get_ns()};
    bpf_for_each_map_elem(&flows, sweep_one, &sweep, 0);
    skb->mark = sweep.exported;
    return TC_ACT_OK;
}
