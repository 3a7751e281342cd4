/* Parsing of packets: Ethernet, VLAN, IPv4, IPv6, TCP, UDP. */
#include "corpus.h"

// accept
SEC("xdp")
int ethernet(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct ethhdr *eth = data;
    if ((void *)(eth + 1) > end) {
        return XDP_DROP;
    }
    return eth->protocol == swap16(ETH_P_IP) ? XDP_PASS : XDP_DROP;
}

// refuse out-of-bounds: no check at all
SEC("xdp")
int ethernet_unchecked(struct xdp_md *ctx) {
    struct ethhdr *eth = packet_start(ctx);
    return eth->protocol == swap16(ETH_P_IP) ? XDP_PASS : XDP_DROP;
}

// refuse out-of-bounds: only the Ethernet header was checked
SEC("xdp")
int ip_unchecked(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct ethhdr *eth = data;
    if ((void *)(eth + 1) > end) {
        return XDP_DROP;
    }
    struct iphdr *ip = (void *)(eth + 1);
    return ip->protocol == PROTO_TCP ? XDP_PASS : XDP_DROP;
}

// accept
SEC("xdp")
int data_end_first(struct xdp_md *ctx) {
    void *end = packet_end(ctx);
    void *data = packet_start(ctx);
    if (end < data + 34) {
        return XDP_DROP;
    }
    struct iphdr *ip = data + 14;
    return ip->ttl > 1 ? XDP_PASS : XDP_DROP;
}

// accept
SEC("xdp")
int length_by_difference(struct xdp_md *ctx) {
    void *end = packet_end(ctx);
    void *data = packet_start(ctx);
    s64 length = end - data;
    return length > 1500 ? XDP_DROP : XDP_PASS;
}

// refuse not-a-pointer: data_end is an address to compare with, not to read
SEC("xdp")
int read_at_data_end(struct xdp_md *ctx) {
    u8 *end = packet_end(ctx);
    return end[0];
}

static always_inline void *after_ethernet(void *data, void *end, u16 *protocol) {
    struct ethhdr *eth = data;
    if ((void *)(eth + 1) > end) {
        return NULL;
    }
    *protocol = eth->protocol;
    return eth + 1;
}

// accept
SEC("xdp")
int tcp_port(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    u16 protocol = 0;
    struct iphdr *ip = after_ethernet(data, end, &protocol);
    if (!ip || protocol != swap16(ETH_P_IP)) {
        return XDP_PASS;
    }
    if ((void *)(ip + 1) > end) {
        return XDP_DROP;
    }
    u32 header = ip->ihl * 4;
    if (header < sizeof(*ip) || ip->protocol != PROTO_TCP) {
        return XDP_PASS;
    }
    struct tcphdr *tcp = (void *)ip + header;
    if ((void *)(tcp + 1) > end) {
        return XDP_DROP;
    }
    return tcp->dest == swap16(22) ? XDP_DROP : XDP_PASS;
}

// refuse out-of-bounds: the check forgets that options may push the TCP header back
SEC("xdp")
int tcp_after_options_unchecked(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct iphdr *ip = data + sizeof(struct ethhdr);
    if ((void *)(ip + 1) + sizeof(struct tcphdr) > end) {
        return XDP_DROP;
    }
    struct tcphdr *tcp = (void *)ip + ip->ihl * 4;
    return tcp->dest == swap16(22) ? XDP_DROP : XDP_PASS;
}

// accept
SEC("xdp")
int vlan_tags(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct ethhdr *eth = data;
    if ((void *)(eth + 1) > end) {
        return XDP_DROP;
    }
    u16 protocol = eth->protocol;
    struct vlanhdr *tag = (void *)(eth + 1);
    for (int i = 0; i < 4; i++) {
        if (protocol != swap16(ETH_P_8021Q) && protocol != swap16(ETH_P_8021AD)) {
            break;
        }
        if ((void *)(tag + 1) > end) {
            return XDP_DROP;
        }
        protocol = tag->protocol;
        tag++;
    }
    return protocol == swap16(ETH_P_IPV6) ? XDP_PASS : XDP_DROP;
}

// accept
SEC("xdp")
int ipv6_extensions(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct ipv6hdr *ip = data + sizeof(struct ethhdr);
    if ((void *)(ip + 1) > end) {
        return XDP_DROP;
    }
    u8 next = ip->next;
    u8 *at = (void *)(ip + 1);
    for (int i = 0; i < 6; i++) {
        if (next != 0 && next != 43 && next != 60) {
            break;
        }
        if (at + 2 > (u8 *)end) {
            return XDP_DROP;
        }
        next = at[0];
        at += (at[1] + 1) * 8;
    }
    if (next != PROTO_UDP) {
        return XDP_PASS;
    }
    struct udphdr *udp = (void *)at;
    if ((void *)(udp + 1) > end) {
        return XDP_DROP;
    }
    return udp->dest == swap16(53) ? XDP_DROP : XDP_PASS;
}

// accept
SEC("xdp")
int swap_addresses(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct ethhdr *eth = data;
    if ((void *)(eth + 1) > end) {
        return XDP_DROP;
    }
    u8 kept[6];
    __builtin_memcpy(kept, eth->from, 6);
    __builtin_memcpy(eth->from, eth->to, 6);
    __builtin_memcpy(eth->to, kept, 6);
    return XDP_TX;
}

// accept
SEC("xdp")
int ip_checksum(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct iphdr *ip = data + sizeof(struct ethhdr);
    if ((void *)(ip + 1) > end) {
        return XDP_DROP;
    }
    u32 sum = 0;
    u16 *word = (void *)ip;
    for (int i = 0; i < 10; i++) {
        sum += word[i];
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff ? XDP_PASS : XDP_DROP;
}

// accept
SEC("xdp")
int adjusted_and_checked_again(struct xdp_md *ctx) {
    if (bpf_xdp_adjust_head(ctx, -(int)sizeof(struct ethhdr))) {
        return XDP_ABORTED;
    }
    struct ethhdr *eth = packet_start(ctx);
    if ((void *)(eth + 1) > packet_end(ctx)) {
        return XDP_ABORTED;
    }
    eth->protocol = swap16(ETH_P_IP);
    return XDP_TX;
}

// refuse not-a-pointer: the packet may have moved
SEC("xdp")
int stale_after_adjust(struct xdp_md *ctx) {
    void *data = packet_start(ctx), *end = packet_end(ctx);
    struct ethhdr *eth = data;
    if ((void *)(eth + 1) > end) {
        return XDP_ABORTED;
    }
    bpf_xdp_adjust_head(ctx, 4);
    return eth->protocol;
}

// accept
SEC("xdp")
int metadata(struct xdp_md *ctx) {
    if (bpf_xdp_adjust_meta(ctx, -4)) {
        return XDP_PASS;
    }
    void *data = packet_start(ctx);
    u32 *meta = (void *)(long)ctx->data_meta;
    if ((void *)(meta + 1) > data) {
        return XDP_ABORTED;
    }
    *meta = 7;
    return XDP_PASS;
}

// accept
SEC("tc")
int tc_ports(struct __sk_buff *skb) {
    void *data = packet_start(skb), *end = packet_end(skb);
    if (data + 14 + 20 + 8 > end) {
        return TC_ACT_OK;
    }
    struct iphdr *ip = data + 14;
    if (ip->ihl != 5 || ip->protocol != PROTO_UDP) {
        return TC_ACT_OK;
    }
    struct udphdr *udp = (void *)(ip + 1);
    skb->mark = swap16(udp->dest);
    return TC_ACT_OK;
}

// refuse not-a-pointer: pulling may move the data
SEC("tc")
int stale_after_pull(struct __sk_buff *skb) {
    u8 *data = packet_start(skb);
    u8 *end = packet_end(skb);
    if (data + 14 > end) {
        return TC_ACT_OK;
    }
    bpf_skb_pull_data(skb, 64);
    return data[12];
}

// accept
SEC("tc")
int pulled_and_checked_again(struct __sk_buff *skb) {
    u8 *data = packet_start(skb);
    u8 *end = packet_end(skb);
    if (data + 64 > end) {
        bpf_skb_pull_data(skb, 64);
        data = packet_start(skb);
        end = packet_end(skb);
        if (data + 64 > end) {
            return TC_ACT_SHOT;
        }
    }
    return data[63];
}

// accept
SEC("xdp")
int below_a_checked_pointer(struct xdp_md *ctx) {
    u8 *data = packet_start(ctx), *end = packet_end(ctx);
    if (data + 1 > end) {
        return XDP_DROP;
    }
    u8 *last = data + (data[0] & 63);
    if (last > end) {
        return XDP_DROP;
    }
    u8 *at = data + (data[0] >> 4);
    return at < last && *at ? XDP_PASS : XDP_DROP;
}

// refuse out-of-bounds: below a pointer that was not checked
SEC("xdp")
int below_an_unchecked_pointer(struct xdp_md *ctx) {
    u8 *data = packet_start(ctx), *end = packet_end(ctx);
    if (data + 1 > end) {
        return XDP_DROP;
    }
    u8 *last = data + (data[0] & 63);
    u8 *at = data + (data[0] >> 4);
    return at < last && *at ? XDP_PASS : XDP_DROP;
}

// accept
SEC("xdp")
int bytes_one_by_one(struct xdp_md *ctx) {
    u8 *data = packet_start(ctx), *end = packet_end(ctx);
    u32 sum = 0;
    for (int i = 0; i < 100; i++) {
        if (data + i + 1 > end) {
            break;
        }
        sum += data[i];
    }
    return sum & 1 ? XDP_PASS : XDP_DROP;
}

// accept
SEC("xdp")
int offset_masked_before_check(struct xdp_md *ctx) {
    u8 *data = packet_start(ctx), *end = packet_end(ctx);
    u32 offset = ctx->rx_queue_index & 0xfff;
    if (data + offset + 4 > end) {
        return XDP_DROP;
    }
    return *(u32 *)(data + offset) ? XDP_PASS : XDP_DROP;
}

// refuse out-of-bounds: an offset of 32 bits may wrap the address around
SEC("xdp")
int offset_of_any_size(struct xdp_md *ctx) {
    u8 *data = packet_start(ctx), *end = packet_end(ctx);
    u64 offset = bpf_ktime_get_ns();
    if (data + offset + 4 > end) {
        return XDP_DROP;
    }
    return *(u32 *)(data + offset) ? XDP_PASS : XDP_DROP;
}
