#include "bench.h"
/* SHA-256 (FIPS 180-4) of two blocks of 64 bytes, all rounds in a row: a long function */
#define ROTR(x, b) (((x) >> (b)) | ((x) << (32 - (b))))
#define W(i) (w[(i) & 15])
#define NEXT(i)                                                               \
  (W(i) += (ROTR(W((i) + 14), 17) ^ ROTR(W((i) + 14), 19) ^ W((i) + 14) >> 10) + W((i) + 9) + \
           (ROTR(W((i) + 1), 7) ^ ROTR(W((i) + 1), 18) ^ W((i) + 1) >> 3))
#define ROUND(a, b, c, d, e, f, g, h, i, k, word)                                                    \
  h += (ROTR(e, 6) ^ ROTR(e, 11) ^ ROTR(e, 25)) + ((e & f) ^ (~e & g)) + k + (word), d += h,         \
  h += (ROTR(a, 2) ^ ROTR(a, 13) ^ ROTR(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))
#define EIGHT(i, WORD, k0, k1, k2, k3, k4, k5, k6, k7)                                  \
  ROUND(a, b, c, d, e, f, g, h, i, k0, WORD(i)), ROUND(h, a, b, c, d, e, f, g, i + 1, k1, WORD(i + 1)),       \
  ROUND(g, h, a, b, c, d, e, f, i + 2, k2, WORD(i + 2)), ROUND(f, g, h, a, b, c, d, e, i + 3, k3, WORD(i + 3)), \
  ROUND(e, f, g, h, a, b, c, d, i + 4, k4, WORD(i + 4)), ROUND(d, e, f, g, h, a, b, c, i + 5, k5, WORD(i + 5)), \
  ROUND(c, d, e, f, g, h, a, b, i + 6, k6, WORD(i + 6)), ROUND(b, c, d, e, f, g, h, a, i + 7, k7, WORD(i + 7))
INLINE u64 body(u8 *p, u64 n, u8 *end) {
  u32 h0 = 0x6a09e667, h1 = 0xbb67ae85, h2 = 0x3c6ef372, h3 = 0xa54ff53a;
  u32 h4 = 0x510e527f, h5 = 0x9b05688c, h6 = 0x1f83d9ab, h7 = 0x5be0cd19;
  for (u32 block = 0; block < 2; block++) {
    volatile u32 *w = (volatile u32 *)(p + 128); /* not on the stack, which is full */
    for (u32 i = 0; i < 16; i++) w[i] = __builtin_bswap32(((u32 *)(p + block * 64))[i]);
    u32 a = h0, b = h1, c = h2, d = h3, e = h4, f = h5, g = h6, h = h7;
    EIGHT(0, W, 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5);
    EIGHT(8, W, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174);
    EIGHT(16, NEXT, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da);
    EIGHT(24, NEXT, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967);
    EIGHT(32, NEXT, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85);
    EIGHT(40, NEXT, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070);
    EIGHT(48, NEXT, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3);
    EIGHT(56, NEXT, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2);
    h0 += a, h1 += b, h2 += c, h3 += d, h4 += e, h5 += f, h6 += g, h7 += h;
  }
  return (u64)(h0 ^ h2 ^ h4 ^ h6) << 32 | (h1 ^ h3 ^ h5 ^ h7);
}
ENTRY(sha256, 192)
