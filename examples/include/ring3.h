/* ring3.h: what programs that attach to Ring3 are called with, and what they may call. Generated.
 * Compile with -g, so that the program also runs where the structures have grown. */
#ifndef RING3_H
#define RING3_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

#ifndef SEC
#define SEC(name) __attribute__((section(name), used))
#endif
#ifndef __uint
#define __uint(name, value) int(*name)[value]
#endif
#ifndef __type
#define __type(name, value) __typeof__(value) *name
#endif
#ifndef __array
#define __array(name, value) __typeof__(value) *name[]
#endif
#ifndef __ksym
#define __ksym __attribute__((section(".ksyms")))
#endif
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

#if !defined(__LINUX_BPF_H__) && !defined(__VMLINUX_H__)
enum {
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_ARRAY = 2,
    BPF_MAP_TYPE_PROG_ARRAY = 3,
    BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4,
    BPF_MAP_TYPE_PERCPU_HASH = 5,
    BPF_MAP_TYPE_PERCPU_ARRAY = 6,
    BPF_MAP_TYPE_LRU_HASH = 9,
    BPF_MAP_TYPE_LRU_PERCPU_HASH = 10,
    BPF_MAP_TYPE_LPM_TRIE = 11,
    BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
    BPF_MAP_TYPE_HASH_OF_MAPS = 13,
    BPF_MAP_TYPE_QUEUE = 22,
    BPF_MAP_TYPE_STACK = 23,
    BPF_MAP_TYPE_RINGBUF = 27,
    BPF_MAP_TYPE_INODE_STORAGE = 28,
    BPF_MAP_TYPE_TASK_STORAGE = 29,
    BPF_MAP_TYPE_BLOOM_FILTER = 30,
};
enum {
    BPF_ANY = 0, /* make it or change it */
    BPF_NOEXIST = 1, /* only make it */
    BPF_EXIST = 2, /* only change it */
};
struct bpf_spin_lock {
    __u32 val;
};
struct bpf_timer {
    __u64 opaque[2];
};
#endif


/* op of struct ring3_fs, with the section that is asked: SEC("fs/open") and so on */
#define RING3_OP_LOOKUP 1 /* fs/lookup: finds name in parent */
#define RING3_OP_STAT 2 /* fs/lookup: tells the attributes of ino */
#define RING3_OP_OPEN 16 /* fs/open: opens ino; flags are those of open(2) */
#define RING3_OP_READ 32 /* fs/read: reads length bytes at offset */
#define RING3_OP_READDIR 33 /* fs/read: lists the directory ino */
#define RING3_OP_READLINK 34 /* fs/read: tells the target of the symbolic link ino */
#define RING3_OP_GETXATTR 35 /* fs/read: tells the extended attribute name */
#define RING3_OP_LISTXATTR 36 /* fs/read: lists the names of extended attributes */
#define RING3_OP_SEEK 39 /* fs/read: tells where data or a hole begins from offset on */
#define RING3_OP_COPY_SOURCE 37 /* fs/read: reads what is copied into target_ino */
#define RING3_OP_CLONE_SOURCE 38 /* fs/read: shares what target_ino is a clone of */
#define RING3_OP_WRITE 48 /* fs/write: writes length bytes at offset */
#define RING3_OP_FALLOCATE 49 /* fs/write: allocates, zeroes or punches length bytes at offset; flags are those of fallocate(2) */
#define RING3_OP_COPY_TARGET 50 /* fs/write: writes what is copied from target_ino */
#define RING3_OP_CLONE_TARGET 51 /* fs/write: becomes a clone of target_ino from offset on */
#define RING3_OP_CREATE 64 /* fs/create: makes the file name in parent */
#define RING3_OP_MKDIR 65 /* fs/create: makes the directory name in parent */
#define RING3_OP_MKNOD 66 /* fs/create: makes the special file name in parent */
#define RING3_OP_SYMLINK 67 /* fs/create: makes the symbolic link name in parent; its target is target_name, cut if it is long */
#define RING3_OP_LINK 68 /* fs/create: gives ino another name, name in parent */
#define RING3_OP_RENAME 80 /* fs/rename: moves name in parent to target_name in target_parent */
#define RING3_OP_EXCHANGE 81 /* fs/rename: exchanges name in parent with target_name in target_parent */
#define RING3_OP_UNLINK 96 /* fs/unlink: removes name from parent */
#define RING3_OP_RMDIR 97 /* fs/unlink: removes the directory name from parent */
#define RING3_OP_SETATTR 112 /* fs/setattr: changes the attributes that attributes says */
#define RING3_OP_TRUNCATE 113 /* fs/setattr: changes the size to length */
#define RING3_OP_SETXATTR 114 /* fs/setattr: sets the extended attribute name to length bytes */
#define RING3_OP_REMOVEXATTR 115 /* fs/setattr: removes the extended attribute name */
#define RING3_OP_SETACL 116 /* fs/setattr: sets an access control list */
#define RING3_OP_SNAPSHOT_CREATE 128 /* fs/snapshot: takes the snapshot name of subvolume */
#define RING3_OP_SNAPSHOT_DELETE 129 /* fs/snapshot: deletes the snapshot target_subvolume */
#define RING3_OP_SUBVOLUME_CREATE 130 /* fs/snapshot: makes the subvolume name */
#define RING3_OP_SUBVOLUME_DELETE 131 /* fs/snapshot: deletes subvolume */
#define RING3_OP_ROLLBACK 132 /* fs/snapshot: sets subvolume back to the snapshot target_subvolume */
#define RING3_OP_SEND 133 /* fs/snapshot: sends subvolume, or what it has since target_subvolume */
#define RING3_OP_RECEIVE 134 /* fs/snapshot: receives into subvolume */
#define RING3_OP_SUBVOLUME_CHANGE 135 /* fs/snapshot: changes the name, the quota, the holds of subvolume, or makes it the default */
#define RING3_OP_PROCESS_EXIT 144 /* proc/exit: a process has ended: pid with exit_status */

/* origin of struct ring3_fs */
#define RING3_ORIGIN_SERVER 0 /* the server itself */
#define RING3_ORIGIN_FUSE 1 /* a mount by FUSE */
#define RING3_ORIGIN_NFS 2 /* an NFS client */
#define RING3_ORIGIN_NIO 3 /* Java code in the same process */
#define RING3_ORIGIN_HTTP 4 /* the HTTP interface or the console */
#define RING3_ORIGIN_COMMAND 5 /* the command line */

/* attributes of struct ring3_fs, bits */
#define RING3_ATTRIBUTE_MODE 1 /* permissions */
#define RING3_ATTRIBUTE_UID 2 /* owner */
#define RING3_ATTRIBUTE_GID 4 /* group */
#define RING3_ATTRIBUTE_SIZE 8 /* size */
#define RING3_ATTRIBUTE_ATIME 16 /* time of the last read */
#define RING3_ATTRIBUTE_MTIME 32 /* time of the last write */
#define RING3_ATTRIBUTE_FLAGS 64 /* flags of chattr(1) */

/* which name ring3_name copies */
#define RING3_NAME 0 /* name */
#define RING3_TARGET_NAME 1 /* target_name */

/* flags of struct ring3_subvolume, bits */
#define RING3_SUBVOLUME_READ_ONLY 1 /* nothing in it can be changed */
#define RING3_SUBVOLUME_SNAPSHOT 2 /* it is a snapshot of another */

/* op of struct ring3_cache, with the section that is asked */
#define RING3_CACHE_INIT 1 /* cache/init: the policy takes over the pool; anything but 0 says that it does not */
#define RING3_CACHE_ADDED 2 /* cache/added: a folio has come into the cache */
#define RING3_CACHE_ACCESSED 3 /* cache/accessed: a folio was found in the cache; only some of these are told */
#define RING3_CACHE_REMOVED 4 /* cache/removed: a folio has left the cache */
#define RING3_CACHE_EVICT 5 /* cache/evict: folios have to go: the policy puts some into folios and their number into proposed, or has ring3_list_iterate do it */
#define RING3_CACHE_ADMIT 6 /* cache/admit: whether a folio shall stay in the cache: 0 it shall, 1 only while it is in use */
#define RING3_CACHE_READAHEAD 7 /* cache/readahead: how many bytes to have in memory from offset on; more by ring3_prefetch */
#define RING3_CACHE_EXIT 8 /* cache/exit: the policy is being taken off the pool */

/* flags of struct ring3_cache, bits */
#define RING3_FOLIO_DIRTY 1 /* not written yet */
#define RING3_FOLIO_WRITEBACK 2 /* being written */
#define RING3_FOLIO_UNCACHED 4 /* there only while it is in use */
#define RING3_FOLIO_READAHEAD 8 /* read ahead, not asked for yet */

/* scope of struct ring3_cache, bits */
#define RING3_SCOPE_NOFS 1 /* must not enter the filesystem */
#define RING3_SCOPE_NOIO 2 /* must not start input or output */

/* reason of struct ring3_cache */
#define RING3_REASON_BACKGROUND 0 /* ahead of need */
#define RING3_REASON_DIRECT 1 /* somebody waits for memory */
#define RING3_REASON_SHRINK 2 /* somebody wishes the pool to be smaller */

/* removal of struct ring3_cache */
#define RING3_REMOVAL_RECLAIM 1 /* its memory was wanted */
#define RING3_REMOVAL_DROP_BEHIND 2 /* it was there for one use */
#define RING3_REMOVAL_TRUNCATE 3 /* the file has no such place any more */
#define RING3_REMOVAL_DIRECT_WRITE 4 /* a direct write took its place */
#define RING3_REMOVAL_INVALIDATE 5 /* it was told to go */

/* pattern of struct ring3_cache */
#define RING3_PATTERN_RANDOM 0 /* from nowhere */
#define RING3_PATTERN_FORWARD 1 /* where an earlier read ended */
#define RING3_PATTERN_BACKWARD 2 /* it ends where an earlier read began */
#define RING3_PATTERN_STRIDED 3 /* at the distance of the two before */

/* ends of lists, and where a folio goes */
#define RING3_HEAD 0 /* first */
#define RING3_TAIL 1 /* last */
#define RING3_STAY 2 /* where it is */

/* results of callbacks of ring3_list_iterate */
#define RING3_CONTINUE 0 /* the folio stays in the cache */
#define RING3_EVICT 1 /* the folio is proposed */
#define RING3_SKIP 2 /* the folio is not moved either */
#define RING3_STOP 3 /* this one stays, and no further one is looked at */

#if defined(__clang__) && defined(__bpf__)
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
#endif

struct ring3_fs {
    /* what is about to happen, RING3_OP_... */
    __u32 op; /* at 0 */
    /* of the system call that asks, such as open(2), as it has them */
    __u32 flags; /* at 4 */
    /* the subvolume */
    __u64 subvolume; /* at 8 */
    /* the inode, 0 if there is none yet */
    __u64 ino; /* at 16 */
    /* the directory that name is in */
    __u64 parent; /* at 24 */
    /* the directory that target_name is in */
    __u64 target_parent; /* at 32 */
    /* the other inode: replaced by a rename, other side of a copy */
    __u64 target_ino; /* at 40 */
    /* the other subvolume or snapshot */
    __u64 target_subvolume; /* at 48 */
    /* where in the file, in bytes */
    __u64 offset; /* at 56 */
    /* how many bytes; for a change of size the new one */
    __u64 length; /* at 64 */
    /* the size of the file before, in bytes; for a truncation and what passes fs/open and fs/write */
    __u64 file_size; /* at 72 */
    /* the open file, not used again while the server runs; 0 for none */
    __u64 open_id; /* at 80 */
    /* the calling process, not used again until a reboot; 0 if unknown */
    __u64 pidfs_id; /* at 88 */
    /* the control group of the calling process, 0 if unknown */
    __u64 cgroup; /* at 96 */
    /* the address of the client, an IPv4 address as ::ffff:a.b.c.d; zeros for this machine */
    __u8 client_address[16]; /* at 104 */
    /* on whose behalf, after root was squashed */
    __u32 uid; /* at 120 */
    /* the group on whose behalf */
    __u32 gid; /* at 124 */
    /* the calling process as the server numbers it, 0 if unknown */
    __u32 pid; /* at 128 */
    /* the calling thread as the server numbers it, 0 if unknown */
    __u32 tid; /* at 132 */
    /* through which door, RING3_ORIGIN_... */
    __u32 origin; /* at 136 */
    /* type and permissions, of what is made or as they shall be */
    __u32 mode; /* at 140 */
    /* what changes, RING3_ATTRIBUTE_... */
    __u32 attributes; /* at 144 */
    /* the owner to be */
    __u32 new_uid; /* at 148 */
    /* the group to be */
    __u32 new_gid; /* at 152 */
    /* of a process that has ended, as wait(2) tells it */
    __u32 exit_status; /* at 156 */
    /* the errno with which a program before this one refused, 0 if none did */
    __u32 verdict; /* at 160 */
    /* the length of name in bytes */
    __u32 name_length; /* at 164 */
    /* the length of target_name in bytes */
    __u32 target_name_length; /* at 168 */
    __u8 padding_172[4]; /* at 172 */
    /* the name, at most 255 bytes, zeros behind it */
    __u8 name[256]; /* at 176 */
    /* the second name, at most 255 bytes, zeros behind it */
    __u8 target_name[256]; /* at 432 */
}; /* 688 bytes */

struct ring3_cache {
    /* what this is about, RING3_CACHE_... */
    __u32 op; /* at 0 */
    /* the pool that the policy is for */
    __u32 pool; /* at 4 */
    /* the subvolume of the file */
    __u64 subvolume; /* at 8 */
    /* the inode of the file */
    __u64 ino; /* at 16 */
    /* where in the file, in bytes */
    __u64 offset; /* at 24 */
    /* how many bytes: the folio's size, or what is being read */
    __u64 length; /* at 32 */
    /* the size of the file in bytes */
    __u64 file_size; /* at 40 */
    /* where the last read of the file ended that this was asked about, in bytes; 0 for none */
    __u64 previous_offset; /* at 48 */
    /* a clock that only goes forward, in nanoseconds */
    __u64 now; /* at 56 */
    /* how much the pool holds, in bytes */
    __u64 resident; /* at 64 */
    /* how much the pool may hold, in bytes */
    __u64 budget; /* at 72 */
    /* the folio, a number that is used again after it is removed; all ones if it has no memory yet */
    __u32 folio; /* at 80 */
    /* of the folio, RING3_FOLIO_... */
    __u32 flags; /* at 84 */
    /* the thread of the server that reads or writes, 0 if nobody does */
    __u32 actor; /* at 88 */
    /* what reclaim must not do, RING3_SCOPE_... */
    __u32 scope; /* at 92 */
    /* why folios have to go, RING3_REASON_... */
    __u32 reason; /* at 96 */
    /* how much was read ahead last, in bytes */
    __u32 window; /* at 100 */
    /* 1 if what is being read was in the cache: a page from the middle of what was read ahead */
    __u32 hit; /* at 104 */
    /* how many pages of 4 KiB have to go */
    __u32 requested; /* at 108 */
    /* set by the policy: how many of folios it has filled */
    __u32 proposed; /* at 112 */
    __u8 padding_116[4]; /* at 116 */
    /* set by the policy: folios that may go; those that cannot are passed over */
    __u32 folios[32]; /* at 120 */
    /* why the folio has left, RING3_REMOVAL_... */
    __u32 removal; /* at 248 */
    /* how the read goes on from earlier ones, RING3_PATTERN_... */
    __u32 pattern; /* at 252 */
    /* what would be read ahead without the policy, in bytes */
    __u32 usual_window; /* at 256 */
    /* the most that can be read ahead at a time, in bytes */
    __u32 window_max; /* at 260 */
}; /* 264 bytes */

struct ring3_inode;

struct task_struct;

struct ring3_subvolume {
    /* the subvolume */
    __u64 id; /* at 0 */
    /* what it is a snapshot of, 0 if it is none */
    __u64 origin; /* at 8 */
    /* the subvolume in which it is found, 0 for the first */
    __u64 parent; /* at 16 */
    /* the space that its files take, in bytes */
    __u64 referenced; /* at 24 */
    /* what was written since its last snapshot, in bytes */
    __u64 written; /* at 32 */
    /* how many inodes it has */
    __u64 inodes; /* at 40 */
    /* what referenced may become, in bytes; all ones for no limit */
    __u64 quota; /* at 48 */
    /* what inodes may become; all ones for no limit */
    __u64 quota_inodes; /* at 56 */
    /* what can still be written in it, in bytes */
    __u64 available; /* at 64 */
    /* RING3_SUBVOLUME_... */
    __u32 flags; /* at 72 */
    /* how many snapshots of it there are */
    __u32 snapshots; /* at 76 */
}; /* 80 bytes */

struct ring3_folio {
    /* the subvolume of the file */
    __u64 subvolume; /* at 0 */
    /* the inode of the file */
    __u64 ino; /* at 8 */
    /* where in the file, in bytes */
    __u64 offset; /* at 16 */
    /* how large it is, in bytes */
    __u64 length; /* at 24 */
    /* RING3_FOLIO_... */
    __u32 flags; /* at 32 */
    /* the folio */
    __u32 folio; /* at 36 */
    /* the list that it is on, 0 for none */
    __u64 list; /* at 40 */
}; /* 48 bytes */

struct ring3_iterate {
    /* where folios go that stay; 0 for the list they are on */
    __u64 continue_list; /* at 0 */
    /* where folios go that are proposed; 0 for the list they are on */
    __u64 evict_list; /* at 8 */
    /* to which end of that, RING3_HEAD, RING3_TAIL, or RING3_STAY */
    __u32 continue_to; /* at 16 */
    /* to which end of that, RING3_HEAD, RING3_TAIL, or RING3_STAY */
    __u32 evict_to; /* at 20 */
    /* how many folios to look at, 0 for all of the list, each once */
    __u32 folios_max; /* at 24 */
    __u8 padding_28[4]; /* at 28 */
}; /* 32 bytes */

#if defined(__clang__) && defined(__bpf__)
#pragma clang attribute pop
#endif

#ifndef __BPF_HELPERS__
static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *) 1;
static long (*const bpf_map_update_elem)(void *map, const void *key, const void *value, __u64 flags) = (void *) 2;
static long (*const bpf_map_delete_elem)(void *map, const void *key) = (void *) 3;
static __u64 (*const bpf_ktime_get_ns)(void) = (void *) 5;
static long (*const bpf_trace_printk)(const char *format, __u32 size, ...) = (void *) 6;
static __u32 (*const bpf_get_prandom_u32)(void) = (void *) 7;
static __u32 (*const bpf_get_smp_processor_id)(void) = (void *) 8;
static void (*const bpf_tail_call)(void *context, void *programs, __u32 index) = (void *) 12;
static __u64 (*const bpf_get_current_pid_tgid)(void) = (void *) 14;
static __u64 (*const bpf_get_current_uid_gid)(void) = (void *) 15;
static long (*const bpf_get_current_comm)(void *to, __u32 size) = (void *) 16;
static long (*const bpf_csum_diff)(const void *from, __u32 from_size, const void *to, __u32 to_size, __u32 seed) = (void *) 28;
static __u64 (*const bpf_get_current_cgroup_id)(void) = (void *) 80;
static long (*const bpf_map_push_elem)(void *map, const void *value, __u64 flags) = (void *) 87;
static long (*const bpf_map_pop_elem)(void *map, void *value) = (void *) 88;
static long (*const bpf_map_peek_elem)(void *map, void *value) = (void *) 89;
static void (*const bpf_spin_lock)(struct bpf_spin_lock *lock) = (void *) 93;
static void (*const bpf_spin_unlock)(struct bpf_spin_lock *lock) = (void *) 94;
static long (*const bpf_strtol)(const char *text, __u32 size, __u64 flags, long *result) = (void *) 105;
static long (*const bpf_strtoul)(const char *text, __u32 size, __u64 flags, unsigned long *result) = (void *) 106;
static long (*const bpf_probe_read_kernel)(void *to, __u32 size, const void *from) = (void *) 113;
static long (*const bpf_probe_read_kernel_str)(void *to, __u32 size, const void *from) = (void *) 115;
static __u64 (*const bpf_jiffies64)(void) = (void *) 118;
static __u64 (*const bpf_ktime_get_boot_ns)(void) = (void *) 125;
static long (*const bpf_ringbuf_output)(void *ring, const void *from, __u64 size, __u64 flags) = (void *) 130;
static void *(*const bpf_ringbuf_reserve)(void *ring, __u64 size, __u64 flags) = (void *) 131;
static void (*const bpf_ringbuf_submit)(void *allocation, __u64 flags) = (void *) 132;
static void (*const bpf_ringbuf_discard)(void *allocation, __u64 flags) = (void *) 133;
static __u64 (*const bpf_ringbuf_query)(void *ring, __u64 flags) = (void *) 134;
static void *(*const bpf_inode_storage_get)(void *map, struct ring3_inode *object, const void *value, __u64 number) = (void *) 145;
static long (*const bpf_inode_storage_delete)(void *map, struct ring3_inode *object) = (void *) 146;
static void *(*const bpf_task_storage_get)(void *map, struct task_struct *object, const void *value, __u64 number) = (void *) 156;
static long (*const bpf_task_storage_delete)(void *map, struct task_struct *object) = (void *) 157;
static struct task_struct *(*const bpf_get_current_task_btf)(void) = (void *) 158;
static __u64 (*const bpf_ktime_get_coarse_ns)(void) = (void *) 160;
static long (*const bpf_for_each_map_elem)(void *map, void *callback, void *callback_context, __u64 flags) = (void *) 164;
static long (*const bpf_snprintf)(char *to, __u32 size, const char *format, const __u64 *numbers, __u32 numbers_size) = (void *) 165;
static long (*const bpf_timer_init)(struct bpf_timer *timer, void *map, __u64 number) = (void *) 169;
static long (*const bpf_timer_set_callback)(struct bpf_timer *timer, void *callback) = (void *) 170;
static long (*const bpf_timer_start)(struct bpf_timer *timer, __u64 number, __u64 number2) = (void *) 171;
static long (*const bpf_timer_cancel)(struct bpf_timer *timer) = (void *) 172;
static long (*const bpf_trace_vprintk)(const char *format, __u32 size, const __u64 *numbers, __u32 numbers_size) = (void *) 177;
static long (*const bpf_loop)(__u32 rounds, void *callback, void *callback_context, __u64 flags) = (void *) 181;
static long (*const bpf_strncmp)(const char *text, __u32 size, const char *constant) = (void *) 182;
static void *(*const bpf_map_lookup_percpu_elem)(void *map, const void *key, __u32 processor) = (void *) 195;
static __u64 (*const bpf_ktime_get_tai_ns)(void) = (void *) 208;
#endif

/* bpf_iter_num_new, a function of the host. */
extern long bpf_iter_num_new(void *iterator, __u64 number, __u64 number2) __ksym;

/* bpf_iter_num_next, a function of the host. */
extern void *bpf_iter_num_next(void *iterator) __ksym;

/* bpf_iter_num_destroy, a function of the host. */
extern void bpf_iter_num_destroy(void *iterator) __ksym;

/* ring3_current_inode, a function of the host. */
extern struct ring3_inode *ring3_current_inode(void) __ksym;

/* Copies from the data that a write brings, so many bytes after its start. Returns how many bytes
 * it copied, fewer at the end of the data, 0 where no data is written. */
extern long ring3_data_read(__u64 offset, void *into, __u32 length) __ksym;

/* Copies name (RING3_NAME) or target_name (RING3_TARGET_NAME) of the context to memory that can be
 * indexed. Returns how many bytes it copied, or -EINVAL. */
extern long ring3_name(__u32 which, void *into, __u32 size) __ksym;

/* A path of an inode from the root of the volume, with zeros behind it. Returns its length, -ENOENT
 * where it has no name, -ENAMETOOLONG where there is no room or it is longer than 4096 bytes. */
extern long ring3_path(__u64 subvolume, __u64 ino, void *into, __u32 size) __ksym;

/* An extended attribute of ino, or of parent where the operation has no inode yet; the name is
 * "user.something", without a zero byte. Returns its length, -ENODATA if there is none, -ERANGE
 * where there is no room. */
extern long ring3_xattr(const void *name, __u32 name_length, void *into, __u32 size) __ksym;

/* What is known of a subvolume or snapshot, a struct ring3_subvolume. Returns how many bytes it
 * filled, or -ENOENT. */
extern long ring3_subvolume_get(__u64 id, void *into, __u32 size) __ksym;

/* Puts a record into the server's audit log, as ring3_emit does. Returns 0, or -E2BIG for more than
 * 4096 bytes. */
extern long ring3_emit_typed(__u64 type, const void *record, __u32 size) __ksym;

/* A new list of folios, or 0: there are 127 at most, and they go with the policy. */
extern __u64 ring3_list_new(void) __ksym;

/* Puts a folio that is on no list on one, to the RING3_HEAD or RING3_TAIL of it. Returns 0, -EINVAL
 * if there is no such list or end, -ENOENT if there is no such folio, -EEXIST if it is on a list. */
extern long ring3_list_add(__u64 list, __u32 folio, __u32 where) __ksym;

/* Moves a folio from the list that it is on to an end of the same or another. Returns 0, -EINVAL,
 * -ENOENT also if it is on none. */
extern long ring3_list_move(__u64 list, __u32 folio, __u32 where) __ksym;

/* Takes a folio off its list, which happens by itself when it leaves the cache. Returns 0 or
 * -ENOENT. */
extern long ring3_list_del(__u32 folio) __ksym;

/* How many folios are on a list, or -EINVAL. */
extern long ring3_list_length(__u64 list) __ksym;

/* How many pages of 4 KiB the folios on a list have, or -EINVAL. */
extern long ring3_list_pages(__u64 list) __ksym;

/* Goes along a list from its head and calls long callback(__u64 folio, void *callback_context),
 * until enough is proposed or each was looked at once. The callback returns RING3_CONTINUE, and the
 * folio goes where how says; RING3_EVICT, and it is proposed, goes where how says, and
 * cache->proposed counts it; RING3_SKIP, and it stays where it is; or RING3_STOP. In cache/evict.
 * Returns how many folios were continued, or -EINVAL. */
extern long ring3_list_iterate(struct ring3_cache *cache, __u64 list, void *callback, void *callback_context, const struct ring3_iterate *how) __ksym;

/* Takes groups of sample_size folios, at most 64, from the head of a list, calls long score(__u64
 * folio, void *callback_context) for each, proposes that of each group with the lowest score, and
 * moves all to the tail, until enough is proposed. In cache/evict. Returns how many were proposed,
 * or -EINVAL. */
extern long ring3_list_sample(struct ring3_cache *cache, __u64 list, void *callback, void *callback_context, __u32 sample_size) __ksym;

/* What is known of a folio, a struct ring3_folio. Returns how many bytes it filled, or -ENOENT. */
extern long ring3_folio_get(__u32 folio, void *into, __u32 size) __ksym;

/* The list that a folio is on, 0 for none, or -ENOENT. */
extern long ring3_folio_list(__u32 folio) __ksym;

/* How often a folio was read since this was asked last, counted up to 3, or -ENOENT. This is how a
 * policy knows of every read: cache/accessed tells one in 64. */
extern long ring3_folio_visits(__u32 folio) __ksym;

/* What the policy has noted with a folio, 0 at first and where there is no such folio. */
extern __u64 ring3_folio_note(__u32 folio) __ksym;

/* Notes a number with a folio, until it leaves the cache. Returns 0 or -ENOENT. */
extern long ring3_folio_set_note(__u32 folio, __u64 note) __ksym;

/* Brings a range of the file into the cache, in bytes; when half of what one call asked for is
 * reached, cache/readahead is asked again, with hit. In cache/readahead. Returns 0, or -ENOSPC for
 * what is beyond the end of the file, or more than 32 ranges or window_max bytes in one call. */
extern long ring3_prefetch(__u64 offset, __u64 length) __ksym;

/* To refuse with: return -EPERM. Other values of errno(3) do as well. */
#ifndef EPERM
#define EPERM 1 /* not permitted */
#define ENOENT 2 /* no such file */
#define EIO 5 /* input or output failed */
#define EAGAIN 11 /* try again */
#define EACCES 13 /* permission denied */
#define EBUSY 16 /* in use */
#define ENOMEM 12 /* no memory */
#define EEXIST 17 /* is there already */
#define EINVAL 22 /* makes no sense */
#define ENOSPC 28 /* no space left */
#define EROFS 30 /* may only be read */
#define EDQUOT 122 /* over the quota */
#endif

/* Puts a record, given by its address, into the audit log, with its type: bpf trace shows its fields. */
#define ring3_emit(record) \
    ring3_emit_typed(__builtin_btf_type_id(*(__typeof__(*(record)) *)0, 0), record, sizeof(*(record)))

/*
 * What the object wants to be, for all of its programs; words with spaces between, once in an object:
 *   observe-only  results do not count; called after all others, whatever these said, and sees their verdict
 *   fail-closed   if a program of it fails, what it was asked about is refused until somebody detaches it;
 *                 without this word it is not asked any more
 * Who attaches it can say otherwise.
 */
#define RING3_OPTIONS(words) const char ring3_options[] SEC("ring3.options") = words

#endif
