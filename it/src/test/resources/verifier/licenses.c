/* What programs may not call that are under another licence than the GPL. */
#define PROGRAM_LICENSE "MIT"
#include "corpus.h"

// refuse license: the helper is for programs under the GPL alone
SEC("xdp")
int says_hello(struct xdp_md *ctx) {
    char text[] = "hello";
    bpf_trace_printk(text, sizeof(text));
    return XDP_PASS;
}

// refuse license: the helper is for programs under the GPL alone
SEC("kprobe/vfs_read")
int reads_the_kernel(void *ctx) {
    u64 word = 0;
    bpf_probe_read_kernel(&word, sizeof(word), ctx);
    return (int) word;
}

// accept
SEC("xdp")
int asks_for_the_time(struct xdp_md *ctx) {
    return bpf_ktime_get_ns() & 1 ? XDP_PASS : XDP_DROP;
}
