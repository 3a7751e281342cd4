/*
 * Reads ahead for who reads a file at equal distances, however far: a column of a matrix, the header of each block. The cache
 * itself knows distances up to a mebibyte. Three reads at the same distance from each other are a stride; then the next eight
 * places are brought in, and so on when half of them have been read.
 */
#include "ring3.h"

#define AHEAD 8
#define SURE 2
#define FILES_MAX 4096

struct file {
    __u64 subvolume, ino;
};

struct stride {
    __u64 step;      /* from a read to the next, in bytes */
    __u64 last;      /* where the last read was that was not in memory, or halfway through what was brought in */
    __u64 edge;      /* the last place that was brought in */
    __u64 length;    /* of a read */
    __u32 times;     /* how often the step was seen */
    __u32 backward;  /* 1 if it leads to the beginning of the file */
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, FILES_MAX);
    __type(key, struct file);
    __type(value, struct stride);
} strides SEC(".maps");

/* how many places were brought in: ring3 bpf map dump strided-readahead .bss */
__u64 prefetched;

/* how far it is from one place to another; 0 if that lies the other way */
static __u64 way(__u64 from, __u64 to, int backward)
{
    if (backward)
        return from > to ? from - to : 0;
    return to > from ? to - from : 0;
}

static void bring_in(struct stride *stride, __u64 at)
{
    __u64 place = stride->times > SURE && way(at, stride->edge, stride->backward) ? stride->edge : at;

    for (int i = 0; i < AHEAD; i++) {
        __u64 next = stride->backward ? place - stride->step : place + stride->step;

        if (way(at, next, stride->backward) == 0 || way(at, next, stride->backward) > stride->step * (AHEAD + AHEAD / 2))
            break;
        if (ring3_prefetch(next, stride->length))
            break;
        place = next;
        __sync_fetch_and_add(&prefetched, 1);
    }
    stride->edge = place;
}

SEC("cache/readahead") int readahead(struct ring3_cache *cache)
{
    struct file file = {cache->subvolume, cache->ino};
    struct stride *stride = bpf_map_lookup_elem(&strides, &file);
    struct stride first = {.last = cache->offset, .length = cache->length};
    __u64 done;

    /* what the cache can make something of itself */
    if (cache->pattern != RING3_PATTERN_RANDOM)
        return cache->usual_window;
    if (!stride) {
        bpf_map_update_elem(&strides, &file, &first, BPF_ANY);
        return 0;
    }
    if (cache->offset == stride->last)
        return 0;
    /* once it is sure, reads between that were in memory are not told */
    done = way(stride->last, cache->offset, stride->backward);
    if (stride->step && done && done % stride->step == 0 &&
        done / stride->step <= (stride->times >= SURE ? 2 * AHEAD : 1)) {
        stride->times++;
    } else {
        stride->backward = cache->offset < stride->last;
        stride->step = way(stride->last, cache->offset, stride->backward);
        stride->times = 1;
    }
    stride->last = cache->offset;
    if (!cache->hit)
        stride->length = cache->length;
    if (stride->times >= SURE)
        bring_in(stride, cache->offset);
    return 0;
}
