/* Writes down who changed what, and whether it was refused. Refuses nothing. */
#include "ring3.h"

RING3_OPTIONS("observe-only");

struct event {
    __u64 subvolume;
    __u64 ino;
    __u64 parent;
    __u64 length;
    __u64 pidfs_id;
    __u32 op;
    __u32 uid;
    __u32 pid;
    __u32 verdict;
    char name[64];
};
const struct event *event_type __attribute__((unused)); /* so that the object says what an event is */

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 18);
} event SEC(".maps");

volatile __u64 lost; /* events that there was no room for */

static __always_inline int record(struct ring3_fs *fs)
{
    struct event *e = bpf_ringbuf_reserve(&event, sizeof *e, 0);
    if (!e) {
        __sync_fetch_and_add(&lost, 1);
        return 0;
    }
    e->subvolume = fs->subvolume;
    e->ino = fs->ino;
    e->parent = fs->parent;
    e->length = fs->length;
    e->pidfs_id = fs->pidfs_id;
    e->op = fs->op;
    e->uid = fs->uid;
    e->pid = fs->pid;
    e->verdict = fs->verdict;
    ring3_name(RING3_NAME, e->name, sizeof e->name);
    bpf_ringbuf_submit(e, 0);
    return 0;
}

SEC("fs/create") int created(struct ring3_fs *fs) { return record(fs); }
SEC("fs/rename") int renamed(struct ring3_fs *fs) { return record(fs); }
SEC("fs/unlink") int unlinked(struct ring3_fs *fs) { return record(fs); }
SEC("fs/write") int written(struct ring3_fs *fs) { return record(fs); }
SEC("fs/setattr") int changed(struct ring3_fs *fs) { return record(fs); }
SEC("fs/snapshot") int snapshot(struct ring3_fs *fs) { return record(fs); }
