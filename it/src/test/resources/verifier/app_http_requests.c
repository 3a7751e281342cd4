/* Matches the request lines of HTTP: method, path by prefix, version; counts by method; in a block of memory. */
#include "corpus.h"

#define LINE_MAX 16
#define PATH_MAX 16

enum method { UNKNOWN, GET, HEAD, POST, PUT, DELETE, METHODS };

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, METHODS);
    __type(key, u32);
    __type(value, u64);
} by_method SEC(".maps");

struct method_name {
    u8 text[7];
    u8 length;
};

static const struct method_name names[METHODS] = {
    {"", 0}, {"GET ", 4}, {"HEAD ", 5}, {"POST ", 5}, {"PUT ", 4}, {"DELETE ", 7},
};

static always_inline u32 method_of(const u8 *data, u64 len) {
    u32 found = UNKNOWN;
    for (u32 method = 1; method < METHODS; method++) {
        u32 length = names[method].length;
        if (len < length) {
            continue;
        }
        u32 i;
        for (i = 0; i < 7 && i < length; i++) {
            if (data[i] != names[method].text[i]) {
                break;
            }
        }
        if (i == length) {
            found = method;
        }
    }
    return found;
}

static always_inline int hex_digit(u8 c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// accept
SEC("entry")
u64 http_request(const u8 *data, u64 len) {
    u8 path[PATH_MAX] = {};
    if (len < 16) {
        return 0;
    }
    u32 method = method_of(data, len);
    u64 *counter = bpf_map_lookup_elem(&by_method, &method);
    if (counter) {
        __sync_fetch_and_add(counter, 1);
    }
    if (method == UNKNOWN) {
        return 0;
    }
    u64 at = names[method].length;
    u32 used = 0;
    for (int i = 0; i < LINE_MAX; i++) {
        if (at >= len) {
            return 0;
        }
        u8 c = data[at];
        if (c == ' ' || c == '?') {
            break;
        }
        if (c == '%') {
            if (at + 3 > len) {
                return 0;
            }
            int high = hex_digit(data[at + 1]), low = hex_digit(data[at + 2]);
            if (high < 0 || low < 0) {
                return 0;
            }
            c = high << 4 | low;
            at += 2;
        }
        at++;
        if (used < PATH_MAX) {
            path[used] = c;
            used++;
        }
    }
    u64 hash = 0xcbf29ce484222325;
    for (u32 i = 0; i < PATH_MAX; i++) {
        if (i >= used) {
            break;
        }
        hash = (hash ^ path[i]) * 0x100000001b3;
    }
    return hash << 3 | method;
}
