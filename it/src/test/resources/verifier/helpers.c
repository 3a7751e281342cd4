/* What helpers demand of their arguments, and which programs may call them. */
#include "corpus.h"

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 16);
    __type(key, u64[2]);
    __type(value, u64[4]);
} wide SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u8[64]);
} buffers SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(key_size, 4);
    __uint(value_size, 4);
} events SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_QUEUE);
    __uint(max_entries, 16);
    __uint(value_size, 8);
} queue SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u64);
    __uint(map_flags, BPF_F_RDONLY_PROG);
} constants SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, u8[512]);
} scratch SEC(".maps");

// accept
SEC("kprobe/do_sys_openat2")
int comm_into_stack(struct pt_regs *ctx) {
    char comm[16];
    bpf_get_current_comm(comm, sizeof(comm));
    return comm[0];
}

// refuse out-of-bounds: 32 bytes into 16
SEC("kprobe/do_sys_openat2")
int comm_too_long(struct pt_regs *ctx) {
    char comm[16] __attribute__((aligned(16)));
    opaque(ctx);
    bpf_get_current_comm(comm, 32);
    return comm[0];
}

// refuse argument: a buffer of no bytes
SEC("kprobe/do_sys_openat2")
int comm_of_zero(struct pt_regs *ctx) {
    char comm[16] = {};
    bpf_get_current_comm(comm, 0);
    return comm[0];
}

// refuse argument: the size may be anything
SEC("kprobe/do_sys_openat2")
int read_of_any_size(struct pt_regs *ctx) {
    u32 key = 0;
    u8 *buffer = bpf_map_lookup_elem(&scratch, &key);
    if (!buffer) {
        return 0;
    }
    bpf_probe_read_kernel(buffer, (u32)ctx->rsi, (void *)ctx->rdi);
    return buffer[0];
}

// accept
SEC("kprobe/do_sys_openat2")
int read_of_bounded_size(struct pt_regs *ctx) {
    u32 key = 0;
    u64 size = ctx->rsi;
    u8 *buffer = bpf_map_lookup_elem(&scratch, &key);
    if (!buffer) {
        return 0;
    }
    if (size > 512) {
        return 0;
    }
    bpf_probe_read_kernel(buffer, size, (void *)ctx->rdi);
    return buffer[0];
}

// refuse out-of-bounds: one byte more than the buffer has
SEC("kprobe/do_sys_openat2")
int read_of_size_too_large(struct pt_regs *ctx) {
    u32 key = 0;
    u64 size = ctx->rsi;
    u8 *buffer = bpf_map_lookup_elem(&scratch, &key);
    if (!buffer) {
        return 0;
    }
    if (size > 513) {
        return 0;
    }
    bpf_probe_read_kernel(buffer, size, (void *)ctx->rdi);
    return buffer[0];
}

// refuse argument: a signed size may be negative
SEC("kprobe/do_sys_openat2")
int read_of_signed_size(struct pt_regs *ctx) {
    u32 key = 0;
    s64 size = ctx->rsi;
    u8 *buffer = bpf_map_lookup_elem(&scratch, &key);
    if (!buffer) {
        return 0;
    }
    opaque(size);
    if (size > 512) {
        return 0;
    }
    asm volatile("r1 = %0; r2 = %1; r3 = 0; call 113" ::"r"(buffer), "r"(size) : "r0", "r1", "r2", "r3", "r4", "r5");
    return buffer[0];
}

// accept
SEC("kprobe/do_sys_openat2")
int string_then_its_length(struct pt_regs *ctx) {
    u32 key = 0;
    u8 *buffer = bpf_map_lookup_elem(&scratch, &key);
    if (!buffer) {
        return 0;
    }
    long length = bpf_probe_read_user_str(buffer, 256, (void *)ctx->rsi);
    if (length < 0) {
        return 0;
    }
    bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, buffer, length & 511);
    return 0;
}

// accept
SEC("kprobe/do_sys_openat2")
int strings_one_after_another(struct pt_regs *ctx) {
    u32 key = 0;
    u8 *buffer = bpf_map_lookup_elem(&scratch, &key);
    if (!buffer) {
        return 0;
    }
    u64 used = 0;
    for (int i = 0; i < 3; i++) {
        if (used > 384) {
            break;
        }
        long length = bpf_probe_read_user_str(buffer + used, 128, (void *)ctx->rsi);
        if (length <= 0) {
            break;
        }
        used += length;
    }
    return used;
}

// refuse uninitialized-stack: nobody has written what goes to the map
SEC("tracepoint/sched/sched_switch")
int value_uninitialised(void *ctx) {
    u64 key[2] = {1, 2};
    u64 value[4];
    bpf_map_update_elem(&wide, key, value, BPF_ANY);
    return 0;
}

// refuse uninitialized-stack: the key is longer than what was written
SEC("tracepoint/sched/sched_switch")
int key_half_initialised(void *ctx) {
    u64 key[2];
    ((volatile u64 *)key)[0] = 1;
    return bpf_map_lookup_elem(&wide, key) != NULL;
}

// refuse out-of-bounds (asm): 16 bytes of key, 8 bytes of stack
SEC("tracepoint/sched/sched_switch")
int key_too_short(void *ctx) {
    u64 found;
    asm volatile("r2 = 1; *(u64 *)(r10 - 8) = r2; r2 = r10; r2 += -8; r1 = %1 ll; call 1; %0 = r0"
                 : "=r"(found)
                 : "i"(&wide)
                 : "r0", "r1", "r2", "r3", "r4", "r5", "memory");
    return found != 0;
}

// refuse argument: a number is no key
SEC("tracepoint/sched/sched_switch")
int key_is_number(void *ctx) {
    return bpf_map_lookup_elem(&wide, (void *)16) != NULL;
}

// refuse argument: a value is no map
SEC("tracepoint/sched/sched_switch")
int map_is_stack(void *ctx) {
    u64 key[2] = {1, 2};
    return bpf_map_lookup_elem(key, key) != NULL;
}

// refuse read-only: programs may not change this map
SEC("tracepoint/sched/sched_switch")
int constant_map_updated(void *ctx) {
    u32 key = 0;
    u64 value = 1;
    bpf_map_update_elem(&constants, &key, &value, BPF_ANY);
    return 0;
}

// refuse read-only: programs may not write to its values
SEC("tracepoint/sched/sched_switch")
int constant_value_written(void *ctx) {
    u32 key = 0;
    u64 *value = bpf_map_lookup_elem(&constants, &key);
    if (value) {
        *value = 1;
    }
    return 0;
}

// accept
SEC("tracepoint/sched/sched_switch")
int constant_value_read(void *ctx) {
    u32 key = 0;
    u64 *value = bpf_map_lookup_elem(&constants, &key);
    return value ? *value : 0;
}

// accept
SEC("tracepoint/sched/sched_switch")
int queue_pushed_and_popped(void *ctx) {
    u64 value = bpf_ktime_get_ns();
    bpf_map_push_elem(&queue, &value, BPF_EXIST);
    u64 oldest;
    return bpf_map_pop_elem(&queue, &oldest) ? 0 : oldest;
}

// refuse argument: a hash map is no queue
SEC("tracepoint/sched/sched_switch")
int push_into_hash(void *ctx) {
    u64 value[4] = {};
    bpf_map_push_elem(&wide, value, BPF_ANY);
    return 0;
}

// refuse argument: a queue is not looked up by key
SEC("tracepoint/sched/sched_switch")
int lookup_in_queue(void *ctx) {
    u64 key = 0;
    return bpf_map_lookup_elem(&queue, &key) != NULL;
}

// refuse forbidden-function: a socket filter has no XDP buffer
SEC("socket")
int helper_of_another_type(struct __sk_buff *skb) {
    bpf_xdp_adjust_head(skb, 4);
    return 0;
}

// refuse forbidden-function: kernel memory is not to be read from here
SEC("xdp")
int helper_that_redirects_sockets(struct xdp_md *ctx) {
    return bpf_skb_pull_data(ctx, 0);
}

// refuse forbidden-function (asm): there is no helper of that number
SEC("xdp")
int helper_unknown(struct xdp_md *ctx) {
    asm volatile("call 5000" ::: "r0", "r1", "r2", "r3", "r4", "r5");
    return XDP_PASS;
}

// refuse argument: the context has to be passed as it came
SEC("kprobe/do_sys_openat2")
int context_moved(struct pt_regs *ctx) {
    u64 data = 1;
    bpf_perf_event_output((void *)ctx + 8, &events, BPF_F_CURRENT_CPU, &data, sizeof(data));
    return 0;
}

// accept
SEC("kprobe/do_sys_openat2")
int event_with_data(struct pt_regs *ctx) {
    u64 data[2] = {bpf_ktime_get_ns(), bpf_get_current_pid_tgid()};
    bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, data, sizeof(data));
    return 0;
}

// accept
SEC("kprobe/do_sys_openat2")
int text_formatted(struct pt_regs *ctx) {
    char text[32];
    static const char format[] = "%d of %s";
    u64 data[2] = {bpf_get_current_pid_tgid() >> 32, (u64)(long)"x"};
    data[1] = ctx->rdi;
    long length = bpf_snprintf(text, sizeof(text), "%d and %x", data, sizeof(data));
    return length;
}

// refuse argument: the text has to be constant
SEC("kprobe/do_sys_openat2")
int format_on_stack(struct pt_regs *ctx) {
    char text[32];
    char format[8] = "%d";
    u64 data = 1;
    return bpf_snprintf(text, sizeof(text), format, &data, sizeof(data));
}

// accept
SEC("kprobe/do_sys_openat2")
int name_compared(struct pt_regs *ctx) {
    char comm[16] = {};
    bpf_get_current_comm(comm, sizeof(comm));
    return bpf_strncmp(comm, sizeof(comm), "sshd") == 0;
}

// accept
SEC("tc")
int bytes_loaded(struct __sk_buff *skb) {
    u8 header[20];
    if (bpf_skb_load_bytes(skb, 14, header, sizeof(header)) < 0) {
        return TC_ACT_OK;
    }
    return header[9] == PROTO_TCP ? TC_ACT_OK : TC_ACT_SHOT;
}

// accept
SEC("tc")
int bytes_loaded_of_checked_length(struct __sk_buff *skb) {
    u8 options[40] = {};
    u32 length = skb->len;
    if (length < 1 || length > sizeof(options)) {
        return TC_ACT_OK;
    }
    bpf_skb_load_bytes(skb, 34, options, length);
    return options[0];
}

// refuse argument: the length may be zero
SEC("tc")
int bytes_loaded_of_zero_length(struct __sk_buff *skb) {
    u8 options[40] = {};
    u32 length = skb->len;
    if (length > sizeof(options)) {
        return TC_ACT_OK;
    }
    bpf_skb_load_bytes(skb, 34, options, length);
    return options[0];
}

// accept
SEC("tc")
int packet_as_key(struct __sk_buff *skb) {
    void *data = packet_start(skb), *end = packet_end(skb);
    if (data + 16 > end) {
        return TC_ACT_OK;
    }
    return bpf_map_lookup_elem(&wide, data) ? TC_ACT_OK : TC_ACT_SHOT;
}
