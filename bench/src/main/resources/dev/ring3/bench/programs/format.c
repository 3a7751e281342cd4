#include "bench.h"
/* writes 32 numbers in decimal, each at the end of a field of 12 bytes, and sums the text */
INLINE u64 body(u8 *p, u64 n, u8 *end) {
  u8 *text = p + 128;
  for (u32 i = 0; i < 32; i++) {
    u32 value = ((u32 *)p)[i];
    u8 *field = text + i * 12;
    for (u32 at = 0; at < 12; at++) {
      u32 place = 11 - at;
      if (value == 0 && at > 0) {
        field[place] = ' ';
      } else {
        field[place] = '0' + value % 10;
        value /= 10;
      }
    }
  }
  u64 sum = 0;
  for (u32 i = 0; i < 384; i++) sum = sum * 131 + text[i];
  return sum;
}
ENTRY(format, 512)
