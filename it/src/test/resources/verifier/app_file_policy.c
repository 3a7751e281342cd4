/* A policy at the filesystem: who may create what where, by rules in maps; limits how often files are removed. */
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

#define SUFFIX_MAX 16
#define EACCES 13
#define EDQUOT 122

struct suffix {
    u8 text[SUFFIX_MAX];
};

struct rule {
    u32 uid_from, uid_to;
    u32 denied;
    u32 padding;
};

struct window {
    u64 began;
    u64 count;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 256);
    __type(key, struct suffix);
    __type(value, struct rule);
} rules SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4096);
    __type(key, u32);
    __type(value, struct window);
} removals SEC(".maps");

const volatile u64 window_nanoseconds = 1000000000;
const volatile u64 removals_max = 100;
u64 refusals = 0;

static always_inline int refuse(int errno) {
    __sync_fetch_and_add(&refusals, 1);
    return -errno;
}

static always_inline u8 lower(u8 c) {
    return c - 'A' < 26u ? c + 32 : c;
}

// accept
SEC("fs/create")
int policy_by_suffix(struct ring3_fs *ctx) {
    struct suffix suffix = {};
    u32 dot = 0;
    for (u32 i = 1; i < 64; i++) {
        u8 c = ((volatile u8 *)ctx->name)[0];
        if (i >= ctx->name_length || c == 0) {
            break;
        }
        dot = i;
    }
    u32 length = ctx->name_length - dot;
    if (length > SUFFIX_MAX) {
        return 0;
    }
    suffix.text[0] = lower(ctx->name[0]);
    suffix.text[1] = lower(ctx->name[1]);
    suffix.text[2] = lower(ctx->name[2]);
    suffix.text[3] = lower(ctx->name[3]);
    struct rule *rule = bpf_map_lookup_elem(&rules, &suffix);
    if (!rule || ctx->uid < rule->uid_from || ctx->uid > rule->uid_to) {
        return 0;
    }
    return rule->denied ? refuse(EACCES) : 0;
}

// accept
SEC("fs/unlink")
int policy_by_rate(struct ring3_fs *ctx) {
    u32 uid = ctx->uid;
    u64 now = bpf_ktime_get_ns();
    struct window *window = bpf_map_lookup_elem(&removals, &uid);
    if (!window) {
        struct window fresh = {now, 1};
        bpf_map_update_elem(&removals, &uid, &fresh, BPF_ANY);
        return 0;
    }
    if (now - window->began > window_nanoseconds) {
        window->began = now;
        window->count = 0;
    }
    __sync_fetch_and_add(&window->count, 1);
    return window->count > removals_max ? refuse(EDQUOT) : 0;
}

// accept
SEC("fs/rename")
int policy_same_suffix(struct ring3_fs *ctx) {
    u8 from[4] = {ctx->name[0], ctx->name[1], ctx->name[2], ctx->name[3]};
    u8 to[4] = {ctx->target_name[0], ctx->target_name[1], ctx->target_name[2], ctx->target_name[3]};
    for (int i = 0; i < 4; i++) {
        if (lower(from[i]) != lower(to[i])) {
            return refuse(EACCES);
        }
    }
    return 0;
}

// accept
SEC("fs/write")
int policy_by_origin(struct ring3_fs *ctx) {
    if (ctx->offset + ctx->length < ctx->offset) {
        return refuse(EDQUOT);
    }
    switch (ctx->origin) {
    case 1:
        return ctx->length > 1 << 20 ? refuse(EDQUOT) : 0;
    case 2:
        return ctx->client_address[15] == 1 ? 0 : refuse(EACCES);
    default:
        return ctx->verdict ? -EACCES : 0;
    }
}
