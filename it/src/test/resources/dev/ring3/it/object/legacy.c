// Maps as they were defined before BTF.
#include "object.h"

struct {
    u32 type, key_size, value_size, max_entries, map_flags;
} numbers SEC("maps") = {2, 4, 8, 3, 0};

SEC("program") u64 put(u8 *data, u64 length) {
    u32 key = data[0];
    u64 *number = map_lookup_elem(&numbers, &key);
    return number ? (*number += data[1]) : 99;
}
