// Maps that objects share, maps of maps, tries, timers and storage, as an object declares them.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int (*name)[value]
#define __type(name, value) typeof(value) *name
#define __array(name, value) typeof(value) *name[]

enum { HASH = 1, ARRAY = 2, LPM_TRIE = 11, ARRAY_OF_MAPS = 12, HASH_OF_MAPS = 13, TASK_STORAGE = 29 };

#ifndef ENTRIES
#define ENTRIES 16
#endif

static void *(*map_lookup)(void *map, const void *key) = (void *)1;
static long (*map_update)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
static void *(*current_task)(void) = (void *)158;
static void *(*task_storage_get)(void *map, void *task, void *value, u64 flags) = (void *)156;
static long (*timer_init)(void *timer, void *map, u64 flags) = (void *)169;
static long (*timer_set_callback)(void *timer, void *callback) = (void *)170;
static long (*timer_start)(void *timer, u64 nanos, u64 flags) = (void *)171;

struct {
    __uint(type, HASH);
    __uint(max_entries, ENTRIES);
    __type(key, u32);
    __type(value, u64);
    __uint(pinning, 1); // LIBBPF_PIN_BY_NAME
} counters SEC(".maps");

struct inner {
    __uint(type, ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u64);
};

struct inner first SEC(".maps");
struct inner second SEC(".maps");

struct {
    __uint(type, ARRAY_OF_MAPS);
    __uint(max_entries, 3);
    __type(key, u32);
    __array(values, struct inner);
} by_index SEC(".maps") = {
    .values = {&first, 0, &second},
};

struct {
    __uint(type, HASH_OF_MAPS);
    __uint(max_entries, 3);
    __type(key, u32);
    __array(values, struct inner);
} by_key SEC(".maps");

struct prefix {
    u32 bits;
    u8 address[4];
};

struct {
    __uint(type, LPM_TRIE);
    __uint(max_entries, 8);
    __uint(map_flags, 1); // BPF_F_NO_PREALLOC
    __type(key, struct prefix);
    __type(value, u64);
} routes SEC(".maps");

struct bpf_timer {
    u64 opaque[2];
} __attribute__((aligned(8)));

struct timed {
    u64 calls;
    struct bpf_timer timer;
};

struct {
    __uint(type, ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, struct timed);
} timers SEC(".maps");

struct {
    __uint(type, TASK_STORAGE);
    __uint(map_flags, 1); // BPF_F_NO_PREALLOC
    __type(key, int);
    __type(value, u64);
} tasks SEC(".maps");

SEC("memory")
u64 count(u8 *data, u64 length)
{
    if (length < 1)
        return 0;
    u32 key = data[0];
    u64 one = 1;
    u64 *value = map_lookup(&counters, &key);
    if (!value) {
        map_update(&counters, &key, &one, 0);
        return 1;
    }
    return __sync_fetch_and_add(value, 1) + 1;
}

static u64 add(void *outer, u32 key, u32 index)
{
    void *map = map_lookup(outer, &key);
    if (!map)
        return -1;
    u64 *value = map_lookup(map, &index);
    if (!value)
        return -2;
    return *value += index + 1;
}

SEC("memory")
u64 add_by_index(u8 *data, u64 length)
{
    return length < 2 ? 0 : add(&by_index, data[0], data[1]);
}

SEC("memory")
u64 add_by_key(u8 *data, u64 length)
{
    return length < 2 ? 0 : add(&by_key, data[0], data[1]);
}

SEC("memory")
u64 route(u8 *data, u64 length)
{
    if (length < 4)
        return 0;
    struct prefix prefix = {32, {data[0], data[1], data[2], data[3]}};
    u64 *value = map_lookup(&routes, &prefix);
    return value ? *value : 0;
}

static int tick(void *map, u32 *key, struct timed *value)
{
    __sync_fetch_and_add(&value->calls, *key + 1);
    return 0;
}

SEC("memory")
u64 start(void)
{
    u32 key = 0;
    struct timed *value = map_lookup(&timers, &key);
    if (!value)
        return -1;
    long result = timer_init(&value->timer, &timers, 1);
    result += timer_set_callback(&value->timer, tick);
    return result + timer_start(&value->timer, 1000, 0);
}

SEC("memory")
u64 task(void)
{
    u64 *value = task_storage_get(&tasks, current_task(), 0, 1);
    return value ? ++*value : 0;
}

