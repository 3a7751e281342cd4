/* Tells which processes open which files: remembers the arguments at the call's entry, sends them with its result. */
#include "corpus.h"

#define NAME_MAX 255

struct arguments {
    const char *name;
    s32 flags;
};

struct event {
    u64 time;
    u32 pid;
    u32 uid;
    s32 result;
    s32 flags;
    char comm[16];
    char name[NAME_MAX];
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 10240);
    __type(key, u32);
    __type(value, struct arguments);
} started SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 16);
} events SEC(".maps");

const volatile u32 wanted_pid = 0;
const volatile u32 wanted_uid = -1;
const volatile u8 failures_only = 0;
const volatile char wanted_prefix[16] = "";

struct enter_record {
    u64 header;
    s64 number;
    u64 arguments[6];
};

struct exit_record {
    u64 header;
    s64 number;
    s64 result;
};

static always_inline int is_wanted(u32 pid, u32 uid) {
    if (wanted_pid && wanted_pid != pid) {
        return 0;
    }
    return wanted_uid == (u32)-1 || wanted_uid == uid;
}

static always_inline int has_prefix(const char *name) {
    for (int i = 0; i < sizeof(wanted_prefix); i++) {
        if (!wanted_prefix[i]) {
            return 1;
        }
        if (wanted_prefix[i] != name[i]) {
            return 0;
        }
    }
    return 1;
}

static always_inline int remember(const char *name, s32 flags) {
    u64 both = bpf_get_current_pid_tgid();
    u32 tid = both;
    if (!is_wanted(both >> 32, bpf_get_current_uid_gid())) {
        return 0;
    }
    struct arguments arguments = {};
    arguments.name = name;
    arguments.flags = flags;
    bpf_map_update_elem(&started, &tid, &arguments, BPF_ANY);
    return 0;
}

// accept
SEC("tracepoint/syscalls/sys_enter_open")
int open_begins(struct enter_record *record) {
    return remember((const char *)record->arguments[0], record->arguments[1]);
}

// accept
SEC("tracepoint/syscalls/sys_enter_openat")
int openat_begins(struct enter_record *record) {
    return remember((const char *)record->arguments[1], record->arguments[2]);
}

// accept
SEC("tracepoint/syscalls/sys_exit_openat")
int openat_ends(struct exit_record *record) {
    u32 tid = bpf_get_current_pid_tgid();
    struct arguments *arguments = bpf_map_lookup_elem(&started, &tid);
    if (!arguments) {
        return 0;
    }
    s32 result = record->result;
    struct event *event;
    if (failures_only && result >= 0) {
        goto out;
    }
    event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
    if (!event) {
        goto out;
    }
    event->time = bpf_ktime_get_boot_ns();
    event->pid = bpf_get_current_pid_tgid() >> 32;
    event->uid = bpf_get_current_uid_gid();
    event->result = result;
    event->flags = arguments->flags;
    bpf_get_current_comm(event->comm, sizeof(event->comm));
    long length = bpf_probe_read_user_str(event->name, sizeof(event->name), arguments->name);
    if (length <= 0 || !has_prefix(event->name)) {
        bpf_ringbuf_discard(event, 0);
        goto out;
    }
    bpf_ringbuf_submit(event, 0);
out:
    bpf_map_delete_elem(&started, &tid);
    return 0;
}
