// CO-RE relocations of every kind; core-host.c has the types that they are resolved against.
#include "object.h"

enum field { OFFSET, SIZE, EXISTS, SIGNED, LEFT_SHIFT, RIGHT_SHIFT };

struct inner {
    u32 first;
    u64 second;
} RELOCATED;

struct task {
    int id;
    short small;
    u32 flags : 3;
    int level : 5;
    struct inner in[2];
    u64 gone;
} RELOCATED;

struct absent {
    int anything;
} RELOCATED;

enum colour { RED = 1, GREEN = 2, BLUE = 3 };

#define FIELD(field, what) __builtin_preserve_field_info(((struct task *)0)->field, what)
#define TYPE(type, what) __builtin_preserve_type_info(*(type *)0, what)
#define VALUE(value, what) __builtin_preserve_enum_value(*(enum colour *)value, what)

SEC("core") u64 load_id(struct task *task, u64 length) { return (u32)task->id; }
SEC("core") u64 load_nested(struct task *task, u64 length) { return task->in[1].second; }
SEC("core") u64 offset(void *data, u64 length) { return FIELD(in[1].second, OFFSET); }
SEC("core") u64 size(void *data, u64 length) { return FIELD(small, SIZE); }
SEC("core") u64 exists(void *data, u64 length) { return FIELD(id, EXISTS) * 10 + FIELD(gone, EXISTS); }
SEC("core") u64 is_signed(void *data, u64 length) { return FIELD(id, SIGNED) * 10 + FIELD(flags, SIGNED); }

SEC("core") u64 load_bits(u8 *data, u64 length) {
    u64 bits = *(u64 *)(data + FIELD(level, OFFSET));
    bits <<= FIELD(level, LEFT_SHIFT);
    return (s64)bits >> FIELD(level, RIGHT_SHIFT);
}

SEC("core") u64 type_exists(void *data, u64 length) { return TYPE(struct task, 0) * 10 + TYPE(struct absent, 0); }
SEC("core") u64 type_size(void *data, u64 length) { return TYPE(struct inner, 1); }
SEC("core") u64 type_id(void *data, u64 length) { return __builtin_btf_type_id(*(struct inner *)0, 1); }
SEC("core") u64 type_id_here(void *data, u64 length) { return __builtin_btf_type_id(*(struct inner *)0, 0); }
SEC("core") u64 value_exists(void *data, u64 length) { return VALUE(RED, 0) * 10 + VALUE(GREEN, 0); }
SEC("core") u64 value(void *data, u64 length) { return VALUE(BLUE, 1); }

#if __clang_major__ >= 15
SEC("core") u64 type_matches(void *data, u64 length) { return TYPE(struct inner, 2) * 10 + TYPE(struct task, 2); }
#endif
