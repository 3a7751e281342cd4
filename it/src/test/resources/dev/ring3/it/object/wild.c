/*
 * Programs as people write them. Each is a function of a block of memory and its length; compiled for BPF and for the
 * machine itself, where a few lines stand in for helpers and maps, they return the same and leave the same memory.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

#define noinline __attribute__((noinline))
#define always_inline inline __attribute__((always_inline))

#ifdef __bpf__
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int (*name)[value]
#define __type(name, value) value *name

static void *(*map_lookup)(void *, const void *) = (void *) 1;
static long (*map_update)(void *, const void *, const void *, u64) = (void *) 2;
static long (*map_delete)(void *, const void *) = (void *) 3;
static long (*spin_lock)(void *) = (void *) 93;
static long (*spin_unlock)(void *) = (void *) 94;
static long (*for_each)(void *, void *, void *, u64) = (void *) 164;
static long (*loop)(u32, void *, void *, u64) = (void *) 181;

struct bpf_spin_lock {
    u32 val;
};
#else
#define SEC(name)
struct bpf_spin_lock {
    u32 val;
};
static long spin_lock(struct bpf_spin_lock *lock) { return lock->val = 0; }
static long spin_unlock(struct bpf_spin_lock *lock) { return lock->val = 0; }
static long loop(u32 turns, long (*body)(u64, void *), void *context, u64 flags) {
    for (u32 i = 0; i < turns; i++) {
        if (body(i, context)) {
            return i + 1;
        }
    }
    return turns;
}
#endif

/* Counts, in a map on one side and in an array on the other. */
struct counter {
    struct bpf_spin_lock lock;
    u32 hits;
    u64 sum;
};
#ifdef __bpf__
struct {
    __uint(type, 1);
    __uint(max_entries, 64);
    __type(key, u32);
    __type(value, struct counter);
} counters SEC(".maps");

static always_inline struct counter *counter(u32 key) {
    struct counter *found = map_lookup(&counters, &key);
    if (found) {
        return found;
    }
    struct counter fresh = {};
    map_update(&counters, &key, &fresh, 1);
    return map_lookup(&counters, &key);
}

static long add_up(void *map, const u32 *key, struct counter *value, u64 *total) {
    *total += value->sum * (*key + 1) + value->hits;
    return 0;
}

static always_inline u64 total_of_counters(void) {
    u64 total = 0;
    for_each(&counters, add_up, &total, 0);
    for (u32 key = 0; key < 16; key++) {
        map_delete(&counters, &key);
    }
    return total;
}
#else
static struct counter counters[64];
static struct counter *counter(u32 key) { return &counters[key]; }
static u64 total_of_counters(void) {
    u64 total = 0;
    for (u32 key = 0; key < 16; key++) {
        total += counters[key].sum * (key + 1) + counters[key].hits;
        counters[key].sum = counters[key].hits = 0;
    }
    return total;
}
#endif

u64 sums_bytes(u8 *data, u64 length) {
    u64 sum = 0;
    for (u64 i = 0; i < length; i++) {
        sum += data[i];
    }
    return sum;
}

u64 counts_words(u8 *data, u64 length) {
    u64 words = 0, inside = 0;
    for (u64 i = 0; i < length && i < 512; i++) {
        u8 c = data[i];
        int blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        words += !blank && !inside;
        inside = !blank;
    }
    return words;
}

u64 reverses(u8 *data, u64 length) {
    for (u64 i = 0; i < 512; i++) {
        u64 j = length - 1 - i;
        if (i >= length || j >= length || i >= j) {
            break;
        }
        u8 c = data[i];
        data[i] = data[j];
        data[j] = c;
    }
    return length;
}

u64 parses_number(u8 *data, u64 length) {
    u64 number = 0;
    int negative = 0;
    u64 at = 0;
    if (length > 0 && data[0] == '-') {
        negative = 1;
        at = 1;
    }
    for (int i = 0; i < 20 && at < length; i++, at++) {
        u8 digit = data[at] - '0';
        if (digit > 9) {
            break;
        }
        number = number * 10 + digit;
    }
    return negative ? -number : number;
}

static const u32 crc_nibbles[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};

u64 crc32(u8 *data, u64 length) {
    u32 crc = ~0u;
    for (u64 i = 0; i < length && i < 600; i++) {
        crc ^= data[i];
        crc = crc_nibbles[crc & 15] ^ (crc >> 4);
        crc = crc_nibbles[crc & 15] ^ (crc >> 4);
    }
    return ~crc;
}

u64 sorts(u8 *data, u64 length) {
    u32 numbers[16];
    u32 count = 0;
    for (u32 i = 0; i < 16; i++) {
        numbers[i] = 0;
        if ((i + 1) * 4 <= length) {
            numbers[i] = *(u32 *) (data + i * 4);
            count++;
        }
    }
    for (u32 i = 1; i < 16; i++) {
        u32 number = numbers[i];
        u32 j = i;
        while (j > 0 && j < 16 && numbers[j - 1] > number) {
            numbers[j] = numbers[j - 1];
            j--;
        }
        if (j < 16) {
            numbers[j] = number;
        }
    }
    u64 hash = count;
    for (u32 i = 0; i < 16; i++) {
        hash = hash * 31 + numbers[i];
    }
    return hash;
}

struct header {
    u8 version : 4, words : 4;
    u8 kind;
    u16 bytes;
    u32 source;
    u32 target;
} __attribute__((packed));

static noinline u64 options(u8 *data, u8 *end) {
    u64 sum = 0;
    for (int i = 0; i < 10; i++) {
        if (data + 2 > end) {
            break;
        }
        u8 kind = data[0], size = data[1];
        if (kind == 0) {
            break;
        }
        if (kind == 1) {
            data++;
            continue;
        }
        if (size < 2 || data + size > end) {
            break;
        }
        sum = sum * 257 + kind + size;
        data += size;
    }
    return sum;
}

u64 parses_packet(u8 *data, u64 length) {
    u8 *end = data + length;
    struct header *header = (void *) data;
    if ((u8 *) (header + 1) > end) {
        return -1;
    }
    u32 size = header->words * 4;
    if (size < sizeof(*header) || data + size > end) {
        return header->version;
    }
    u64 sum = options((u8 *) (header + 1), data + size);
    return sum ^ ((u64) header->kind << 56) ^ __builtin_bswap32(header->source) ^ __builtin_bswap16(header->bytes);
}

static u64 runs;
static u32 histogram[16];
static volatile const u32 bins = 16;

u64 keeps_globals(u8 *data, u64 length) {
    runs++;
    for (u64 i = 0; i < length && i < 256; i++) {
        histogram[(data[i] * bins >> 8) & 15]++;
    }
    u64 hash = runs;
    for (int i = 0; i < 16; i++) {
        hash = hash * 1000003 + histogram[i];
    }
    return hash;
}

static noinline u64 gcd(u64 a, u64 b) {
    for (int i = 0; i < 100 && b; i++) {
        u64 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

u64 calls_functions(u8 *data, u64 length) {
    if (length < 24) {
        return 0;
    }
    u64 *numbers = (u64 *) data;
    return gcd(numbers[0], numbers[1]) + gcd(numbers[1] | 1, numbers[2] / 7) * 3;
}

u64 divides_signed(u8 *data, u64 length) {
    if (length < 16) {
        return 0;
    }
    s64 a = *(s64 *) data;
    s32 b = *(s32 *) (data + 8);
    s16 c = *(s16 *) (data + 12);
    s8 d = *(s8 *) (data + 14);
    s64 shifted = (a >> 7) + ((s64) b << 3) + (c >> 2) + d;
    return shifted ^ (b < c ? 5 : d < 0 ? 6 : 7);
}

struct walk {
    u8 *data;
    u64 length;
    u64 sum;
};

static long one_step(u64 index, void *context) {
    struct walk *walk = context;
    if (index >= walk->length) {
        return 1;
    }
    walk->sum = walk->sum * 33 + walk->data[index];
    return 0;
}

u64 loops_by_callback(u8 *data, u64 length) {
    struct walk walk = {data, length, 5381};
    u64 turns = loop(100, one_step, &walk, 0);
    return walk.sum * 1000 + turns;
}

u64 counts_in_a_map(u8 *data, u64 length) {
    for (u64 i = 0; i < length && i < 40; i++) {
        struct counter *found = counter(data[i] & 15);
        if (!found) {
            return -1;
        }
        spin_lock(&found->lock);
        found->hits++;
        found->sum += i;
        spin_unlock(&found->lock);
    }
    return total_of_counters();
}

static const char alphabet[64] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

u64 encodes_base64(u8 *data, u64 length) {
    char text[64] = {};
    u32 out = 0;
    for (u32 i = 0; i + 3 <= length && i < 45; i += 3) {
        u32 word = data[i] << 16 | data[i + 1] << 8 | data[i + 2];
        if (out + 4 > sizeof(text)) {
            break;
        }
        text[out & 63] = alphabet[word >> 18 & 63];
        text[(out + 1) & 63] = alphabet[word >> 12 & 63];
        text[(out + 2) & 63] = alphabet[word >> 6 & 63];
        text[(out + 3) & 63] = alphabet[word & 63];
        out += 4;
    }
    u64 hash = 0;
    for (u32 i = 0; i < sizeof(text); i++) {
        hash = hash * 131 + text[i];
    }
    return hash;
}

static const char needle[] = "needle";

static noinline int is_here(u8 *at) {
    for (u32 i = 0; i < sizeof(needle) - 1; i++) {
        if (at[i] != needle[i]) {
            return 0;
        }
    }
    return 1;
}

u64 finds_text(u8 *data, u64 length) {
    for (u64 i = 0; i + sizeof(needle) - 1 <= length && i < 300; i++) {
        if (is_here(data + i)) {
            return i;
        }
    }
    return -1;
}

u64 decodes_utf8(u8 *data, u64 length) {
    u64 points = 0, hash = 0, at = 0;
    for (int i = 0; i < 5; i++) {
        if (at >= length) {
            break;
        }
        u32 c = data[at++];
        u32 more = c < 0x80 ? 0 : (c & 0xe0) == 0xc0 ? 1 : (c & 0xf0) == 0xe0 ? 2 : (c & 0xf8) == 0xf0 ? 3 : 4;
        if (more == 4) {
            continue;
        }
        c &= more == 0 ? 0x7f : 0x3f >> more;
        for (u32 j = 0; j < more; j++) {
            if (at >= length || (data[at] & 0xc0) != 0x80) {
                break;
            }
            c = c << 6 | (data[at++] & 0x3f);
        }
        points++;
        hash = hash * 31 + c;
    }
    return hash ^ points << 48;
}

static u64 stack[8];

u64 runs_a_machine(u8 *data, u64 length) {
    u32 top = 0;
    for (u64 i = 0; i < length && i < 12; i++) {
        u64 a = stack[top & 7], b = stack[(top - 1) & 7];
        switch (data[i] % 11) {
        case 0: top++; stack[top & 7] = data[i]; break;
        case 1: top--; stack[top & 7] = a + b; break;
        case 2: top--; stack[top & 7] = a - b; break;
        case 3: top--; stack[top & 7] = a * b; break;
        case 4: stack[top & 7] = ~a; break;
        case 5: stack[top & 7] = a << 3 | a >> 61; break;
        case 6: top--; stack[top & 7] = a ^ b; break;
        case 7: top++; stack[top & 7] = i; break;
        case 8: stack[top & 7] = b; stack[(top - 1) & 7] = a; break;
        case 9: stack[top & 7] = (u32) a; break;
        default: top++; stack[top & 7] = a; break;
        }
    }
    u64 hash = top;
    for (int i = 0; i < 8; i++) {
        hash = hash * 31 + stack[i];
    }
    return hash;
}

struct point {
    s32 x, y;
};

static noinline s64 cross(struct point *a, struct point *b) {
    return (s64) a->x * b->y - (s64) a->y * b->x;
}

u64 passes_structs(u8 *data, u64 length) {
    struct point points[4];
    if (length < sizeof(points)) {
        return 1;
    }
    __builtin_memcpy(points, data, sizeof(points));
    s64 area = 0;
    for (int i = 0; i < 4; i++) {
        area += cross(&points[i], &points[(i + 1) & 3]);
    }
    return area < 0 ? -area : area;
}

u64 copies_blocks(u8 *data, u64 length) {
    if (length < 64) {
        return 0;
    }
    __builtin_memmove(data + 8, data, 24);
    __builtin_memset(data + 40, 0x5a, 16);
    __builtin_memcpy(data + 32, data + 8, 8);
    return *(u64 *) (data + 32);
}

u64 multiplies_matrices(u8 *data, u64 length) {
    u32 a[3][3], product[3][3];
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            u64 at = i * 3 + j;
            a[i][j] = at < length ? data[at] : 1;
        }
    }
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            product[i][j] = 0;
            for (int k = 0; k < 3; k++) {
                product[i][j] += a[i][k] * a[k][j];
            }
        }
    }
    u64 hash = 0;
    for (int i = 0; i < 9; i++) {
        hash = hash * 65599 + product[i / 3][i % 3];
    }
    return hash;
}

u64 hashes_by_siphash_rounds(u8 *data, u64 length) {
    u64 v0 = 0x736f6d6570736575ull, v1 = 0x646f72616e646f6dull, v2 = 0x6c7967656e657261ull, v3 = 0x7465646279746573ull;
    for (u64 i = 0; i + 8 <= length && i < 256; i += 8) {
        u64 word = *(u64 *) (data + i);
        v3 ^= word;
        for (int round = 0; round < 2; round++) {
            v0 += v1; v1 = v1 << 13 | v1 >> 51; v1 ^= v0; v0 = v0 << 32 | v0 >> 32;
            v2 += v3; v3 = v3 << 16 | v3 >> 48; v3 ^= v2;
            v0 += v3; v3 = v3 << 21 | v3 >> 43; v3 ^= v0;
            v2 += v1; v1 = v1 << 17 | v1 >> 47; v1 ^= v2; v2 = v2 << 32 | v2 >> 32;
        }
        v0 ^= word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
}

#ifndef __bpf__
int printf(const char *format, ...);
u64 read(int fd, void *to, u64 bytes);

#define ALL(each) \
    each(sums_bytes) each(counts_words) each(reverses) each(parses_number) each(crc32) each(sorts) \
    each(parses_packet) each(keeps_globals) each(calls_functions) each(divides_signed) each(loops_by_callback) \
    each(counts_in_a_map) each(encodes_base64) each(finds_text) each(decodes_utf8) each(runs_a_machine) \
    each(passes_structs) each(copies_blocks) each(multiplies_matrices) each(hashes_by_siphash_rounds)

/* Blocks of a length and as many bytes come in; for each program and block a line goes out. */
int main(void) {
    u8 length[2];
    while (read(0, length, 2) == 2) {
        static u64 words[512], copy[512];
        u64 bytes = length[0] | length[1] << 8;
        for (u64 at = 0; at < bytes;) {
            at += read(0, (u8 *) words + at, bytes - at);
        }
#define RUN(name)                                                   \
    {                                                               \
        __builtin_memcpy(copy, words, sizeof(words));               \
        u64 result = name((u8 *) copy, bytes);                      \
        printf("%s %llx %llx\n", #name, result, sums_bytes((u8 *) copy, bytes)); \
    }
        ALL(RUN)
    }
    return 0;
}
#endif
