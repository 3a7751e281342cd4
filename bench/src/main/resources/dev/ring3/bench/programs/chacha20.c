#include "bench.h"
/* ChaCha20 (RFC 8439): key and nonce from the memory's first 48 bytes, encrypts the 512 behind them in place, twice */
#define ROTL(x, b) (((x) << (b)) | ((x) >> (32 - (b))))
#define QUARTER(a, b, c, d)                                   \
  a += b, d ^= a, d = ROTL(d, 16), c += d, b ^= c, b = ROTL(b, 12), \
  a += b, d ^= a, d = ROTL(d, 8), c += d, b ^= c, b = ROTL(b, 7)
INLINE void block(u8 *p, u32 counter, u8 *to) {
  u32 s0 = 0x61707865, s1 = 0x3320646e, s2 = 0x79622d32, s3 = 0x6b206574;
  u32 *k = (u32 *)p;
  u32 x0 = s0, x1 = s1, x2 = s2, x3 = s3, x4 = k[0], x5 = k[1], x6 = k[2], x7 = k[3];
  u32 x8 = k[4], x9 = k[5], x10 = k[6], x11 = k[7], x12 = counter, x13 = k[8], x14 = k[9], x15 = k[10];
  for (u32 i = 0; i < 10; i++) {
    QUARTER(x0, x4, x8, x12);
    QUARTER(x1, x5, x9, x13);
    QUARTER(x2, x6, x10, x14);
    QUARTER(x3, x7, x11, x15);
    QUARTER(x0, x5, x10, x15);
    QUARTER(x1, x6, x11, x12);
    QUARTER(x2, x7, x8, x13);
    QUARTER(x3, x4, x9, x14);
  }
  u32 *o = (u32 *)to;
  o[0] ^= x0 + s0, o[1] ^= x1 + s1, o[2] ^= x2 + s2, o[3] ^= x3 + s3;
  o[4] ^= x4 + k[0], o[5] ^= x5 + k[1], o[6] ^= x6 + k[2], o[7] ^= x7 + k[3];
  o[8] ^= x8 + k[4], o[9] ^= x9 + k[5], o[10] ^= x10 + k[6], o[11] ^= x11 + k[7];
  o[12] ^= x12 + counter, o[13] ^= x13 + k[8], o[14] ^= x14 + k[9], o[15] ^= x15 + k[10];
}
INLINE u64 body(u8 *p, u64 n, u8 *end) {
  u64 mixed = 0;
  for (u32 turn = 0; turn < 2; turn++) { /* the second turn brings the text back, for the next run */
    for (u32 i = 0; i < 8; i++) block(p, i + 1, p + 48 + i * 64);
    for (u32 i = 0; i < 512; i += 8) mixed = mixed * 31 + *(u64 *)(p + 48 + i);
  }
  return mixed;
}
ENTRY(chacha20, 560)
