#include "bench.h"
/* the product of two matrices of 12 by 12 numbers of 32 bits, whose numbers are mixed */
#define SIDE 12
INLINE u64 body(u8 *p, u64 n, u8 *end) {
  u32 *a = (u32 *)p, *b = a + SIDE * SIDE, *c = b + SIDE * SIDE;
  for (u32 i = 0; i < SIDE; i++)
    for (u32 j = 0; j < SIDE; j++) {
      u32 sum = 0;
      for (u32 k = 0; k < SIDE; k++) sum += a[i * SIDE + k] * b[k * SIDE + j];
      c[i * SIDE + j] = sum;
    }
  u64 mixed = 0;
  for (u32 i = 0; i < SIDE * SIDE; i++) mixed = mixed * 31 + c[i];
  return mixed;
}
ENTRY(matrix, 1728)
