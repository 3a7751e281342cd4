#include "bench.h"
/* scans 1024 bytes of JSON: counts strings, numbers, escapes, opening brackets and the deepest nesting */
INLINE u64 body(u8 *p, u64 n, u8 *end) {
  volatile u32 *nesting = (volatile u32 *)(p + 1024); /* in memory, so that a verifier does not tell depths apart */
  u32 strings = 0, numbers = 0, escapes = 0, opened = 0;
  nesting[0] = nesting[1] = 0;
  u8 quoted = 0, escaped = 0, digits = 0;
  for (u32 i = 0; i < 1024; i++) {
    u8 c = p[i];
    if (quoted) {
      if (escaped) {
        escaped = 0;
        escapes++;
      } else if (c == '\\') {
        escaped = 1;
      } else if (c == '"') {
        quoted = 0;
      }
      continue;
    }
    u8 digit = c >= '0' && c <= '9';
    if (digit && !digits) numbers++;
    digits = digit || (digits && (c == '.' || c == 'e' || c == '-' || c == '+'));
    if (c == '"') {
      quoted = 1;
      strings++;
    } else if (c == '{' || c == '[') {
      opened++;
      u32 depth = nesting[0] + 1;
      nesting[0] = depth;
      if (depth > nesting[1]) nesting[1] = depth;
    } else if (c == '}' || c == ']') {
      nesting[0]--;
    }
  }
  return (u64)strings << 48 | (u64)numbers << 32 | (u64)escapes << 16 | (opened << 8 ^ nesting[1]);
}
ENTRY(json, 1032)
