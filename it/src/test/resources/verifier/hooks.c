/* Programs of Ring3's own: at operations of the filesystem, and policies of the page cache. */
#include "corpus.h"

struct ring3_fs {
    u32 op;
    u32 flags;
    u64 subvolume, ino, parent, target_parent, target_ino, target_subvolume, offset, length, file_size, open_id;
    u64 pidfs_id, cgroup;
    u8 client_address[16];
    u32 uid, gid, pid, tid, origin, mode, attributes, new_uid, new_gid, exit_status, verdict, name_length;
    u32 target_name_length;
    u32 padding;
    u8 name[256];
    u8 target_name[256];
};

struct ring3_cache {
    u32 op, pool;
    u64 subvolume, ino, offset, length, file_size, previous_offset, now, resident, budget;
    u32 folio, flags, actor, scope, reason, window, hit, requested, proposed, padding;
    u32 folios[32];
};

extern long ring3_data_read(u64 offset, void *into, u32 length) __attribute__((section(".ksyms")));

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, u64);
    __type(value, u64);
} quotas SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 64);
    __type(key, u32);
    __type(value, u64);
} queue SEC(".maps");

#define EPERM 1
#define EACCES 13

// accept
SEC("fs/open")
int fs_refuses_root(struct ring3_fs *ctx) {
    return ctx->uid == 0 ? -EPERM : 0;
}

// refuse result: the result is 0 or a negative errno
SEC("fs/open")
int fs_positive_result(struct ring3_fs *ctx) {
    return EPERM;
}

// refuse read-only: programs look at operations, they do not change them
SEC("fs/open")
int fs_context_written(struct ring3_fs *ctx) {
    ctx->uid = 1000;
    return 0;
}

// accept
SEC("fs/create")
int fs_hidden_file(struct ring3_fs *ctx) {
    return ctx->name[0] == '.' ? -EACCES : 0;
}

// refuse field: the padding is no field
SEC("fs/create")
int fs_padding(struct ring3_fs *ctx) {
    return ctx->padding ? -EACCES : 0;
}

// refuse field: behind the structure
SEC("fs/create")
int fs_beyond(struct ring3_fs *ctx) {
    return ((volatile u8 *)ctx)[688] ? -EACCES : 0;
}

// accept
SEC("fs/unlink")
int fs_suffix(struct ring3_fs *ctx) {
    if (ctx->name_length != 8) {
        return 0;
    }
    return ctx->name[4] == '.' && ctx->name[5] == 'l' && ctx->name[6] == 'o' && ctx->name[7] == 'g' ? -EACCES : 0;
}

// accept
SEC("fs/write")
int fs_quota(struct ring3_fs *ctx) {
    u64 user = ctx->uid;
    u64 *left = bpf_map_lookup_elem(&quotas, &user);
    if (!left) {
        return 0;
    }
    u64 length = ctx->length;
    if (length > *left) {
        return -122;
    }
    __sync_fetch_and_add(left, -length);
    return 0;
}

// accept
SEC("fs/write")
int fs_data_magic(struct ring3_fs *ctx) {
    u8 head[8];
    if (ring3_data_read(0, head, sizeof(head)) != sizeof(head)) {
        return 0;
    }
    return head[0] == 'M' && head[1] == 'Z' ? -EACCES : 0;
}

// refuse out-of-bounds: 16 bytes into 8
SEC("fs/write")
int fs_data_too_long(struct ring3_fs *ctx) {
    u8 head[8];
    u8 *at = head;
    opaque(at);
    ring3_data_read(0, at, 16);
    return head[0] == 'M' ? -EACCES : 0;
}

// refuse pointer-leak: addresses stay with the server
SEC("fs/write")
int fs_leaks_context(struct ring3_fs *ctx) {
    u64 user = ctx->uid;
    u64 address = (u64)ctx;
    bpf_map_update_elem(&quotas, &user, &address, BPF_ANY);
    return 0;
}

// refuse forbidden-function: there are no packets here
SEC("fs/write")
int fs_calls_packet_helper(struct ring3_fs *ctx) {
    return -(bpf_skb_pull_data(ctx, 0) & 1);
}

// accept
SEC("cache/admit")
int cache_large_files_pass(struct ring3_cache *ctx) {
    return ctx->file_size > 1 << 30;
}

// accept
SEC("cache/evict")
int cache_proposes(struct ring3_cache *ctx) {
    u32 proposed = 0;
    for (u32 i = 0; i < 8; i++) {
        u32 key = i;
        u64 *folio = bpf_map_lookup_elem(&queue, &key);
        if (!folio) {
            break;
        }
        proposed++;
    }
    ctx->folios[0] = proposed;
    ctx->proposed = 1;
    return 0;
}

// refuse read-only: how many are wanted is the host's to say
SEC("cache/evict")
int cache_writes_request(struct ring3_cache *ctx) {
    ctx->requested = 0;
    return 0;
}

// accept
SEC("cache/readahead")
int cache_doubles_window(struct ring3_cache *ctx) {
    if (ctx->offset != ctx->previous_offset) {
        return 0;
    }
    u32 window = ctx->window * 2;
    return window < 65536 ? 65536 : window > 2097152 ? 2097152 : window;
}
