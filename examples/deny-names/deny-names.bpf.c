/* Refuses to make or rename files whose names end in one of some texts. */
#include "ring3.h"

#define NAME_BYTES 256
#define ENDING_BYTES 16
#define ENDINGS 4

RING3_OPTIONS("fail-closed");

struct ending {
    char text[ENDING_BYTES];
    __u32 length; /* 0 for none */
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __type(key, __u32);
    __type(value, struct ending);
    __uint(max_entries, ENDINGS);
} endings SEC(".maps");

static int ends_in(const char *name, __u32 length, const struct ending *ending)
{
    __u32 size = ending->length;
    if (size == 0 || size > ENDING_BYTES || size > length)
        return 0;
    for (__u32 i = 0; i < ENDING_BYTES; i++) {
        if (i == size)
            break;
        if (name[(length - size + i) & (NAME_BYTES - 1)] != ending->text[i])
            return 0;
    }
    return 1;
}

static __always_inline int judge(__u32 which)
{
    char name[NAME_BYTES];
    long length = ring3_name(which, name, sizeof name);
    if (length <= 0 || length >= NAME_BYTES)
        return 0;
    for (__u32 i = 0; i < ENDINGS; i++) {
        __u32 key = i;
        struct ending *ending = bpf_map_lookup_elem(&endings, &key);
        if (ending && ends_in(name, length, ending))
            return -EACCES;
    }
    return 0;
}

SEC("fs/create") int create(struct ring3_fs *fs) { return judge(RING3_NAME); }
SEC("fs/rename") int rename(struct ring3_fs *fs) { return judge(RING3_TARGET_NAME); }
