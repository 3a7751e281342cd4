/*
 * cache_ext.h: the names of cache_ext (SOSP 2025) for policies that were written for it. Include it in place of the kernel's
 * headers, after ring3.h, then:
 *   - name each callback once, behind its definition: CACHE_EXT_CALLBACK(of_an_iteration), CACHE_EXT_SCORE(of_a_sample)
 *   - name the operations once, at the end: CACHE_EXT_OPS(init, evict_folios, folio_added, folio_accessed, folio_evicted)
 * A struct folio * is a number here, good as a key of a map and for these functions; nothing can be read through it. There is
 * one list of pages for all, so a struct mem_cgroup * is always 0. folio_accessed is told one access in 64: policies that
 * count should ask folio_visits(), which has them all, up to 3.
 */
#ifndef RING3_CACHE_EXT_H
#define RING3_CACHE_EXT_H

struct folio;
struct mem_cgroup;

#if !defined(bool) && (!defined(__STDC_VERSION__) || __STDC_VERSION__ < 202311L)
#define bool _Bool
#define true 1
#define false 0
#endif

#define BPF_STRUCT_OPS(name, args...) name(args)
#define BPF_STRUCT_OPS_SLEEPABLE(name, args...) name(args)

#define CACHE_EXT_CONTINUE_ITER RING3_CONTINUE
#define CACHE_EXT_EVICT_NODE RING3_EVICT
#define CACHE_EXT_SKIP_NODE RING3_SKIP
#define CACHE_EXT_STOP_ITER RING3_STOP

/* in continue_list and evict_list: the list itself; in the modes: which end, or where it is */
#define CACHE_EXT_ITERATE_SELF 0
#define CACHE_EXT_ITERATE_HEAD 1
#define CACHE_EXT_ITERATE_TAIL 2

#define cache_ext_eviction_ctx ring3_cache
#define request_nr_folios_to_evict requested
#define nr_folios_to_evict proposed

struct cache_ext_list_node {
    struct folio *folio;
};

struct cache_ext_iterate_opts {
    __u64 continue_list;
    __u64 continue_mode;
    __u64 evict_list;
    __u64 evict_mode;
    __u64 nr_folios_continue; /* set: how many went on */
};

struct sampling_options {
    __u32 sample_size;
};

#define CACHE_EXT_FOLIO(folio) ((__u32)(unsigned long)(folio))

#define bpf_cache_ext_ds_registry_new_list(memcg) ring3_list_new()
#define bpf_cache_ext_list_add(list, folio) ring3_list_add(list, CACHE_EXT_FOLIO(folio), RING3_HEAD)
#define bpf_cache_ext_list_add_tail(list, folio) ring3_list_add(list, CACHE_EXT_FOLIO(folio), RING3_TAIL)
#define bpf_cache_ext_list_move(list, folio, tail) \
    ring3_list_move(list, CACHE_EXT_FOLIO(folio), (tail) ? RING3_TAIL : RING3_HEAD)
#define bpf_cache_ext_list_del(folio) ring3_list_del(CACHE_EXT_FOLIO(folio))

#define CACHE_EXT_CALLBACK(name)                                                 \
    static long name##_of_ring3(__u64 folio, void *unused)                       \
    {                                                                            \
        struct cache_ext_list_node node = {(struct folio *)(unsigned long)folio}; \
        return name(0, &node);                                                   \
    }

#define CACHE_EXT_SCORE(name)                                                    \
    static long name##_of_ring3(__u64 folio, void *unused)                       \
    {                                                                            \
        struct cache_ext_list_node node = {(struct folio *)(unsigned long)folio}; \
        return name(&node);                                                      \
    }

#define bpf_cache_ext_list_iterate(memcg, list, callback, ctx) \
    ring3_list_iterate(ctx, list, callback##_of_ring3, 0,      \
                       &(struct ring3_iterate){.continue_to = RING3_STAY, .evict_to = RING3_TAIL})
#define bpf_cache_ext_list_iterate_extended(memcg, list, callback, opts, ctx)                                         \
    ({                                                                                                                \
        struct cache_ext_iterate_opts *cache_ext_opts = (opts);                                                       \
        struct ring3_iterate cache_ext_how = {                                                                        \
            .continue_list = cache_ext_opts->continue_list,                                                           \
            .evict_list = cache_ext_opts->evict_list,                                                                 \
            .continue_to = cache_ext_opts->continue_mode == CACHE_EXT_ITERATE_TAIL   ? RING3_TAIL                     \
                           : cache_ext_opts->continue_mode == CACHE_EXT_ITERATE_HEAD ? RING3_HEAD                     \
                                                                                     : RING3_STAY,                    \
            .evict_to = cache_ext_opts->evict_mode == CACHE_EXT_ITERATE_TAIL   ? RING3_TAIL                           \
                        : cache_ext_opts->evict_mode == CACHE_EXT_ITERATE_HEAD ? RING3_HEAD                           \
                                                                               : RING3_STAY,                          \
            .folios_max = 4096,                                                                                       \
        };                                                                                                            \
        long cache_ext_kept = ring3_list_iterate(ctx, list, callback##_of_ring3, 0, &cache_ext_how);                  \
        cache_ext_opts->nr_folios_continue = cache_ext_kept > 0 ? cache_ext_kept : 0;                                 \
        cache_ext_kept < 0 ? -1 : 0;                                                                                  \
    })
#define bpf_cache_ext_list_sample(memcg, list, score, opts, ctx) \
    ring3_list_sample(ctx, list, score##_of_ring3, 0, (opts)->sample_size)

static inline struct ring3_folio cache_ext_facts(struct folio *folio)
{
    struct ring3_folio facts;

    ring3_folio_get(CACHE_EXT_FOLIO(folio), &facts, sizeof(facts));
    return facts;
}

#define folio_index(folio) (cache_ext_facts(folio).offset >> 12)
#define folio_nr_pages(folio) ((long)(cache_ext_facts(folio).length >> 12))
#define folio_test_dirty(folio) (!!(cache_ext_facts(folio).flags & RING3_FOLIO_DIRTY))
#define folio_test_writeback(folio) (!!(cache_ext_facts(folio).flags & RING3_FOLIO_WRITEBACK))
#define folio_test_uptodate(folio) 1
#define folio_test_lru(folio) 1
#define folio_visits(folio) ring3_folio_visits(CACHE_EXT_FOLIO(folio))

#define CACHE_EXT_OPS(init_op, evict_op, added_op, accessed_op, evicted_op)                                            \
    SEC("cache/init") int cache_ext_init(struct ring3_cache *cache) { return init_op((struct mem_cgroup *)0); }        \
    SEC("cache/evict") int cache_ext_evict(struct ring3_cache *cache)                                                  \
    {                                                                                                                  \
        evict_op(cache, (struct mem_cgroup *)0);                                                                       \
        return 0;                                                                                                      \
    }                                                                                                                  \
    SEC("cache/added") int cache_ext_added(struct ring3_cache *cache)                                                  \
    {                                                                                                                  \
        added_op((struct folio *)(unsigned long)cache->folio);                                                         \
        return 0;                                                                                                      \
    }                                                                                                                  \
    SEC("cache/accessed") int cache_ext_accessed(struct ring3_cache *cache)                                            \
    {                                                                                                                  \
        accessed_op((struct folio *)(unsigned long)cache->folio);                                                      \
        return 0;                                                                                                      \
    }                                                                                                                  \
    SEC("cache/removed") int cache_ext_removed(struct ring3_cache *cache)                                              \
    {                                                                                                                  \
        evicted_op((struct folio *)(unsigned long)cache->folio);                                                       \
        return 0;                                                                                                      \
    }

#endif
