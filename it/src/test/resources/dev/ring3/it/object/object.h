// What the sources here need of the headers that BPF programs usually include.
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

#define SEC(name) __attribute__((section(name), used))
#define NOINLINE __attribute__((noinline))
#define RELOCATED __attribute__((preserve_access_index))

static void *(*const map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const tail_call)(void *context, void *programs, u32 index) = (void *)12;
