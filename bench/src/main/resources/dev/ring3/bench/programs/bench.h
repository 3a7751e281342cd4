/* SPDX-License-Identifier: CC0-1.0
 * A program is body(memory, bytes, end of memory): memory is a writable copy of NAME.in or what the table of programs makes, and
 * 512 bytes of stack are there. ENTRY makes of it, for a macro that the compiler is given:
 *   (none)   BPF: section "entry", symbol "bench", u64 bench(u8 *memory, u64 bytes)
 *   KERNEL   XDP: section "xdp", symbol "prog", the packet is the memory, the low 32 bits are returned
 *   NATIVE   bench(), and repeat() that calls it so often and cannot see what it does
 *   WASM     bench(), exported, and input(), which says where the memory is
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;
#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))

#if defined(KERNEL)
struct xdp_md {
  u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex;
};
#define ENTRY(NAME, N)                                                     \
  __attribute__((section("xdp"), used)) int prog(struct xdp_md *context) { \
    u8 *p = (u8 *)(long)context->data, *end = (u8 *)(long)context->data_end; \
    if (p + (N) > end) return -1;                                          \
    return (int)body(p, (N), end);                                         \
  }                                                                        \
  char _license[] __attribute__((section("license"), used)) = "Dual BSD/GPL";
#elif defined(NATIVE)
#define ENTRY(NAME, N)                                            \
  __attribute__((noinline)) u64 bench(u8 *memory, u64 bytes) {    \
    return bytes < (N) ? (u64)-1 : body(memory, (N), memory + bytes); \
  }                                                               \
  u64 repeat(u8 *memory, u64 bytes, u64 times) {                  \
    u64 (*volatile called)(u8 *, u64) = bench;                    \
    u64 result = 0;                                               \
    for (u64 i = 0; i < times; i++) result = called(memory, bytes); \
    return result;                                                \
  }
#elif defined(WASM)
#define ENTRY(NAME, N)                                                                    \
  static u8 memory[4096];                                                                 \
  __attribute__((export_name("input"))) u8 *input(void) { return memory; }                \
  __attribute__((export_name("bench"))) u64 bench(u8 *p, u64 bytes) {                     \
    return bytes < (N) ? (u64)-1 : body(p, (N), p + bytes);                               \
  }
#else
#define ENTRY(NAME, N)                                                              \
  __attribute__((section("entry"), used)) u64 bench(u8 *memory, u64 bytes) {        \
    return bytes < (N) ? (u64)-1 : body(memory, (N), memory + bytes);               \
  }
#endif
