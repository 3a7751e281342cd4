#include "bench.h"
/* CRC-32 of 512 bytes, bit by bit. The polynomial stands behind them: where it is a constant, the verifier of Linux 6.18 follows
 * each bit by itself and then a null pointer (maybe_fork_scalars, when there are more than 8192 of them). */
INLINE u64 body(u8 *p, u64 n, u8 *end) {
  u32 polynomial = *(volatile u32 *)(p + 512), crc = ~0u;
  for (u32 i = 0; i < 512; i++) {
    crc ^= p[i];
    for (u32 bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (polynomial & -(crc & 1));
  }
  return ~crc;
}
ENTRY(crc32, 516)
