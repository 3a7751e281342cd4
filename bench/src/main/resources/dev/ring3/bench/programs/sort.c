#include "bench.h"
/* copies 48 numbers from the first half of the memory to the second and sorts them there, by exchanges of neighbours */
#define COUNT 48
INLINE u64 body(u8 *p, u64 n, u8 *end) {
  u32 *from = (u32 *)p, *to = (u32 *)(p + COUNT * 4);
  for (u32 i = 0; i < COUNT; i++) to[i] = from[i];
  for (u32 i = COUNT - 1; i > 0; i--)
    for (u32 j = 0; j < i; j++) {
      u32 a = to[j], b = to[j + 1];
      if (a > b) {
        *(volatile u32 *)&to[j] = b;
        *(volatile u32 *)&to[j + 1] = a;
      }
    }
  u64 sum = 0;
  for (u32 i = 0; i < COUNT; i++) sum = sum * 31 + to[i];
  return sum;
}
ENTRY(sort, 384)
