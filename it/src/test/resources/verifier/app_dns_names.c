/* Blocks questions to the domain name system: reads the name from the packet and looks up each of its endings. */
#include "corpus.h"

#define NAME_MAX 32
#define LABELS_MAX 4

struct dns_header {
    be16 id, flags, questions, answers, authorities, additional;
};

struct name {
    u8 text[NAME_MAX];
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, struct name);
    __type(value, u32);
} blocked SEC(".maps");

/* Where labels start is kept here too, not on the stack: what it could be there would be a state each. */
struct work {
    struct name whole;
    struct name ending;
    u8 starts[LABELS_MAX];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, struct work);
} scratch SEC(".maps");

u64 questions = 0;

static always_inline u8 lower(u8 c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

// accept
SEC("xdp")
int dns_filter(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct iphdr *ip = data + sizeof(struct ethhdr);
    struct udphdr *udp = (void *)(ip + 1);
    struct dns_header *dns = (void *)(udp + 1);
    if ((void *)(dns + 1) > end || ip->ihl != 5 || ip->protocol != PROTO_UDP || udp->dest != swap16(53)) {
        return XDP_PASS;
    }
    if (dns->questions != swap16(1) || dns->flags & swap16(0x8000)) {
        return XDP_PASS;
    }
    u32 zero = 0;
    struct work *work = bpf_map_lookup_elem(&scratch, &zero);
    if (!work) {
        return XDP_PASS;
    }
    struct name *name = &work->whole;
    __builtin_memset(name, 0, sizeof(*name));
    u8 *at = (void *)(dns + 1);
    u32 labels = 0;
    u32 left = 0;
    u32 length;
    for (length = 0; length < NAME_MAX - 1; length++) {
        if (at + length + 1 > (u8 *)end) {
            return XDP_DROP;
        }
        u8 c = at[length];
        if (left == 0) {
            if (c == 0) {
                break;
            }
            if (c > 63) {
                return XDP_DROP;
            }
            left = c;
            if (labels < LABELS_MAX) {
                work->starts[labels] = length;
                labels++;
            }
            name->text[length] = c;
        } else {
            left--;
            name->text[length] = lower(c);
        }
    }
    questions++;
    for (u32 i = 0; i < LABELS_MAX; i++) {
        if (i >= labels) {
            break;
        }
        u32 start = work->starts[i];
        if (start >= NAME_MAX) {
            break;
        }
        __builtin_memset(&work->ending, 0, sizeof(work->ending));
        for (u32 j = 0; j < NAME_MAX; j++) {
            u32 from = (start + j) & (NAME_MAX - 1);
            if (name->text[from] == 0) {
                break;
            }
            work->ending.text[j] = name->text[from];
        }
        if (bpf_map_lookup_elem(&blocked, &work->ending)) {
            return XDP_DROP;
        }
    }
    return XDP_PASS;
}
