/*
 * A policy of the page cache that scans do not hurt: S3-FIFO (Yang and others, "FIFO queues are all you need for cache
 * eviction", SOSP 2023), as the cache has it built in, to begin a policy of one's own with.
 *
 * What is new waits in the small queue, a tenth of the cache, and goes on to the main queue only if it was read again
 * meanwhile. What the small queue lets go is remembered for as many evictions as the main queue has folios; what comes back
 * so soon goes to the main queue at once. In the main queue each read, up to three, earns another round.
 */
#include "ring3.h"

#define SMALL_PERCENT 10
#define VISITS_MAX 3
#define GHOSTS_MAX 262144

/* what is new is put to the tail; what has waited longest is at the head */
__u64 small_queue, main_queue;

/* what was evicted from the small queue, and as the how manieth */
struct place {
    __u64 subvolume, ino, offset;
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, GHOSTS_MAX);
    __type(key, struct place);
    __type(value, __u64);
} ghosts SEC(".maps");

__u64 evictions;

SEC("cache/init") int init(struct ring3_cache *cache)
{
    small_queue = ring3_list_new();
    main_queue = ring3_list_new();
    return small_queue && main_queue ? 0 : -ENOMEM;
}

SEC("cache/added") int added(struct ring3_cache *cache)
{
    struct place place = {cache->subvolume, cache->ino, cache->offset};
    __u64 *evicted = bpf_map_lookup_elem(&ghosts, &place);
    __u64 queue = small_queue;

    if (evicted) {
        if ((long)(evictions - *evicted) <= ring3_list_length(main_queue))
            queue = main_queue;
        bpf_map_delete_elem(&ghosts, &place);
    }
    ring3_list_add(queue, cache->folio, RING3_TAIL);
    return 0;
}

SEC("cache/removed") int removed(struct ring3_cache *cache)
{
    struct place place = {cache->subvolume, cache->ino, cache->offset};

    if (cache->removal == RING3_REMOVAL_RECLAIM && ring3_folio_list(cache->folio) == small_queue) {
        evictions++;
        bpf_map_update_elem(&ghosts, &place, &evictions, BPF_ANY);
    }
    return 0;
}

static long of_small(__u64 folio, void *unused)
{
    return ring3_folio_visits(folio) > 0 ? RING3_CONTINUE : RING3_EVICT;
}

/* the note is how many rounds it has left */
static long of_main(__u64 folio, void *unused)
{
    long rounds = ring3_folio_note(folio) + ring3_folio_visits(folio);

    if (rounds <= 0)
        return RING3_EVICT;
    ring3_folio_set_note(folio, (rounds > VISITS_MAX ? VISITS_MAX : rounds) - 1);
    return RING3_CONTINUE;
}

static int wants_more(struct ring3_cache *cache)
{
    return cache->proposed < cache->requested && cache->proposed < 32;
}

SEC("cache/evict") int evict(struct ring3_cache *cache)
{
    struct ring3_iterate from_small = {.continue_list = main_queue, .continue_to = RING3_TAIL, .evict_to = RING3_TAIL};
    struct ring3_iterate from_main = {.continue_to = RING3_TAIL, .evict_to = RING3_TAIL};
    __u64 small_pages = ring3_list_pages(small_queue);
    __u64 share = (small_pages + ring3_list_pages(main_queue)) * SMALL_PERCENT / 100;

    /* what the small queue has beyond its share, then the main queue: after as many rounds nothing of it has any left */
    if (small_pages > share) {
        from_small.folios_max = small_pages - share;
        ring3_list_iterate(cache, small_queue, of_small, 0, &from_small);
    }
    for (int i = 0; i <= VISITS_MAX && wants_more(cache); i++)
        ring3_list_iterate(cache, main_queue, of_main, 0, &from_main);
    if (wants_more(cache)) {
        from_small.folios_max = 0;
        ring3_list_iterate(cache, small_queue, of_small, 0, &from_small);
    }
    return 0;
}
