/* What programs may not call that are under another licence than the GPL. */
#define PROGRAM_LICENSE "MIT"
#include "corpus.h"

SEC("xdp") // refuse license
int says_hello(struct xdp_md *context) {
    static const char text[] = "hello";
    bpf_trace_printk(text, sizeof(text));
    return XDP_PASS;
}

SEC("kprobe/vfs_read") // refuse license
int reads_the_kernel(void *context) {
    u64 word = 0;
    bpf_probe_read_kernel(&word, sizeof(word), context);
    return (int) word;
}

SEC("xdp") // accept
int asks_for_the_time(struct xdp_md *context) {
    return bpf_ktime_get_ns() & 1 ? XDP_PASS : XDP_DROP;
}
