/* A load balancer at XDP: IPv4 and IPv6, TCP and UDP; picks a server by consistent hash and wraps the packet in IP. */
#include "corpus.h"

#define SERVERS_MAX 512
#define RING_SLOTS 4096
#define TTL 64
#define PROTO_IPIP 4
#define FLAG_SOURCE_HASH 1

struct service_key {
    u32 address[4];
    u16 port;
    u8 protocol;
    u8 padding;
};

struct service {
    u32 flags;
    u32 number;
};

struct server {
    u32 address[4];
    u8 mac[6];
    u16 family;
};

struct flow {
    u32 source[4];
    u32 target[4];
    u16 source_port;
    u16 target_port;
    u8 protocol;
    u8 padding[3];
};

struct counters {
    u64 packets;
    u64 bytes;
};

struct remembered {
    u32 server;
    u32 padding;
    u64 seen;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 256);
    __type(key, struct service_key);
    __type(value, struct service);
} services SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, RING_SLOTS);
    __type(key, u32);
    __type(value, u32);
} slots SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, SERVERS_MAX);
    __type(key, u32);
    __type(value, struct server);
} servers SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 10000);
    __type(key, struct flow);
    __type(value, struct remembered);
} connections SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, SERVERS_MAX);
    __type(key, u32);
    __type(value, struct counters);
} statistics SEC(".maps");

const volatile u32 own_address = 0x0100000a;

static always_inline u32 rotate(u32 word, u32 bits) {
    return word << bits | word >> (32 - bits);
}

static always_inline u32 hash_words(const u32 *words, u32 count, u32 seed) {
    u32 a = 0xdeadbeef + (count << 2) + seed, b = a, c = a;
    for (u32 i = 0; i + 2 < count; i += 3) {
        a += words[i];
        b += words[i + 1];
        c += words[i + 2];
        a -= c;
        a ^= rotate(c, 4);
        c += b;
        b -= a;
        b ^= rotate(a, 6);
        a += c;
        c -= b;
        c ^= rotate(b, 8);
        b += a;
    }
    c ^= b;
    c -= rotate(b, 14);
    a ^= c;
    a -= rotate(c, 11);
    b ^= a;
    b -= rotate(a, 25);
    return c ^ rotate(b, 16);
}

static always_inline u16 folded(u64 sum) {
    for (int i = 0; i < 4; i++) {
        if (sum >> 16) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
    }
    return ~sum;
}

static always_inline int ports(void *at, void *end, struct flow *flow, int *is_syn) {
    if (flow->protocol == PROTO_TCP) {
        struct tcphdr *tcp = at;
        if ((void *)(tcp + 1) > end) {
            return 0;
        }
        flow->source_port = tcp->source;
        flow->target_port = tcp->dest;
        *is_syn = tcp->syn && !tcp->ack;
        return 1;
    }
    if (flow->protocol == PROTO_UDP) {
        struct udphdr *udp = at;
        if ((void *)(udp + 1) > end) {
            return 0;
        }
        flow->source_port = udp->source;
        flow->target_port = udp->dest;
        return 1;
    }
    return 0;
}

static always_inline int parse(void *data, void *end, struct flow *flow, u16 *length, int *is_syn) {
    struct ethhdr *eth = data;
    if ((void *)(eth + 1) > end) {
        return 0;
    }
    if (eth->protocol == swap16(ETH_P_IP)) {
        struct iphdr *ip = (void *)(eth + 1);
        if ((void *)(ip + 1) > end || ip->ihl != 5) {
            return 0;
        }
        if (ip->fragment & swap16(0x3fff)) {
            return 0;
        }
        flow->source[0] = ip->saddr;
        flow->target[0] = ip->daddr;
        flow->protocol = ip->protocol;
        *length = swap16(ip->length);
        return ports(ip + 1, end, flow, is_syn);
    }
    if (eth->protocol == swap16(ETH_P_IPV6)) {
        struct ipv6hdr *ip = (void *)(eth + 1);
        if ((void *)(ip + 1) > end) {
            return 0;
        }
        __builtin_memcpy(flow->source, ip->saddr, sizeof(flow->source));
        __builtin_memcpy(flow->target, ip->daddr, sizeof(flow->target));
        flow->protocol = ip->next;
        *length = swap16(ip->length) + sizeof(*ip);
        return ports(ip + 1, end, flow, is_syn);
    }
    return 0;
}

static always_inline struct server *choose(struct flow *flow, struct service *service, int is_syn, u32 *index) {
    struct remembered *known = is_syn ? NULL : bpf_map_lookup_elem(&connections, flow);
    if (known) {
        known->seen = bpf_ktime_get_ns();
        *index = known->server;
        return bpf_map_lookup_elem(&servers, index);
    }
    u32 hash = service->flags & FLAG_SOURCE_HASH ? hash_words(flow->source, 4, service->number)
                                                 : hash_words((u32 *)flow, sizeof(*flow) / 4, service->number);
    u32 slot = hash & (RING_SLOTS - 1);
    u32 *number = bpf_map_lookup_elem(&slots, &slot);
    if (!number) {
        return NULL;
    }
    *index = *number;
    struct remembered fresh = {.server = *index, .seen = bpf_ktime_get_ns()};
    bpf_map_update_elem(&connections, flow, &fresh, BPF_ANY);
    return bpf_map_lookup_elem(&servers, index);
}

static always_inline int wrap(struct xdp_md *ctx, struct server *server, u16 length) {
    if (bpf_xdp_adjust_head(ctx, -(int)sizeof(struct iphdr))) {
        return XDP_DROP;
    }
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct ethhdr *eth = data;
    struct ethhdr *old = data + sizeof(struct iphdr);
    struct iphdr *ip = (void *)(eth + 1);
    if ((void *)(eth + 1) > end || (void *)(old + 1) > end || (void *)(ip + 1) > end) {
        return XDP_DROP;
    }
    __builtin_memcpy(eth->from, old->to, 6);
    __builtin_memcpy(eth->to, server->mac, 6);
    eth->protocol = swap16(ETH_P_IP);
    ip->version = 4;
    ip->ihl = 5;
    ip->tos = 0;
    ip->length = swap16(length + sizeof(*ip));
    ip->id = 0;
    ip->fragment = 0;
    ip->ttl = TTL;
    ip->protocol = PROTO_IPIP;
    ip->check = 0;
    ip->saddr = own_address;
    ip->daddr = server->address[0];
    u64 sum = 0;
    u16 *word = (u16 *)ip;
    for (int i = 0; i < sizeof(*ip) / 2; i++) {
        sum += word[i];
    }
    ip->check = folded(sum);
    return XDP_TX;
}

// accept
SEC("xdp")
int load_balancer(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct flow flow = {};
    u16 length = 0;
    int is_syn = 0;
    if (!parse(data, end, &flow, &length, &is_syn)) {
        return XDP_PASS;
    }
    struct service_key key = {};
    __builtin_memcpy(key.address, flow.target, sizeof(key.address));
    key.port = flow.target_port;
    key.protocol = flow.protocol;
    struct service *service = bpf_map_lookup_elem(&services, &key);
    if (!service) {
        key.port = 0;
        service = bpf_map_lookup_elem(&services, &key);
        if (!service) {
            return XDP_PASS;
        }
    }
    u32 index = 0;
    struct server *server = choose(&flow, service, is_syn, &index);
    if (!server) {
        return XDP_DROP;
    }
    struct counters *counters = bpf_map_lookup_elem(&statistics, &index);
    if (counters) {
        counters->packets++;
        counters->bytes += length;
    }
    return wrap(ctx, server, length);
}
