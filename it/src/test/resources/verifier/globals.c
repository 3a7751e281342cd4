/* Global data: constants, switches set before loading, counters, buffers. */
#include "corpus.h"

const volatile u32 sampling = 0;
const volatile u32 wanted_port = 443;
const u8 weights[16] = {1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 1, 2, 3};
const volatile u64 limits[4] = {10, 20, 30, 40};
u64 packets = 0;
u64 bytes_by_kind[8];
u32 start_value = 17;
u8 text_buffer[128];
static volatile u64 hidden = 5;

struct settings {
    u8 mode;
    u32 rate;
    u64 burst;
} settings = {1, 100, 1000};

// accept
SEC("tc")
int counts_packets(struct __sk_buff *skb) {
    packets++;
    bytes_by_kind[skb->pkt_type & 7] += skb->len;
    return TC_ACT_OK;
}

// accept
SEC("tc")
int switch_is_off(struct __sk_buff *skb) {
    if (sampling) {
        // Not reached while the switch is 0: the verifier need not look.
        return *(volatile u32 *)(long)skb->hash;
    }
    return TC_ACT_OK;
}

// accept
SEC("tc")
int initial_value(struct __sk_buff *skb) {
    start_value = start_value * 31 + skb->len;
    return start_value;
}

// accept
SEC("tc")
int constants_by_index(struct __sk_buff *skb) {
    return weights[skb->hash & 15] + limits[skb->mark & 3];
}

// refuse out-of-bounds: neither the 8 counters nor all variables together have 256 words
SEC("tc")
int counter_index_too_large(struct __sk_buff *skb) {
    bytes_by_kind[skb->pkt_type & 255] += 1;
    return TC_ACT_OK;
}

// refuse read-only: constants stay what they are
SEC("tc")
int constant_written(struct __sk_buff *skb) {
    u32 *port = (u32 *)&wanted_port;
    opaque(port);
    *port = 80;
    return TC_ACT_OK;
}

// accept
SEC("tc")
int structure(struct __sk_buff *skb) {
    if (settings.mode == 1 && skb->len > settings.rate) {
        settings.burst--;
    }
    return settings.burst ? TC_ACT_OK : TC_ACT_SHOT;
}

// accept
SEC("tc")
int static_variable(struct __sk_buff *skb) {
    hidden += skb->len;
    return hidden & 1;
}

// accept
SEC("tc")
int buffer_filled(struct __sk_buff *skb) {
    u32 length = skb->len;
    if (length > sizeof(text_buffer)) {
        length = sizeof(text_buffer);
    }
    for (u32 i = 0; i < length; i++) {
        text_buffer[i] = i;
    }
    return text_buffer[skb->hash & 127];
}

// accept
SEC("tc")
int constant_bounds_loop(struct __sk_buff *skb) {
    u64 sum = 0;
    for (u64 i = 0; i < limits[0]; i++) {
        sum += weights[i];
    }
    return sum;
}

// accept
SEC("tc")
int switch_of_many(struct __sk_buff *skb) {
    switch (skb->protocol) {
    case 0x0008:
        return 1;
    case 0xdd86:
        return 2;
    case 0x0608:
        return 3;
    case 0x0081:
        return 4;
    case 0xa888:
        return 5;
    case 0x4788:
        return 6;
    default:
        return TC_ACT_OK;
    }
}

// accept
SEC("tc")
int switch_to_table(struct __sk_buff *skb) {
    switch (skb->mark) {
    case 0:
        return 11;
    case 1:
        return 7;
    case 2:
        return 23;
    case 3:
        return 5;
    case 4:
        return 42;
    case 5:
        return 1;
    case 6:
        return 99;
    default:
        return 0;
    }
}

// accept
SEC("tc")
int global_counted_atomically(struct __sk_buff *skb) {
    __sync_fetch_and_add(&packets, 1);
    return TC_ACT_OK;
}
