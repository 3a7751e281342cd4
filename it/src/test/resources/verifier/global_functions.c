/* Functions that are not static, which Linux verifies on their own. */
#include "corpus.h"

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 16);
    __type(key, u32);
    __type(value, u64);
} counters SEC(".maps");

noinline int counts(u32 kind) {
    kind &= 15;
    u64 *counter = bpf_map_lookup_elem(&counters, &kind);
    if (!counter) {
        return -1;
    }
    (*counter)++;
    return *counter & 0xff;
}

// accept
SEC("tc")
int global_function(struct __sk_buff *skb) {
    return counts(skb->pkt_type);
}

noinline int port_of(struct __sk_buff *skb) {
    void *data = packet_start(skb), *end = packet_end(skb);
    if (data + 38 > end) {
        return 0;
    }
    return *(u16 *)(data + 36);
}

// accept
SEC("tc")
int global_function_given_context(struct __sk_buff *skb) {
    return port_of(skb) == 80 ? TC_ACT_SHOT : TC_ACT_OK;
}

noinline int total(const u64 *numbers) {
    u64 sum = 0;
    for (int i = 0; i < 4; i++) {
        sum += numbers[i];
    }
    return sum + bpf_get_prandom_u32();
}

// accept
SEC("tc")
int global_function_given_stack(struct __sk_buff *skb) {
    u64 numbers[4] = {1, 2, 3, skb->len};
    return total(numbers);
}

noinline int element(u32 index) {
    opaque(index);
    return index < 100 ? index : 0;
}

const u8 primes[100] = {2, 3, 5, 7, 11};

// accept
SEC("tc")
int global_function_bounds_result(struct __sk_buff *skb) {
    int index = element(skb->len);
    return primes[index];
}

__attribute__((weak)) noinline int may_be_replaced(u32 number) {
    opaque(number);
    return number & 7;
}

// accept
SEC("tc")
int weak_function(struct __sk_buff *skb) {
    return may_be_replaced(skb->len);
}
