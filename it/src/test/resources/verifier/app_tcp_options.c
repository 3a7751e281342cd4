/* Reads the options of TCP's first packet: largest segment, window scale, timestamps, selective acknowledgements. */
#include "corpus.h"

struct options {
    u16 segment;
    u8 scale;
    u8 selective;
    u32 time;
    u32 echo;
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 4096);
    __type(key, u32);
    __type(value, struct options);
} seen SEC(".maps");

enum { KIND_END, KIND_NOTHING, KIND_SEGMENT, KIND_SCALE, KIND_SELECTIVE, KIND_TIME = 8 };

#define OPTIONS_MAX 10

// accept
SEC("xdp")
int tcp_options(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct iphdr *ip = data + sizeof(struct ethhdr);
    if ((void *)(ip + 1) > end || ip->protocol != PROTO_TCP || ip->ihl != 5) {
        return XDP_PASS;
    }
    struct tcphdr *tcp = (void *)(ip + 1);
    if ((void *)(tcp + 1) > end || !tcp->syn) {
        return XDP_PASS;
    }
    u32 header = tcp->doff * 4;
    if (header < sizeof(*tcp)) {
        return XDP_DROP;
    }
    u8 *at = (void *)(tcp + 1);
    u8 *last = (void *)tcp + header;
    struct options options = {};
    for (int i = 0; i < OPTIONS_MAX; i++) {
        if (at + 1 > (u8 *)end || at >= last) {
            break;
        }
        u8 kind = at[0];
        if (kind == KIND_END) {
            break;
        }
        if (kind == KIND_NOTHING) {
            at++;
            continue;
        }
        if (at + 2 > (u8 *)end) {
            return XDP_DROP;
        }
        u8 length = at[1];
        if (length < 2 || at + length > last) {
            return XDP_DROP;
        }
        switch (kind) {
        case KIND_SEGMENT:
            if (length != 4 || at + 4 > (u8 *)end) {
                return XDP_DROP;
            }
            options.segment = at[2] << 8 | at[3];
            break;
        case KIND_SCALE:
            if (length != 3 || at + 3 > (u8 *)end) {
                return XDP_DROP;
            }
            options.scale = at[2] > 14 ? 14 : at[2];
            break;
        case KIND_SELECTIVE:
            options.selective = 1;
            break;
        case KIND_TIME:
            if (length != 10 || at + 10 > (u8 *)end) {
                return XDP_DROP;
            }
            __builtin_memcpy(&options.time, at + 2, 4);
            __builtin_memcpy(&options.echo, at + 6, 4);
            break;
        }
        at += length;
    }
    u32 source = ip->saddr;
    bpf_map_update_elem(&seen, &source, &options, BPF_ANY);
    return XDP_PASS;
}
