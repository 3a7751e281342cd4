/* Texts, structures, unions, bit fields, unaligned data. */
#include "corpus.h"

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, u8[256]);
} scratch SEC(".maps");

static always_inline int equal(const u8 *a, const char *b, u32 length) {
    for (u32 i = 0; i < length; i++) {
        if (a[i] != (u8)b[i]) {
            return 0;
        }
    }
    return 1;
}

// accept
SEC("entry")
u64 http_method(const u8 *data, u64 len) {
    if (len < 8) {
        return 0;
    }
    if (equal(data, "GET ", 4)) {
        return 1;
    }
    if (equal(data, "POST ", 5)) {
        return 2;
    }
    return equal(data, "DELETE ", 7) ? 3 : 0;
}

// accept
SEC("entry")
u64 length_of_text(const u8 *data, u64 len) {
    u64 i;
    for (i = 0; i < 64; i++) {
        if (i >= len || data[i] == 0) {
            break;
        }
    }
    return i;
}

// accept
SEC("entry")
u64 decimal(const u8 *data, u64 len) {
    u64 value = 0;
    for (u64 i = 0; i < 10; i++) {
        if (i >= len) {
            break;
        }
        u8 digit = data[i] - '0';
        if (digit > 9) {
            break;
        }
        value = value * 10 + digit;
    }
    return value;
}

// accept
SEC("entry")
u64 hexadecimal_into_stack(const u8 *data, u64 len) {
    static const char digits[] = "0123456789abcdef";
    char text[16];
    if (len < 8) {
        return 0;
    }
    for (int i = 0; i < 8; i++) {
        text[2 * i] = digits[data[i] >> 4];
        text[2 * i + 1] = digits[data[i] & 15];
    }
    return *(u64 *)text ^ *(u64 *)(text + 8);
}

// accept
SEC("entry")
u64 search(const u8 *data, u64 len) {
    for (u64 i = 0; i < 64; i++) {
        if (i + 4 > len) {
            break;
        }
        if (data[i] == '\r' && data[i + 1] == '\n' && data[i + 2] == '\r' && data[i + 3] == '\n') {
            return i;
        }
    }
    return -1;
}

// accept
SEC("entry")
u64 lower_case(u8 *data, u64 len) {
    u64 changed = 0;
    for (u64 i = 0; i < len && i < 100; i++) {
        u8 c = data[i];
        if (c >= 'A' && c <= 'Z') {
            data[i] = c + 32;
            changed++;
        }
    }
    return changed;
}

// accept
SEC("entry")
u64 unaligned_words(const u8 *data, u64 len) {
    if (len < 13) {
        return 0;
    }
    u32 a;
    u64 b;
    __builtin_memcpy(&a, data + 1, sizeof(a));
    __builtin_memcpy(&b, data + 5, sizeof(b));
    return a + b;
}

struct flags {
    u32 first : 3;
    u32 second : 7;
    s32 third : 10;
    u64 fourth : 40;
};

// accept
SEC("entry")
u64 bit_fields(u8 *data, u64 len) {
    if (len < sizeof(struct flags)) {
        return 0;
    }
    struct flags *flags = (void *)data;
    flags->second = flags->first + 1;
    flags->third = -flags->second;
    return flags->fourth + flags->third;
}

struct shape {
    u8 kind;
    union {
        struct {
            u16 width, height;
        } box;
        struct {
            u32 radius;
        } circle;
        u8 bytes[8];
    };
};

// accept
SEC("entry")
u64 union_by_kind(const u8 *data, u64 len) {
    if (len < sizeof(struct shape)) {
        return 0;
    }
    const struct shape *shape = (const void *)data;
    switch (shape->kind) {
    case 1:
        return shape->box.width * shape->box.height;
    case 2:
        return 3 * shape->circle.radius * shape->circle.radius;
    default:
        return shape->bytes[shape->kind & 7];
    }
}

struct packed_header {
    u8 type;
    u32 length;
    u64 id;
} packed;

// accept
SEC("entry")
u64 packed_structure(const u8 *data, u64 len) {
    if (len < sizeof(struct packed_header)) {
        return 0;
    }
    const struct packed_header *header = (const void *)data;
    return header->length ^ header->id ^ header->type;
}

struct point {
    s32 x, y;
};

static noinline s64 cross(struct point *a, struct point *b) {
    return (s64)a->x * b->y - (s64)a->y * b->x;
}

// accept
SEC("entry")
u64 structures_on_stack(const u8 *data, u64 len) {
    struct point points[4];
    if (len < sizeof(points)) {
        return 0;
    }
    __builtin_memcpy(points, data, sizeof(points));
    s64 area = 0;
    for (int i = 0; i < 4; i++) {
        area += cross(&points[i], &points[(i + 1) & 3]);
    }
    return area;
}

// accept
SEC("entry")
u64 four_sorted(u8 *data, u64 len) {
    if (len < 4) {
        return 0;
    }
    u8 a = data[0], b = data[1], c = data[2], d = data[3], t;
#define ORDER(x, y) \
    if (x > y) {    \
        t = x;      \
        x = y;      \
        y = t;      \
    }
    ORDER(a, b)
    ORDER(c, d)
    ORDER(a, c)
    ORDER(b, d)
    ORDER(b, c)
    return a | b << 8 | c << 16 | (u64)d << 24;
}

// accept
SEC("entry")
u64 run_lengths(const u8 *data, u64 len) {
    u8 out[32] = {};
    u32 used = 0;
    if (len < 12) {
        return 0;
    }
    for (u32 i = 0; i < 12;) {
        u8 byte = data[i];
        u32 run = 1;
        while (run < 3 && i + run < 12 && data[i + run] == byte) {
            run++;
        }
        if (used >= 31) {
            break;
        }
        out[used++] = byte;
        out[used++] = run;
        i += run;
    }
    return out[0] + out[1] + used;
}

// accept
SEC("tracepoint/sched/sched_process_exec")
int text_into_scratch(void *ctx) {
    u32 key = 0;
    u8 *buffer = bpf_map_lookup_elem(&scratch, &key);
    if (!buffer) {
        return 0;
    }
    bpf_get_current_comm(buffer, 16);
    u32 length = 0;
    for (; length < 16; length++) {
        if (buffer[length] == 0) {
            break;
        }
    }
    if (length < 255) {
        buffer[length] = '\n';
    }
    return length;
}

// accept
SEC("entry")
u64 crc32(const u8 *data, u64 len) {
    u32 crc = ~0u;
    for (u64 i = 0; i < 32; i++) {
        if (i >= len) {
            break;
        }
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
        }
    }
    return ~crc;
}

// accept
SEC("entry")
u64 base64_length(const u8 *data, u64 len) {
    u64 length = 0;
    for (u64 i = 0; i < 40; i++) {
        if (i >= len) {
            break;
        }
        u8 c = data[i];
        switch (c) {
        case 'A' ... 'Z':
        case 'a' ... 'z':
        case '0' ... '9':
        case '+':
        case '/':
            length++;
            break;
        default:
            i = 40;
        }
    }
    return length * 3 / 4;
}
