package dev.ring3.bpf.kernel;

import static dev.ring3.bpf.kernel.MapTypes.ARRAY;
import static dev.ring3.bpf.kernel.MapTypes.ARRAY_OF_MAPS;
import static dev.ring3.bpf.kernel.MapTypes.BLOOM_FILTER;
import static dev.ring3.bpf.kernel.MapTypes.CGROUP_STORAGE;
import static dev.ring3.bpf.kernel.MapTypes.CGRP_STORAGE;
import static dev.ring3.bpf.kernel.MapTypes.CPUMAP;
import static dev.ring3.bpf.kernel.MapTypes.DEVMAP;
import static dev.ring3.bpf.kernel.MapTypes.DEVMAP_HASH;
import static dev.ring3.bpf.kernel.MapTypes.HASH;
import static dev.ring3.bpf.kernel.MapTypes.HASH_OF_MAPS;
import static dev.ring3.bpf.kernel.MapTypes.INODE_STORAGE;
import static dev.ring3.bpf.kernel.MapTypes.LPM_TRIE;
import static dev.ring3.bpf.kernel.MapTypes.LRU_HASH;
import static dev.ring3.bpf.kernel.MapTypes.LRU_PERCPU_HASH;
import static dev.ring3.bpf.kernel.MapTypes.PERCPU_ARRAY;
import static dev.ring3.bpf.kernel.MapTypes.PERCPU_CGROUP_STORAGE;
import static dev.ring3.bpf.kernel.MapTypes.PERCPU_HASH;
import static dev.ring3.bpf.kernel.MapTypes.PERF_EVENT_ARRAY;
import static dev.ring3.bpf.kernel.MapTypes.PROG_ARRAY;
import static dev.ring3.bpf.kernel.MapTypes.QUEUE;
import static dev.ring3.bpf.kernel.MapTypes.RINGBUF;
import static dev.ring3.bpf.kernel.MapTypes.SK_STORAGE;
import static dev.ring3.bpf.kernel.MapTypes.SOCKHASH;
import static dev.ring3.bpf.kernel.MapTypes.SOCKMAP;
import static dev.ring3.bpf.kernel.MapTypes.STACK;
import static dev.ring3.bpf.kernel.MapTypes.STACK_TRACE;
import static dev.ring3.bpf.kernel.MapTypes.TASK_STORAGE;
import static dev.ring3.bpf.kernel.MapTypes.USER_RINGBUF;
import static dev.ring3.bpf.kernel.MapTypes.XSKMAP;
import static dev.ring3.bpf.kernel.Terms.ALLOCATION;
import static dev.ring3.bpf.kernel.Terms.ALLOCATION_SIZE;
import static dev.ring3.bpf.kernel.Terms.ANYTHING;
import static dev.ring3.bpf.kernel.Terms.CALLBACK;
import static dev.ring3.bpf.kernel.Terms.CALLBACK_CONTEXT;
import static dev.ring3.bpf.kernel.Terms.CONTEXT;
import static dev.ring3.bpf.kernel.Terms.GPL;
import static dev.ring3.bpf.kernel.Terms.KEY;
import static dev.ring3.bpf.kernel.Terms.MAP;
import static dev.ring3.bpf.kernel.Terms.MEMORY;
import static dev.ring3.bpf.kernel.Terms.NOTHING;
import static dev.ring3.bpf.kernel.Terms.NUMBER;
import static dev.ring3.bpf.kernel.Terms.OUTPUT;
import static dev.ring3.bpf.kernel.Terms.PACKET;
import static dev.ring3.bpf.kernel.Terms.SIZE;
import static dev.ring3.bpf.kernel.Terms.SIZE_OR_ZERO;
import static dev.ring3.bpf.kernel.Terms.SOCKET;
import static dev.ring3.bpf.kernel.Terms.SPIN_LOCK;
import static dev.ring3.bpf.kernel.Terms.TASK;
import static dev.ring3.bpf.kernel.Terms.TIMER;
import static dev.ring3.bpf.kernel.Terms.UNSUPPORTED;
import static dev.ring3.bpf.kernel.Terms.VALUE;
import static dev.ring3.bpf.kernel.Terms.VALUE_OR_NULL;
import static dev.ring3.bpf.kernel.Terms.VALUE_OUTPUT;

import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.Result;

/** Helpers that work on maps and what is in them. Which maps each takes: {@code check_map_func_compatibility}. */
final class MapHelpers {
    /** Maps whose values programs look up. */
    private static final Integer[] LOOKUP = {
        HASH, ARRAY, PERCPU_HASH, PERCPU_ARRAY, LRU_HASH, LRU_PERCPU_HASH, LPM_TRIE,
        ARRAY_OF_MAPS, HASH_OF_MAPS, DEVMAP, DEVMAP_HASH, XSKMAP, SOCKMAP, SOCKHASH
    };

    /** Maps that programs change by key; sockets get into maps by calls of their own. */
    private static final Integer[] UPDATE = {HASH, ARRAY, PERCPU_HASH, PERCPU_ARRAY, LRU_HASH, LRU_PERCPU_HASH, LPM_TRIE
    };

    private static final Integer[] DELETE = {
        HASH, ARRAY, PERCPU_HASH, PERCPU_ARRAY, LRU_HASH, LRU_PERCPU_HASH, LPM_TRIE, SOCKMAP, SOCKHASH
    };

    private static final Integer[] FOR_EACH = {HASH, ARRAY, PERCPU_HASH, PERCPU_ARRAY, LRU_HASH, LRU_PERCPU_HASH};

    private MapHelpers() {}

    static void addTo(HelperTable table) {
        table.add(1, "bpf_map_lookup_elem", VALUE_OR_NULL, MAP, KEY)
                .with(PACKET, Effect.READS_MAP)
                .onMaps(LOOKUP);
        table.add(2, "bpf_map_update_elem", NUMBER, MAP, KEY, VALUE, ANYTHING)
                .with(PACKET, Effect.WRITES_MAP)
                .onMaps(UPDATE);
        table.add(3, "bpf_map_delete_elem", NUMBER, MAP, KEY)
                .with(PACKET, Effect.WRITES_MAP)
                .onMaps(DELETE);
        table.add(87, "bpf_map_push_elem", NUMBER, MAP, VALUE, ANYTHING)
                .with(PACKET, Effect.WRITES_MAP)
                .onMaps(QUEUE, STACK, BLOOM_FILTER);
        table.add(88, "bpf_map_pop_elem", NUMBER, MAP, VALUE_OUTPUT)
                .with(Effect.READS_MAP, Effect.WRITES_MAP)
                .onMaps(QUEUE, STACK);
        table.add(89, "bpf_map_peek_elem", NUMBER, MAP, VALUE_OUTPUT)
                .with(Effect.READS_MAP)
                .onMaps(QUEUE, STACK, BLOOM_FILTER);
        table.add(195, "bpf_map_lookup_percpu_elem", VALUE_OR_NULL, MAP, KEY, ANYTHING)
                .with(PACKET, Effect.READS_MAP)
                .onMaps(PERCPU_ARRAY, PERCPU_HASH, LRU_PERCPU_HASH);
        flow(table);
        events(table);
        storage(table);
        locksAndTimers(table);
    }

    private static void flow(HelperTable table) {
        table.add(12, "bpf_tail_call", NOTHING, CONTEXT, MAP, ANYTHING)
                .with(Effect.TAIL_CALL)
                .onMaps(PROG_ARRAY);
        table.add(51, "bpf_redirect_map", NUMBER, MAP, ANYTHING, ANYTHING).onMaps(DEVMAP, DEVMAP_HASH, CPUMAP, XSKMAP);
        table.add(164, "bpf_for_each_map_elem", NUMBER, MAP, CALLBACK, CALLBACK_CONTEXT, ANYTHING)
                .with(Effect.CALLS_FOR_EACH_ELEMENT, Effect.READS_MAP)
                .onMaps(FOR_EACH);
    }

    /** Maps through which data reaches user space. */
    private static void events(HelperTable table) {
        table.add(22, "bpf_perf_event_read", NUMBER, MAP, ANYTHING).with(GPL).onMaps(PERF_EVENT_ARRAY);
        table.add(25, "bpf_perf_event_output", NUMBER, CONTEXT, MAP, ANYTHING, MEMORY, SIZE_OR_ZERO)
                .with(GPL)
                .onMaps(PERF_EVENT_ARRAY);
        table.add(27, "bpf_get_stackid", NUMBER, CONTEXT, MAP, ANYTHING)
                .with(GPL)
                .onMaps(STACK_TRACE);
        table.add(55, "bpf_perf_event_read_value", NUMBER, MAP, ANYTHING, OUTPUT, SIZE)
                .with(GPL)
                .onMaps(PERF_EVENT_ARRAY);
        table.add(130, "bpf_ringbuf_output", NUMBER, MAP, MEMORY, SIZE_OR_ZERO, ANYTHING)
                .onMaps(RINGBUF);
        table.add(131, "bpf_ringbuf_reserve", Result.allocation().acquired(), MAP, ALLOCATION_SIZE, ANYTHING)
                .onMaps(RINGBUF);
        table.add(132, "bpf_ringbuf_submit", NOTHING, ALLOCATION, ANYTHING);
        table.add(133, "bpf_ringbuf_discard", NOTHING, ALLOCATION, ANYTHING);
        table.add(134, "bpf_ringbuf_query", NUMBER, MAP, ANYTHING).onMaps(RINGBUF);
        table.add(209, "bpf_user_ringbuf_drain", NUMBER, MAP, UNSUPPORTED, CALLBACK_CONTEXT, ANYTHING)
                .onMaps(USER_RINGBUF);
    }

    /** Maps whose values belong to an object of the kernel. */
    private static void storage(HelperTable table) {
        Result value = new Result(Result.Kind.MAP_VALUE, false, false, 0, 0, 0, null);
        table.add(81, "bpf_get_local_storage", value, MAP, ANYTHING).onMaps(CGROUP_STORAGE, PERCPU_CGROUP_STORAGE);
        table.add(107, "bpf_sk_storage_get", VALUE_OR_NULL, MAP, SOCKET, VALUE.orNull(), ANYTHING)
                .onMaps(SK_STORAGE);
        table.add(108, "bpf_sk_storage_delete", NUMBER, MAP, SOCKET).onMaps(SK_STORAGE);
        table.add(145, "bpf_inode_storage_get", VALUE_OR_NULL, MAP, UNSUPPORTED, VALUE.orNull(), ANYTHING)
                .onMaps(INODE_STORAGE);
        table.add(146, "bpf_inode_storage_delete", NUMBER, MAP, UNSUPPORTED).onMaps(INODE_STORAGE);
        table.add(156, "bpf_task_storage_get", VALUE_OR_NULL, MAP, TASK.orNull(), VALUE.orNull(), ANYTHING)
                .onMaps(TASK_STORAGE);
        table.add(157, "bpf_task_storage_delete", NUMBER, MAP, TASK.orNull()).onMaps(TASK_STORAGE);
        table.add(210, "bpf_cgrp_storage_get", VALUE_OR_NULL, MAP, UNSUPPORTED, VALUE.orNull(), ANYTHING)
                .onMaps(CGRP_STORAGE);
        table.add(211, "bpf_cgrp_storage_delete", NUMBER, MAP, UNSUPPORTED).onMaps(CGRP_STORAGE);
    }

    private static void locksAndTimers(HelperTable table) {
        table.add(93, "bpf_spin_lock", NOTHING, SPIN_LOCK).with(Effect.LOCKS);
        table.add(94, "bpf_spin_unlock", NOTHING, SPIN_LOCK).with(Effect.UNLOCKS, Effect.ALLOWED_UNDER_LOCK);
        table.add(169, "bpf_timer_init", NUMBER, TIMER, MAP, ANYTHING).with(GPL).onMaps(HASH, ARRAY, LRU_HASH);
        table.add(170, "bpf_timer_set_callback", NUMBER, TIMER, CALLBACK).with(GPL, Effect.CALLS_TIMER);
        table.add(171, "bpf_timer_start", NUMBER, TIMER, ANYTHING, ANYTHING).with(GPL);
        table.add(172, "bpf_timer_cancel", NUMBER, TIMER).with(GPL);
        table.add(194, "bpf_kptr_xchg", NUMBER, UNSUPPORTED, UNSUPPORTED);
    }
}
