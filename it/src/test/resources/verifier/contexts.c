/* Contexts: which fields there are, how they are read and written, and what programs may return. */
#include "corpus.h"

// accept
SEC("tc")
int skb_fields_written(struct __sk_buff *skb) {
    skb->mark = skb->len;
    skb->priority = 3;
    skb->cb[0] = skb->hash;
    skb->tc_classid = 1;
    return TC_ACT_OK;
}

// refuse read-only: the length is the host's
SEC("tc")
int skb_length_written(struct __sk_buff *skb) {
    skb->len = 0;
    return TC_ACT_OK;
}

// accept
SEC("tc")
int skb_field_narrow(struct __sk_buff *skb) {
    return *(volatile u8 *)&skb->mark + *(volatile u16 *)&skb->protocol;
}

// refuse field: the pointer to data is loaded whole
SEC("tc")
int skb_data_narrow(struct __sk_buff *skb) {
    return *(volatile u16 *)&skb->data;
}

// refuse field: two fields at once
SEC("tc")
int skb_two_fields(struct __sk_buff *skb) {
    u64 both = *(volatile u64 *)&skb->len;
    return both >> 40 ? TC_ACT_OK : TC_ACT_SHOT;
}

// refuse field: behind the last field
SEC("tc")
int skb_beyond(struct __sk_buff *skb) {
    return *(volatile u32 *)((void *)skb + 192);
}

// refuse pointer-arithmetic (asm): the context is read at fixed offsets
SEC("tc")
int skb_variable_offset(struct __sk_buff *skb) {
    u64 offset = skb->hash & 4;
    u64 result;
    asm volatile("%1 += %2; %0 = *(u32 *)(%1 + 0)" : "=r"(result), "+r"(skb) : "r"(offset));
    return result;
}

// refuse field: socket filters do not see packets by address
SEC("socket")
int filter_has_no_data(struct __sk_buff *skb) {
    return skb->data != 0;
}

// refuse read-only: the control block alone may be written
SEC("socket")
int filter_writes_mark(struct __sk_buff *skb) {
    skb->mark = 1;
    return 0;
}

// accept
SEC("socket")
int filter_writes_control_block(struct __sk_buff *skb) {
    skb->cb[4] = skb->len;
    return skb->cb[4];
}

// accept
SEC("xdp")
int xdp_fields(struct xdp_md *ctx) {
    return ctx->ingress_ifindex == 1 && ctx->rx_queue_index < 4 ? XDP_PASS : XDP_DROP;
}

// refuse field: packets do not leave here
SEC("xdp")
int xdp_egress_field(struct xdp_md *ctx) {
    return ctx->egress_ifindex == 1 ? XDP_PASS : XDP_DROP;
}

// refuse read-only: the context of XDP is read only
SEC("xdp")
int xdp_field_written(struct xdp_md *ctx) {
    ctx->rx_queue_index = 0;
    return XDP_PASS;
}

// accept
SEC("kprobe/tcp_v4_connect")
int registers_read(struct pt_regs *ctx) {
    return ctx->rdi ^ ctx->rsi ^ ctx->rip;
}

// refuse read-only: probes do not change registers
SEC("kprobe/tcp_v4_connect")
int registers_written(struct pt_regs *ctx) {
    ctx->rdi = 0;
    return 0;
}

// refuse field: behind the last register
SEC("kprobe/tcp_v4_connect")
int registers_beyond(struct pt_regs *ctx) {
    return ((volatile u64 *)ctx)[21];
}

struct openat_record {
    u64 header;
    s64 number;
    s64 folder;
    const char *name;
    s64 flags;
};

// accept
SEC("tracepoint/syscalls/sys_enter_openat")
int record_fields(struct openat_record *record) {
    char name[64];
    if (bpf_probe_read_user_str(name, sizeof(name), record->name) < 0) {
        return 0;
    }
    return name[0] == '/' && record->flags == 0;
}

// refuse field: the first 8 bytes are the kernel's
SEC("tracepoint/syscalls/sys_enter_openat")
int record_header(struct openat_record *record) {
    return record->header;
}

// refuse not-a-pointer: the address is a user's, helpers have to read there
SEC("tracepoint/syscalls/sys_enter_openat")
int record_pointer_followed(struct openat_record *record) {
    return *(volatile char *)record->name;
}

// accept
SEC("raw_tp/sys_enter")
int raw_arguments(struct bpf_raw_tracepoint_args *ctx) {
    struct pt_regs *regs = (void *)ctx->args[0];
    u64 first = 0;
    bpf_probe_read_kernel(&first, sizeof(first), &regs->rdi);
    return first + ctx->args[1];
}

// refuse read-only: arguments are not changed here
SEC("raw_tp/sys_enter")
int raw_arguments_written(struct bpf_raw_tracepoint_args *ctx) {
    ctx->args[0] = 0;
    return 0;
}

// accept
SEC("cgroup/connect4")
int connect_elsewhere(struct bpf_sock_addr *ctx) {
    if (ctx->user_ip4 == swap32(0x0a000001) && ctx->user_port == swap16(80)) {
        ctx->user_ip4 = swap32(0x7f000001);
        ctx->user_port = swap16(8080);
    }
    return 1;
}

// refuse field: a call for IPv4 has no IPv6 address
SEC("cgroup/connect4")
int connect_wrong_family(struct bpf_sock_addr *ctx) {
    ctx->user_ip6[0] = 0;
    return 1;
}

// refuse result: 0 refuses, 1 allows, there is no 2
SEC("cgroup/connect4")
int connect_returns_two(struct bpf_sock_addr *ctx) {
    return 2;
}

// refuse result: the result may be any port
SEC("cgroup/connect4")
int connect_returns_anything(struct bpf_sock_addr *ctx) {
    return ctx->user_port;
}

// accept
SEC("cgroup/connect4")
int connect_returns_truth(struct bpf_sock_addr *ctx) {
    return ctx->user_port != swap16(23);
}

// accept
SEC("cgroup_skb/ingress")
int cgroup_counts(struct __sk_buff *skb) {
    void *data = packet_start(skb), *end = packet_end(skb);
    struct iphdr *ip = data;
    if ((void *)(ip + 1) > end) {
        return 1;
    }
    return ip->ttl > 0;
}

// refuse result: incoming packets are allowed or not
SEC("cgroup_skb/ingress")
int cgroup_returns_three(struct __sk_buff *skb) {
    return 3;
}

// accept
SEC("cgroup_skb/egress")
int cgroup_egress_returns_three(struct __sk_buff *skb) {
    return 3;
}

// accept
SEC("cgroup/dev")
int device_allowed(struct bpf_cgroup_dev_ctx *ctx) {
    u16 type = ctx->access_type & 0xffff;
    return type == 2 && ctx->major == 1 && (ctx->minor == 3 || ctx->minor == 5);
}

// accept
SEC("cgroup/setsockopt")
int option_checked(struct bpf_sockopt *ctx) {
    u8 *value = ctx->optval;
    u8 *end = ctx->optval_end;
    if (ctx->level != 1 || value + 4 > end) {
        return 1;
    }
    if (value[0] > 8) {
        value[0] = 8;
    }
    ctx->optlen = 4;
    return 1;
}

// refuse out-of-bounds: nobody knows how long the option is
SEC("cgroup/setsockopt")
int option_unchecked(struct bpf_sockopt *ctx) {
    u8 *value = ctx->optval;
    return value[0] & 1;
}

// accept
SEC("sk_skb/stream_verdict")
int verdict_by_first_byte(struct __sk_buff *skb) {
    u8 *data = packet_start(skb);
    u8 *end = packet_end(skb);
    return data + 1 <= end && data[0] == 'G';
}
