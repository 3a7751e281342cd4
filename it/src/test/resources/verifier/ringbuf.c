/* Records of a ring buffer: reserved, filled, and given back once on every path. */
#include "corpus.h"

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} ring SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u64[2]);
} numbers SEC(".maps");

struct event {
    u64 time;
    u32 pid;
    char comm[16];
};

// accept
SEC("tracepoint/syscalls/sys_enter_openat")
int record_submitted(void *ctx) {
    struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
    if (!event) {
        return 0;
    }
    event->time = bpf_ktime_get_ns();
    event->pid = bpf_get_current_pid_tgid() >> 32;
    bpf_get_current_comm(event->comm, sizeof(event->comm));
    bpf_ringbuf_submit(event, 0);
    return 0;
}

// accept
SEC("tracepoint/syscalls/sys_enter_openat")
int record_discarded_on_error(void *ctx) {
    struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
    if (!event) {
        return 0;
    }
    if (bpf_get_current_comm(event->comm, sizeof(event->comm))) {
        bpf_ringbuf_discard(event, 0);
        return 0;
    }
    event->pid = 1;
    bpf_ringbuf_submit(event, 0);
    return 0;
}

// refuse resource-leak: the record is never given back
SEC("tracepoint/syscalls/sys_enter_openat")
int record_leaks(void *ctx) {
    struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
    if (event) {
        event->pid = 1;
    }
    return 0;
}

// refuse resource-leak: one path returns without giving it back
SEC("tracepoint/syscalls/sys_enter_openat")
int record_leaks_on_one_path(void *ctx) {
    struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
    if (!event) {
        return 0;
    }
    event->pid = bpf_get_current_pid_tgid() >> 32;
    if (event->pid == 0) {
        return 0;
    }
    bpf_ringbuf_submit(event, 0);
    return 0;
}

// refuse possibly-null: there may be no room
SEC("tracepoint/syscalls/sys_enter_openat")
int record_unchecked(void *ctx) {
    struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
    event->pid = 1;
    bpf_ringbuf_submit(event, 0);
    return 0;
}

// refuse possibly-null: null cannot be submitted
SEC("tracepoint/syscalls/sys_enter_openat")
int record_submitted_unchecked(void *ctx) {
    struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
    bpf_ringbuf_submit(event, 0);
    return 0;
}

// refuse not-a-pointer: after the first time it is nobody's
SEC("tracepoint/syscalls/sys_enter_openat")
int record_submitted_twice(void *ctx) {
    struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
    if (!event) {
        return 0;
    }
    bpf_ringbuf_submit(event, 0);
    bpf_ringbuf_submit(event, 0);
    return 0;
}

// refuse not-a-pointer: the record belongs to the reader by now
SEC("tracepoint/syscalls/sys_enter_openat")
int record_used_after_submit(void *ctx) {
    struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
    if (!event) {
        return 0;
    }
    bpf_ringbuf_submit(event, 0);
    event->pid = 1;
    return 0;
}

// refuse out-of-bounds: the record has 8 bytes
SEC("tracepoint/syscalls/sys_enter_openat")
int record_too_small(void *ctx) {
    volatile u64 *record = bpf_ringbuf_reserve(&ring, 8, 0);
    if (!record) {
        return 0;
    }
    record[1] = 1;
    bpf_ringbuf_submit((void *)record, 0);
    return 0;
}

// refuse argument: the size of a record has to be a constant
SEC("tracepoint/syscalls/sys_enter_openat")
int record_of_variable_size(void *ctx) {
    u64 size = bpf_get_prandom_u32() & 63;
    void *record = bpf_ringbuf_reserve(&ring, size, 0);
    if (record) {
        bpf_ringbuf_discard(record, 0);
    }
    return 0;
}

// refuse argument: an array is no ring
SEC("tracepoint/syscalls/sys_enter_openat")
int record_of_array(void *ctx) {
    void *record = bpf_ringbuf_reserve(&numbers, 8, 0);
    if (record) {
        bpf_ringbuf_discard(record, 0);
    }
    return 0;
}

// refuse argument: what is submitted has to be the start of a record
SEC("tracepoint/syscalls/sys_enter_openat")
int record_submitted_from_its_middle(void *ctx) {
    struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
    if (!event) {
        return 0;
    }
    bpf_ringbuf_submit(&event->pid, 0);
    return 0;
}

// refuse argument: a value of a map is no record
SEC("tracepoint/syscalls/sys_enter_openat")
int value_submitted(void *ctx) {
    u32 key = 0;
    u64 *value = bpf_map_lookup_elem(&numbers, &key);
    if (value) {
        bpf_ringbuf_submit(value, 0);
    }
    return 0;
}

// accept
SEC("tracepoint/syscalls/sys_enter_openat")
int stack_copied_out(void *ctx) {
    struct event event = {};
    event.time = bpf_ktime_get_ns();
    bpf_ringbuf_output(&ring, &event, sizeof(event), 0);
    return 0;
}

// accept
SEC("tracepoint/syscalls/sys_enter_openat")
int two_records(void *ctx) {
    u64 *first = bpf_ringbuf_reserve(&ring, 8, 0);
    if (!first) {
        return 0;
    }
    u64 *second = bpf_ringbuf_reserve(&ring, 16, 0);
    if (!second) {
        bpf_ringbuf_discard(first, 0);
        return 0;
    }
    *first = 1;
    second[1] = 2;
    bpf_ringbuf_submit(second, 0);
    bpf_ringbuf_submit(first, 0);
    return 0;
}

static noinline void send(struct event *event) {
    event->pid = 2;
    bpf_ringbuf_submit(event, 0);
}

// accept
SEC("tracepoint/syscalls/sys_enter_openat")
int record_submitted_by_function(void *ctx) {
    struct event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
    if (event) {
        send(event);
    }
    return 0;
}

// refuse resource-leak: every turn reserves, none gives back
SEC("tracepoint/syscalls/sys_enter_openat")
int record_leaks_in_loop(void *ctx) {
    for (int i = 0; i < 4; i++) {
        u64 *record = bpf_ringbuf_reserve(&ring, 8, 0);
        if (record) {
            *record = i;
        }
    }
    return 0;
}
