#include "bench.h"
/* 256 times three functions that call each other; none is inlined */
NOINLINE u64 third(u64 a, u64 b) { return (a ^ b) * 0x9e3779b97f4a7c15ULL; }
NOINLINE u64 second(u64 a, u64 b, u64 c) { return third(a + c, b) + third(b, c); }
NOINLINE u64 first(u64 a, u64 b) { return a & 1 ? second(a, b, 7) : second(b, a, 11) >> 1; }
INLINE u64 body(u8 *p, u64 n, u8 *end) {
  u64 state = *(u64 *)p, sum = 0;
  for (u32 i = 0; i < 256; i++) {
    state = first(state, i);
    sum += state >> 32;
  }
  return sum;
}
ENTRY(calls, 8)
