/* A block of memory and its length, checked in every way that people write. */
#include "corpus.h"

// accept
SEC("entry")
u64 length_checked(const u8 *data, u64 len) {
    if (len < 8) {
        return 0;
    }
    return *(const u64 *)data;
}

// refuse out-of-bounds: nothing says that there is a byte
SEC("entry")
u64 length_unchecked(const u8 *data, u64 len) {
    return data[0];
}

// refuse out-of-bounds: one byte less was checked than is read
SEC("entry")
u64 length_one_short(const u8 *data, u64 len) {
    if (len < 7) {
        return 0;
    }
    return *(const u64 *)data;
}

// refuse out-of-bounds: the check is the wrong way round
SEC("entry")
u64 length_inverted(const u8 *data, u64 len) {
    if (len > 16) {
        return 0;
    }
    return *(const u32 *)data;
}

// refuse out-of-bounds: the byte before the first
SEC("entry")
u64 before_start(const u8 *data, u64 len) {
    if (len < 8) {
        return 0;
    }
    return *(const u32 *)(data - 1);
}

// accept
SEC("entry")
u64 offset_from_input(const u8 *data, u64 len) {
    if (len < 1) {
        return 0;
    }
    u64 offset = data[0];
    if (offset + 4 > len) {
        return 0;
    }
    return *(const u32 *)(data + offset);
}

// refuse out-of-bounds: the offset is checked, but not what is read there
SEC("entry")
u64 offset_without_width(const u8 *data, u64 len) {
    if (len < 1) {
        return 0;
    }
    u64 offset = data[0];
    if (offset >= len) {
        return 0;
    }
    return *(const u32 *)(data + offset);
}

// accept
SEC("entry")
u64 sum_all(const u8 *data, u64 len) {
    u64 sum = 0;
    for (u64 i = 0; i < len; i++) {
        sum += data[i];
    }
    return sum;
}

// refuse out-of-bounds: the last turn is one too many
SEC("entry")
u64 sum_one_too_many(const u8 *data, u64 len) {
    u64 sum = 0;
    for (u64 i = 0; i <= len; i++) {
        sum += data[i];
    }
    return sum;
}

// accept
SEC("entry")
u64 sum_words(const u8 *data, u64 len) {
    u64 sum = 0;
    for (u64 i = 0; i + 4 <= len; i += 4) {
        sum += *(const u32 *)(data + i);
    }
    return sum;
}

// accept
SEC("entry")
u64 pointers_compared(const u8 *data, u64 len) {
    const u8 *end = data + len;
    u64 hash = 0xcbf29ce484222325;
    for (const u8 *p = data; p < end; p++) {
        hash = (hash ^ *p) * 0x100000001b3;
    }
    return hash;
}

// accept
SEC("entry")
u64 last_byte(const u8 *data, u64 len) {
    return len > 0 ? data[len - 1] : 0;
}

// accept
SEC("entry")
u64 tail_of_four(const u8 *data, u64 len) {
    if (len < 4) {
        return 0;
    }
    return *(const u32 *)(data + len - 4);
}

// accept
SEC("entry")
u64 clamped_length(const u8 *data, u64 len) {
    u64 limit = len < 64 ? len : 64;
    u64 zeros = 0;
    for (u64 i = 0; i < limit; i++) {
        zeros += data[i] == 0;
    }
    return zeros;
}

// accept
SEC("entry")
u64 reverse_in_place(u8 *data, u64 len) {
    u64 j = len;
    for (u64 i = 0; i < 16; i++) {
        j--;
        if (i >= j || j >= len) {
            break;
        }
        u8 other = data[j];
        data[j] = data[i];
        data[i] = other;
    }
    return j;
}

// accept
SEC("entry")
u64 index_within_checked(const u8 *data, u64 len) {
    if (len < 64) {
        return 0;
    }
    return data[data[0] & 63];
}

// accept
SEC("entry")
u64 table_within_checked(const u8 *data, u64 len) {
    if (len < 16 + 256 * 4) {
        return 0;
    }
    const u32 *table = (const u32 *)(data + 16);
    return table[data[0]] + table[255 - data[1]];
}

// refuse out-of-bounds: the last entry of the table is half outside
SEC("entry")
u64 table_partly_checked(const u8 *data, u64 len) {
    if (len < 14 + 256 * 4) {
        return 0;
    }
    const u32 *table = (const u32 *)(data + 16);
    return table[data[0]];
}

struct record {
    u8 kind;
    u8 length;
    u16 id;
    u32 value;
};

// accept
SEC("entry")
u64 records(const u8 *data, u64 len) {
    u64 sum = 0;
    for (u64 i = 0; i < 100; i++) {
        if ((i + 1) * sizeof(struct record) > len) {
            break;
        }
        const struct record *r = (const struct record *)data + i;
        if (r->kind == 3) {
            sum += r->value;
        }
    }
    return sum;
}

// accept
SEC("entry")
u64 lengths_in_data(const u8 *data, u64 len) {
    u64 at = 0;
    u64 sum = 0;
    for (int i = 0; i < 20; i++) {
        if (at + 2 > len) {
            break;
        }
        u8 size = data[at + 1];
        if (size < 2 || at + size > len) {
            break;
        }
        sum += data[at];
        at += size;
    }
    return sum;
}
