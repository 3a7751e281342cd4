/* Programs for tests.yml beside it; no headers are needed. SPDX-License-Identifier: CC0-1.0 */
typedef unsigned int u32;
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int(*name)[value]
#define __type(name, value) typeof(value) *name
#define __array(name, value) typeof(value) *name[]

static void *(*lookup)(void *map, const void *key) = (void *)1;
static long (*update_elem)(void *map, const void *key, const void *value, unsigned long flags) = (void *)2;
static u32 (*random32)(void) = (void *)7;
static long (*tail_call)(void *context, void *map, u32 index) = (void *)12;
static long (*ring_output)(void *map, void *data, unsigned long bytes, unsigned long flags) = (void *)130;

struct {
    __uint(type, 1); /* hash */
    __uint(max_entries, 64);
    __type(key, u32);
    __type(value, u32);
} table SEC(".maps");

struct {
    __uint(type, 6); /* per-CPU array */
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, u32);
} runs SEC(".maps");

struct {
    __uint(type, 12); /* array of maps */
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, u32);
    __array(values, typeof(table));
} outer SEC(".maps") = {.values = {&table}};

struct {
    __uint(type, 27); /* ring buffer */
    __uint(max_entries, 4096);
} ring SEC(".maps");

int callee(void *context);

struct {
    __uint(type, 3); /* programs */
    __uint(max_entries, 2);
    __uint(key_size, 4);
    __array(values, int(void *));
} programs SEC(".maps") = {.values = {[1] = (void *)&callee}};

static u32 next_key; /* in .bss */

SEC("xdp/nothing") int nothing(void *context) { return 0; }

SEC("sockops/prepare") int prepare(void *context) {
    u32 key = next_key++ % 64;
    return update_elem(&table, &key, &key, 0);
}

SEC("sockops/read") int read(void *context) {
    u32 zero = 0, key = random32() % 64;
    u32 *count = lookup(&runs, &zero);
    if (count) {
        *count += 1;
    }
    return lookup(&table, &key) ? 0 : 1;
}

SEC("sockops/update") int update(void *context) {
    u32 key = random32() % 64;
    return update_elem(&table, &key, &key, 0);
}

SEC("xdp/nested") int nested(void *context) {
    u32 zero = 0, key = random32() % 64;
    void *inner = lookup(&outer, &zero);
    return inner && lookup(inner, &key) ? 0 : 1;
}

SEC("xdp/output") int output(void *context) {
    char record[96] = {1};
    return ring_output(&ring, record, sizeof(record), 1) ? 1 : 0;
}

SEC("xdp/callee") int callee(void *context) { return 7; }

SEC("xdp/caller") int caller(void *context) {
    tail_call(context, &programs, 1);
    return 1;
}

SEC("tc/length") int length(void *context) { return *(u32 *)context; } /* len of struct __sk_buff */

SEC("xdp/refused") int refused(void *context) { return *(volatile int *)0; } /* no test runs it */

char license_text[] SEC("license") = "Dual MIT/GPL";
