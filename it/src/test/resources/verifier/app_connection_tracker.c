/* Follows connections at traffic control: which state each is in, and what may pass in it. */
#include "corpus.h"

enum state { NONE, SYN_SENT, ESTABLISHED, CLOSING, CLOSED };
enum direction { OUT, IN };

struct tuple {
    u32 inner, outer;
    u16 inner_port, outer_port;
    u8 protocol;
    u8 padding[3];
};

struct entry {
    u64 seen;
    u64 packets[2];
    u64 bytes[2];
    u32 state;
    u8 closed[2];
    u16 padding;
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 16384);
    __type(key, struct tuple);
    __type(value, struct entry);
} table SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(key_size, 4);
    __uint(value_size, 4);
} events SEC(".maps");

struct notice {
    struct tuple tuple;
    u32 state;
};

const volatile u64 timeouts[5] = {0, 5000000000, 600000000000, 60000000000, 1000000000};
const volatile u16 open_ports[4] = {22, 80, 443, 8080};

static always_inline int is_open(u16 port) {
    for (int i = 0; i < 4; i++) {
        if (open_ports[i] == port) {
            return 1;
        }
    }
    return 0;
}

static always_inline int parse(struct __sk_buff *skb, int direction, struct tuple *tuple, struct tcphdr **tcp) {
    void *data = packet_start(skb), *end = packet_end(skb);
    if (data + sizeof(struct ethhdr) + sizeof(struct iphdr) > end) {
        return 0;
    }
    struct ethhdr *eth = data;
    struct iphdr *ip = (void *)(eth + 1);
    if (eth->protocol != swap16(ETH_P_IP) || ip->version != 4) {
        return 0;
    }
    u32 header = ip->ihl << 2;
    if (header < sizeof(*ip)) {
        return 0;
    }
    void *transport = (void *)ip + header;
    u16 source, target;
    if (ip->protocol == PROTO_TCP) {
        *tcp = transport;
        if (transport + sizeof(struct tcphdr) > end) {
            return 0;
        }
        source = (*tcp)->source;
        target = (*tcp)->dest;
    } else if (ip->protocol == PROTO_UDP) {
        struct udphdr *udp = transport;
        if ((void *)(udp + 1) > end) {
            return 0;
        }
        source = udp->source;
        target = udp->dest;
    } else {
        return 0;
    }
    tuple->protocol = ip->protocol;
    tuple->inner = direction == OUT ? ip->saddr : ip->daddr;
    tuple->outer = direction == OUT ? ip->daddr : ip->saddr;
    tuple->inner_port = direction == OUT ? source : target;
    tuple->outer_port = direction == OUT ? target : source;
    return 1;
}

static always_inline u32 next_state(struct entry *entry, struct tcphdr *tcp, int direction) {
    if (!tcp) {
        return ESTABLISHED;
    }
    if (tcp->rst) {
        return CLOSED;
    }
    if (tcp->fin) {
        entry->closed[direction & 1] = 1;
        return entry->closed[0] && entry->closed[1] ? CLOSED : CLOSING;
    }
    if (tcp->syn) {
        return tcp->ack ? ESTABLISHED : SYN_SENT;
    }
    return entry->state;
}

static always_inline int follow(struct __sk_buff *skb, int direction) {
    struct tuple tuple = {};
    struct tcphdr *tcp = NULL;
    if (!parse(skb, direction, &tuple, &tcp)) {
        return TC_ACT_OK;
    }
    u64 now = bpf_ktime_get_ns();
    struct entry *entry = bpf_map_lookup_elem(&table, &tuple);
    if (entry) {
        u32 state = entry->state;
        if (state > CLOSED || now - entry->seen > timeouts[state]) {
            bpf_map_delete_elem(&table, &tuple);
            entry = NULL;
        }
    }
    if (!entry) {
        if (direction == IN && !is_open(swap16(tuple.inner_port))) {
            return TC_ACT_SHOT;
        }
        struct entry fresh = {.seen = now, .state = tcp ? SYN_SENT : ESTABLISHED};
        bpf_map_update_elem(&table, &tuple, &fresh, BPF_ANY);
        return TC_ACT_OK;
    }
    u32 state = next_state(entry, tcp, direction);
    if (state != entry->state) {
        struct notice notice = {.tuple = tuple, .state = state};
        bpf_perf_event_output(skb, &events, BPF_F_CURRENT_CPU, &notice, sizeof(notice));
        entry->state = state;
    }
    entry->seen = now;
    entry->packets[direction]++;
    entry->bytes[direction] += skb->len;
    return TC_ACT_OK;
}

// accept
SEC("tc")
int tracks_outgoing(struct __sk_buff *skb) {
    return follow(skb, OUT);
}

// accept
SEC("tc")
int tracks_incoming(struct __sk_buff *skb) {
    return follow(skb, IN);
}
