// What the binary inputs beside this file were compiled from: clang 19, -O2 -g -target bpfel or bpfeb -mcpu=v3.
typedef unsigned int u32; typedef unsigned long long u64;
struct value { u32 a; u64 b; };
struct { int (*type)[2]; int (*max_entries)[4]; u32 *key; struct value *value; } values __attribute__((section(".maps"), used));
const volatile u32 limit = 7;
u64 total;
struct request { u32 op; u32 bytes; } __attribute__((preserve_access_index));
static void *(*const lookup)(void *, const void *) = (void *)1;
__attribute__((noinline)) static u64 weigh(struct request *r) { return r->bytes > limit ? r->bytes : total; }
__attribute__((section("memory"), used)) u64 judge(struct request *r) {
  u32 key = r->op; struct value *v = lookup(&values, &key);
  total += weigh(r); return v ? v->b : 0;
}
char _license[] __attribute__((section("license"), used)) = "GPL";
