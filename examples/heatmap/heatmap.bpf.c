/* Counts reads and writes of each megabyte of each file. Refuses nothing. */
#include "ring3.h"

#define CHUNK_BITS 20

RING3_OPTIONS("observe-only");

struct place {
    __u64 subvolume;
    __u64 ino;
    __u64 megabyte;
};

struct heat {
    __u64 reads;
    __u64 writes;
    __u64 bytes;
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH); /* what is cold is forgotten */
    __type(key, struct place);
    __type(value, struct heat);
    __uint(max_entries, 16384);
} heat SEC(".maps");

static __always_inline struct heat *at(struct ring3_fs *fs)
{
    struct place place = {fs->subvolume, fs->ino, fs->offset >> CHUNK_BITS};
    struct heat *found = bpf_map_lookup_elem(&heat, &place);
    if (!found) {
        struct heat fresh = {};
        bpf_map_update_elem(&heat, &place, &fresh, BPF_NOEXIST);
        found = bpf_map_lookup_elem(&heat, &place);
    }
    if (found)
        __sync_fetch_and_add(&found->bytes, fs->length);
    return found;
}

SEC("fs/read") int read(struct ring3_fs *fs)
{
    if (fs->op == RING3_OP_READ) {
        struct heat *here = at(fs);
        if (here)
            __sync_fetch_and_add(&here->reads, 1);
    }
    return 0;
}

SEC("fs/write") int write(struct ring3_fs *fs)
{
    if (fs->op == RING3_OP_WRITE) {
        struct heat *here = at(fs);
        if (here)
            __sync_fetch_and_add(&here->writes, 1);
    }
    return 0;
}
