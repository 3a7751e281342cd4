/*
 * What the programs of this folder share: types, maps, helpers and contexts, as far as they need them. Numbers and
 * layouts are those of Linux (include/uapi/linux/bpf.h); nothing else has to be installed to compile.
 *
 * Each program stands below a comment of one line that says what a verifier makes of it:
 *
 *     // accept
 *     // accept from v3                        (CPU versions below have no such instruction)
 *     // refuse out-of-bounds: why
 *     // refuse out-of-bounds (asm): why       (written so that no compiler removes the fault)
 *
 * Compilers are told CPU, the number of the CPU version.
 */
#ifndef CORPUS_H
#define CORPUS_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef u16 be16;
typedef u32 be32;

#define SEC(name) __attribute__((section(name), used))
#define noinline __attribute__((noinline))
#define always_inline inline __attribute__((always_inline))
#define naked __attribute__((naked))
#define packed __attribute__((packed))
#define offsetof(type, member) __builtin_offsetof(type, member)
#define NULL ((void *)0)

/* The compiler knows nothing of the value from here on. */
#define opaque(value) asm volatile("" : "+r"(value))

/* Computed here, not moved or merged with what comes before or after. */
#define barrier() asm volatile("" ::: "memory")

static always_inline u16 swap16(u16 value) {
    return __builtin_bswap16(value);
}

static always_inline u32 swap32(u32 value) {
    return __builtin_bswap32(value);
}

/* ---- maps ---- */

#define __uint(name, value) int (*name)[value]
#define __type(name, value) __typeof__(value) *name
#define __array(name, value) __typeof__(value) *name[]

enum {
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_ARRAY = 2,
    BPF_MAP_TYPE_PROG_ARRAY = 3,
    BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4,
    BPF_MAP_TYPE_PERCPU_HASH = 5,
    BPF_MAP_TYPE_PERCPU_ARRAY = 6,
    BPF_MAP_TYPE_STACK_TRACE = 7,
    BPF_MAP_TYPE_CGROUP_ARRAY = 8,
    BPF_MAP_TYPE_LRU_HASH = 9,
    BPF_MAP_TYPE_LRU_PERCPU_HASH = 10,
    BPF_MAP_TYPE_LPM_TRIE = 11,
    BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
    BPF_MAP_TYPE_HASH_OF_MAPS = 13,
    BPF_MAP_TYPE_DEVMAP = 14,
    BPF_MAP_TYPE_SOCKMAP = 15,
    BPF_MAP_TYPE_QUEUE = 22,
    BPF_MAP_TYPE_STACK = 23,
    BPF_MAP_TYPE_RINGBUF = 27,
    BPF_MAP_TYPE_BLOOM_FILTER = 30,
    BPF_MAP_TYPE_ARENA = 33,
};

enum {
    BPF_ANY = 0,
    BPF_NOEXIST = 1,
    BPF_EXIST = 2,
    BPF_F_NO_PREALLOC = 1,
    BPF_F_RDONLY_PROG = 1 << 7,
    BPF_F_WRONLY_PROG = 1 << 8,
    BPF_F_MMAPABLE = 1 << 10,
};

#define BPF_F_CURRENT_CPU 0xffffffffULL

struct bpf_spin_lock {
    u32 val;
};

struct bpf_timer {
    u64 opaque[2];
};

/* ---- helpers ---- */

#define HELPER(result, name, number, ...) static result (*const name)(__VA_ARGS__) = (void *)number

HELPER(void *, bpf_map_lookup_elem, 1, void *map, const void *key);
HELPER(long, bpf_map_update_elem, 2, void *map, const void *key, const void *value, u64 flags);
HELPER(long, bpf_map_delete_elem, 3, void *map, const void *key);
HELPER(long, bpf_probe_read, 4, void *to, u32 size, const void *from);
HELPER(u64, bpf_ktime_get_ns, 5, void);
HELPER(long, bpf_trace_printk, 6, const char *format, u32 size, ...);
HELPER(u32, bpf_get_prandom_u32, 7, void);
HELPER(u32, bpf_get_smp_processor_id, 8, void);
HELPER(long, bpf_skb_store_bytes, 9, void *skb, u32 offset, const void *from, u32 length, u64 flags);
HELPER(long, bpf_l3_csum_replace, 10, void *skb, u32 offset, u64 from, u64 to, u64 size);
HELPER(long, bpf_l4_csum_replace, 11, void *skb, u32 offset, u64 from, u64 to, u64 flags);
HELPER(long, bpf_tail_call, 12, void *context, void *programs, u32 index);
HELPER(long, bpf_clone_redirect, 13, void *skb, u32 ifindex, u64 flags);
HELPER(u64, bpf_get_current_pid_tgid, 14, void);
HELPER(u64, bpf_get_current_uid_gid, 15, void);
HELPER(long, bpf_get_current_comm, 16, void *to, u32 size);
HELPER(long, bpf_skb_vlan_push, 18, void *skb, be16 protocol, u16 tci);
HELPER(long, bpf_skb_vlan_pop, 19, void *skb);
HELPER(long, bpf_redirect, 23, u32 ifindex, u64 flags);
HELPER(long, bpf_perf_event_output, 25, void *context, void *map, u64 flags, void *data, u64 size);
HELPER(long, bpf_skb_load_bytes, 26, const void *skb, u32 offset, void *to, u32 length);
HELPER(long, bpf_get_stackid, 27, void *context, void *map, u64 flags);
HELPER(s64, bpf_csum_diff, 28, const void *from, u32 from_size, const void *to, u32 to_size, u32 seed);
HELPER(long, bpf_skb_change_proto, 31, void *skb, be16 protocol, u64 flags);
HELPER(u64, bpf_get_current_task, 35, void);
HELPER(long, bpf_skb_change_tail, 38, void *skb, u32 length, u64 flags);
HELPER(long, bpf_skb_pull_data, 39, void *skb, u32 length);
HELPER(long, bpf_xdp_adjust_head, 44, void *xdp, int delta);
HELPER(long, bpf_probe_read_str, 45, void *to, u32 size, const void *from);
HELPER(u64, bpf_get_socket_cookie, 46, void *context);
HELPER(long, bpf_redirect_map, 51, void *map, u64 key, u64 flags);
HELPER(long, bpf_setsockopt, 49, void *context, int level, int name, const void *value, int length);
HELPER(long, bpf_xdp_adjust_meta, 54, void *xdp, int delta);
HELPER(long, bpf_xdp_adjust_tail, 65, void *xdp, int delta);
HELPER(long, bpf_get_stack, 67, void *context, void *to, u32 size, u64 flags);
HELPER(u64, bpf_get_current_cgroup_id, 80, void);
struct bpf_sock;
struct bpf_sock_tuple;
HELPER(struct bpf_sock *, bpf_sk_lookup_tcp, 84, void *context, struct bpf_sock_tuple *tuple, u32 size, u64 netns,
       u64 flags);
HELPER(struct bpf_sock *, bpf_sk_lookup_udp, 85, void *context, struct bpf_sock_tuple *tuple, u32 size, u64 netns,
       u64 flags);
HELPER(long, bpf_sk_release, 86, void *sock);
HELPER(long, bpf_map_push_elem, 87, void *map, const void *value, u64 flags);
HELPER(long, bpf_map_pop_elem, 88, void *map, void *value);
HELPER(long, bpf_map_peek_elem, 89, void *map, void *value);
HELPER(void, bpf_spin_lock, 93, struct bpf_spin_lock *lock);
HELPER(void, bpf_spin_unlock, 94, struct bpf_spin_lock *lock);
HELPER(struct bpf_sock *, bpf_sk_fullsock, 95, struct bpf_sock *sock);
HELPER(struct bpf_sock *, bpf_skc_lookup_tcp, 99, void *context, struct bpf_sock_tuple *tuple, u32 size, u64 netns,
       u64 flags);
HELPER(long, bpf_strtol, 105, const char *text, u64 size, u64 flags, s64 *result);
HELPER(long, bpf_strtoul, 106, const char *text, u64 size, u64 flags, u64 *result);
HELPER(long, bpf_probe_read_user, 112, void *to, u32 size, const void *from);
HELPER(long, bpf_probe_read_kernel, 113, void *to, u32 size, const void *from);
HELPER(long, bpf_probe_read_user_str, 114, void *to, u32 size, const void *from);
HELPER(long, bpf_probe_read_kernel_str, 115, void *to, u32 size, const void *from);
HELPER(u64, bpf_jiffies64, 118, void);
HELPER(u64, bpf_ktime_get_boot_ns, 125, void);
HELPER(long, bpf_ringbuf_output, 130, void *ring, void *data, u64 size, u64 flags);
HELPER(void *, bpf_ringbuf_reserve, 131, void *ring, u64 size, u64 flags);
HELPER(void, bpf_ringbuf_submit, 132, void *record, u64 flags);
HELPER(void, bpf_ringbuf_discard, 133, void *record, u64 flags);
HELPER(u64, bpf_ringbuf_query, 134, void *ring, u64 flags);
HELPER(long, bpf_copy_from_user, 148, void *to, u32 size, const void *from);
HELPER(long, bpf_for_each_map_elem, 164, void *map, void *callback, void *context, u64 flags);
HELPER(long, bpf_snprintf, 165, char *to, u32 size, const char *format, u64 *data, u32 data_size);
HELPER(long, bpf_timer_init, 169, struct bpf_timer *timer, void *map, u64 flags);
HELPER(long, bpf_timer_set_callback, 170, struct bpf_timer *timer, void *callback);
HELPER(long, bpf_timer_start, 171, struct bpf_timer *timer, u64 nanoseconds, u64 flags);
HELPER(u64, bpf_get_func_ip, 173, void *context);
HELPER(u64, bpf_get_attach_cookie, 174, void *context);
HELPER(long, bpf_loop, 181, u32 iterations, void *callback, void *context, u64 flags);
HELPER(long, bpf_strncmp, 182, const char *text, u32 size, const char *other);
HELPER(int, bpf_set_retval, 187, int value);
HELPER(void *, bpf_map_lookup_percpu_elem, 195, void *map, const void *key, u32 cpu);
struct bpf_dynptr;
HELPER(long, bpf_dynptr_from_mem, 197, void *data, u32 size, u64 flags, struct bpf_dynptr *dynptr);
HELPER(long, bpf_ringbuf_reserve_dynptr, 198, void *ring, u32 size, u64 flags, struct bpf_dynptr *dynptr);
HELPER(void, bpf_ringbuf_discard_dynptr, 200, struct bpf_dynptr *dynptr, u64 flags);

/* ---- open-coded iterators, and loops that the runtime bounds ---- */

struct bpf_iter_num {
    u64 opaque[1];
} __attribute__((aligned(8)));

#define KERNEL_FUNCTION __attribute__((__weak__, section(".ksyms")))
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) KERNEL_FUNCTION;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) KERNEL_FUNCTION;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) KERNEL_FUNCTION;

/* for (i = start; i < end; i++), where the verifier need not follow every turn. */
#define bpf_for(i, start, end)                                                                                 \
    for (struct bpf_iter_num it_##i __attribute__((cleanup(bpf_iter_num_destroy))),                            \
         *again_##i __attribute__((unused)) = (bpf_iter_num_new(&it_##i, (start), (end)),                      \
                                               (void)bpf_iter_num_destroy, (void *)0);                         \
         ({                                                                                                    \
             int *next_##i = bpf_iter_num_next(&it_##i);                                                       \
             (i) = next_##i ? *next_##i : 0;                                                                   \
             next_##i && (i) >= (start) && (i) < (end);                                                        \
         });)

/* True until the runtime has had enough: the instruction may_goto, by its bytes, because old assemblers lack it. */
#define can_loop                                                                                               \
    ({                                                                                                         \
        __label__ leave, stay;                                                                                 \
        int go_on = 1;                                                                                         \
        asm volatile goto("1: .byte 0xe5; .byte 0; .long ((%l[leave] - 1b - 8) / 8) & 0xffff; .short 0"        \
                          :                                                                                    \
                          :                                                                                    \
                          :                                                                                    \
                          : leave);                                                                            \
        goto stay;                                                                                             \
    leave:                                                                                                     \
        go_on = 0;                                                                                             \
    stay:;                                                                                                     \
        go_on;                                                                                                 \
    })

/* ---- contexts ---- */

struct __sk_buff {
    u32 len;
    u32 pkt_type;
    u32 mark;
    u32 queue_mapping;
    u32 protocol;
    u32 vlan_present;
    u32 vlan_tci;
    u32 vlan_proto;
    u32 priority;
    u32 ingress_ifindex;
    u32 ifindex;
    u32 tc_index;
    u32 cb[5];
    u32 hash;
    u32 tc_classid;
    u32 data;
    u32 data_end;
    u32 napi_id;
    u32 family;
    u32 remote_ip4;
    u32 local_ip4;
    u32 remote_ip6[4];
    u32 local_ip6[4];
    u32 remote_port;
    u32 local_port;
    u32 data_meta;
    u64 flow_keys;
    u64 tstamp;
    u32 wire_len;
    u32 gso_segs;
    struct bpf_sock *sk;
    u32 gso_size;
    u8 tstamp_type;
    u64 hwtstamp;
};

struct xdp_md {
    u32 data;
    u32 data_end;
    u32 data_meta;
    u32 ingress_ifindex;
    u32 rx_queue_index;
    u32 egress_ifindex;
};

struct bpf_sock {
    u32 bound_dev_if;
    u32 family;
    u32 type;
    u32 protocol;
    u32 mark;
    u32 priority;
    u32 src_ip4;
    u32 src_ip6[4];
    u32 src_port;
    be16 dst_port;
    u16 padding;
    u32 dst_ip4;
    u32 dst_ip6[4];
    u32 state;
    s32 rx_queue_mapping;
};

struct bpf_sock_tuple {
    be32 saddr;
    be32 daddr;
    be16 sport;
    be16 dport;
};

struct bpf_sock_addr {
    u32 user_family;
    u32 user_ip4;
    u32 user_ip6[4];
    u32 user_port;
    u32 family;
    u32 type;
    u32 protocol;
    u32 msg_src_ip4;
    u32 msg_src_ip6[4];
    struct bpf_sock *sk;
};

struct bpf_cgroup_dev_ctx {
    u32 access_type;
    u32 major;
    u32 minor;
};

struct bpf_sockopt {
    struct bpf_sock *sk;
    void *optval;
    void *optval_end;
    s32 level;
    s32 optname;
    s32 optlen;
    s32 retval;
};

struct bpf_raw_tracepoint_args {
    u64 args[1];
};

/* The registers of x86-64. */
struct pt_regs {
    u64 r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi, orig_rax, rip, cs, eflags, rsp, ss;
};

enum { TC_ACT_OK = 0, TC_ACT_SHOT = 2, TC_ACT_REDIRECT = 7 };
enum { XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX, XDP_REDIRECT };

/* ---- packets ---- */

struct ethhdr {
    u8 to[6];
    u8 from[6];
    be16 protocol;
} packed;

struct vlanhdr {
    be16 tci;
    be16 protocol;
};

struct iphdr {
    u8 ihl : 4;
    u8 version : 4;
    u8 tos;
    be16 length;
    be16 id;
    be16 fragment;
    u8 ttl;
    u8 protocol;
    u16 check;
    be32 saddr;
    be32 daddr;
};

struct ipv6hdr {
    be32 flow;
    be16 length;
    u8 next;
    u8 hops;
    u32 saddr[4];
    u32 daddr[4];
};

struct tcphdr {
    be16 source;
    be16 dest;
    be32 seq;
    be32 ack_seq;
    u16 res1 : 4, doff : 4, fin : 1, syn : 1, rst : 1, psh : 1, ack : 1, urg : 1, ece : 1, cwr : 1;
    be16 window;
    u16 check;
    be16 urgent;
};

struct udphdr {
    be16 source;
    be16 dest;
    be16 length;
    u16 check;
};

#define ETH_P_IP 0x0800
#define ETH_P_8021Q 0x8100
#define ETH_P_8021AD 0x88a8
#define ETH_P_IPV6 0x86dd
#define PROTO_TCP 6
#define PROTO_UDP 17

#define packet_start(context) ((void *)(long)(context)->data)
#define packet_end(context) ((void *)(long)(context)->data_end)

#ifndef PROGRAM_LICENSE
#define PROGRAM_LICENSE "GPL"
#endif
static char LICENSE[] SEC("license") = PROGRAM_LICENSE;

#endif
