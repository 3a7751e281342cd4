/*
 * Stops who encrypts files: a user who in a short time overwrites many files with what looks random, or renames many,
 * may not write, rename or remove any more, until somebody lets him.
 */
#include "ring3.h"

#define SAMPLE 256
#define SECOND 1000000000ULL

struct suspect {
    __u64 since; /* when the span began, in nanoseconds */
    __u32 random_writes;
    __u32 renames;
    __u32 stopped; /* 1: set it to 0 to let him go on */
    __u32 unused;
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __type(key, __u32); /* the user */
    __type(value, struct suspect);
    __uint(max_entries, 4096);
} suspects SEC(".maps");

volatile __u64 span = 10 * SECOND;
volatile __u32 random_writes_max = 20;
volatile __u32 renames_max = 50;
volatile __u32 distinct_max = 140; /* of 256 random bytes about 162 are distinct, of text about 40 */

struct alarm {
    __u32 uid;
    __u32 random_writes;
    __u32 renames;
    __u32 pid;
    __u64 pidfs_id;
};

struct scan {
    unsigned char bytes[SAMPLE];
    __u64 seen[4];
};

static long look(__u32 index, struct scan *scan)
{
    unsigned char byte = scan->bytes[index & (SAMPLE - 1)];
    scan->seen[byte >> 6] |= 1ULL << (byte & 63);
    return 0;
}

static int bits(__u64 word)
{
    int count = 0;
    for (int i = 0; i < 64; i++)
        count += (word >> i) & 1;
    return count;
}

/* Whether what is being written looks random: many different bytes at its start. */
static int looks_random(void)
{
    struct scan scan = {};
    if (ring3_data_read(0, scan.bytes, SAMPLE) < SAMPLE)
        return 0;
    bpf_loop(SAMPLE, look, &scan, 0);
    return bits(scan.seen[0]) + bits(scan.seen[1]) + bits(scan.seen[2]) + bits(scan.seen[3]) > distinct_max;
}

static struct suspect *suspect(__u32 uid)
{
    struct suspect fresh = {.since = bpf_ktime_get_ns()};
    bpf_map_update_elem(&suspects, &uid, &fresh, BPF_NOEXIST);
    struct suspect *found = bpf_map_lookup_elem(&suspects, &uid);
    if (found && fresh.since - found->since > span) {
        found->since = fresh.since;
        found->random_writes = 0;
        found->renames = 0;
    }
    return found;
}

static int judge(struct ring3_fs *fs, struct suspect *suspect)
{
    if (suspect->stopped)
        return -EPERM;
    if (suspect->random_writes <= random_writes_max && suspect->renames <= renames_max)
        return 0;
    suspect->stopped = 1;
    struct alarm alarm = {fs->uid, suspect->random_writes, suspect->renames, fs->pid, fs->pidfs_id};
    ring3_emit(&alarm);
    return -EPERM;
}

SEC("fs/write") int write(struct ring3_fs *fs)
{
    struct suspect *who = suspect(fs->uid);
    if (!who)
        return 0;
    if (!who->stopped && fs->offset < fs->file_size && looks_random())
        __sync_fetch_and_add(&who->random_writes, 1);
    return judge(fs, who);
}

SEC("fs/rename") int rename(struct ring3_fs *fs)
{
    struct suspect *who = suspect(fs->uid);
    if (!who)
        return 0;
    __sync_fetch_and_add(&who->renames, 1);
    return judge(fs, who);
}

SEC("fs/unlink") int unlink(struct ring3_fs *fs)
{
    struct suspect *who = suspect(fs->uid);
    return who && who->stopped ? -EPERM : 0;
}
