#include "bench.h"
/* the edit distance of two words of 24 bytes, a row of the table at a time */
#define LENGTH 24
INLINE u64 body(u8 *p, u64 n, u8 *end) {
  volatile u32 *row = (volatile u32 *)(p + 2 * LENGTH);
  for (u32 i = 0; i <= LENGTH; i++) row[i] = i;
  for (u32 i = 1; i <= LENGTH; i++) {
    u32 diagonal = row[0];
    row[0] = i;
    for (u32 j = 1; j <= LENGTH; j++) {
      u32 replaced = diagonal + (p[i - 1] != p[LENGTH + j - 1]);
      u32 inserted = row[j - 1] + 1, deleted = row[j] + 1;
      diagonal = row[j];
      u32 least = replaced < inserted ? replaced : inserted;
      row[j] = least < deleted ? least : deleted;
    }
  }
  return row[LENGTH];
}
ENTRY(distance, 148)
