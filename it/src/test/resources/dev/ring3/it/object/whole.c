// Everything that an object file may hold at once: several sections and functions, maps by BTF, every kind of data.
#include "object.h"

struct counter {
    u32 hits;
    u64 bytes;
};

struct {
    int (*type)[2];
    int (*max_entries)[4];
    u32 *key;
    struct counter *value;
} counters SEC(".maps");

u64 tail_target(u8 *data, u64 length);

struct {
    int (*type)[3];
    int (*max_entries)[2];
    int (*key_size)[4];
    u64 (*values[])(u8 *, u64);
} jumps SEC(".maps") = {.values = {[1] = tail_target}};

const volatile u32 factor = 3;
u64 total = 40;
u64 seen;
extern u64 host_double(u64 value) __attribute__((section(".ksyms")));

static NOINLINE u64 weigh(u8 *data, u64 length) {
    u64 sum = 0;
    for (u64 i = 0; i < length; i++)
        sum += data[i] * factor;
    return sum;
}

NOINLINE u64 weigh_twice(u8 *data, u64 length) { return weigh(data, length) + weigh(data, length); }

// Calls into .text, which calls on; reads .rodata, changes .data and .bss.
SEC("first") u64 sum(u8 *data, u64 length) {
    seen += length;
    total += weigh_twice(data, length);
    return total;
}

// A second program of the same section.
SEC("first") u64 look(u8 *data, u64 length) {
    static const char digits[] = "0123456789abcdef";
    return seen << 8 | digits[data[0] & 15];
}

SEC("second") u64 count(u8 *data, u64 length) {
    u32 key = data[0];
    struct counter *found = map_lookup_elem(&counters, &key);
    if (!found)
        return -1;
    __sync_fetch_and_add(&found->hits, 1);
    found->bytes += length;
    return found->hits * 1000 + found->bytes;
}

SEC("second") u64 tail_target(u8 *data, u64 length) { return 4711; }

SEC("third") u64 jump(u8 *data, u64 length) {
    tail_call(data, &jumps, data[0]);
    return 1;
}

SEC("third") u64 ask(u8 *data, u64 length) { return host_double(length); }

SEC("third") u64 crash(u8 *data, u64 length) {
    return *(volatile u64 *)(data + 4096); // beyond
}

char license_text[] SEC("license") = "Dual MIT/GPL";
