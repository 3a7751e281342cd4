/* Loops: counted, nested, left early, bounded by ranges; and those that are not bounded. */
#include "corpus.h"

// accept
SEC("entry")
u64 counted_down(const u8 *data, u64 len) {
    u64 product = 1;
    u64 i = 20;
    do {
        product *= i;
        opaque(product);
    } while (--i);
    return product;
}

// accept
SEC("entry")
u64 nested(const u8 *data, u64 len) {
    if (len < 256) {
        return 0;
    }
    u64 sum = 0;
    for (int row = 0; row < 16; row++) {
        for (int column = 0; column < 16; column++) {
            sum += (u64)data[row * 16 + column] * (row ^ column);
        }
    }
    return sum;
}

// accept
SEC("entry")
u64 nested_triangle(const u8 *data, u64 len) {
    if (len < 12) {
        return 0;
    }
    u64 inversions = 0;
    for (int i = 0; i < 12; i++) {
        for (int j = i + 1; j < 12; j++) {
            inversions += data[i] > data[j];
        }
    }
    return inversions;
}

// accept
SEC("entry")
u64 trip_count_from_input(const u8 *data, u64 len) {
    if (len < 1) {
        return 0;
    }
    u64 turns = data[0];
    u64 value = 1;
    for (u64 i = 0; i < turns; i++) {
        value = value * 6364136223846793005 + 1442695040888963407;
        opaque(value);
    }
    return value;
}

// accept
SEC("entry")
u64 left_early(const u8 *data, u64 len) {
    for (u64 i = 0; i < 128 && i < len; i++) {
        if (data[i] == '\n') {
            return i;
        }
    }
    return -1;
}

// accept
SEC("entry")
u64 step_grows(const u8 *data, u64 len) {
    u64 turns = 0;
    for (u64 i = 1; i < 1000000; i *= 2) {
        turns++;
        opaque(turns);
    }
    return turns;
}

// accept
SEC("entry")
u64 shifted_to_zero(const u8 *data, u64 len) {
    u64 bits = 0;
    u32 value = len;
    opaque(value);
    while (value) {
        bits += value & 1;
        value >>= 1;
    }
    return bits;
}

// refuse infinite-loop (asm): a jump to itself
SEC("entry")
u64 jump_to_itself(const u8 *data, u64 len) {
    asm volatile("if %0 == 0 goto +1; goto -1" ::"r"(len));
    return 0;
}

// refuse infinite-loop (asm): nothing changes from turn to turn
SEC("entry")
u64 nothing_changes(const u8 *data, u64 len) {
    asm volatile("1: r3 = 5; if r3 != 0 goto 1b" ::: "r3");
    return 0;
}

// refuse infinite-loop (asm): the condition does not depend on what changes
SEC("socket")
int waits_for_clock(struct __sk_buff *skb) {
    asm volatile("1: call 5; if r0 != 0 goto 1b" ::: "r0", "r1", "r2", "r3", "r4", "r5");
    return 0;
}

// refuse too-complex (asm): counts to 2^62
SEC("entry")
u64 counts_too_far(const u8 *data, u64 len) {
    u64 i = 0;
    asm volatile("r3 = 1 ll; r3 <<= 62; 1: %0 += 1; if %0 < r3 goto 1b" : "+r"(i)::"r3");
    return i;
}

// refuse too-complex (asm): the number of turns is any 64-bit number
SEC("socket")
int counts_to_any_number(struct __sk_buff *skb) {
    u64 limit = bpf_ktime_get_ns();
    u64 i = 0;
    asm volatile("1: %0 += 1; if %0 < %1 goto 1b" : "+r"(i) : "r"(limit));
    return i;
}

// accept
SEC("entry")
u64 bubble_sort(u8 *data, u64 len) {
    if (len < 8) {
        return 0;
    }
    for (int i = 0; i < 7; i++) {
        for (int j = 0; j < 7 - i; j++) {
            u8 a = data[j], b = data[j + 1];
            data[j] = a < b ? a : b;
            data[j + 1] = a < b ? b : a;
        }
    }
    return data[0];
}

// accept
SEC("entry")
u64 gcd(const u8 *data, u64 len) {
    if (len < 8) {
        return 0;
    }
    u32 a = *(const u32 *)data;
    u32 b = *(const u32 *)(data + 4);
    for (int i = 0; i < 48 && b; i++) {
        u32 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// accept
SEC("entry")
u64 binary_search(const u8 *data, u64 len) {
    if (len < 128) {
        return 0;
    }
    const u8 *table = data;
    u32 low = 0, high = 127;
    u8 wanted = len;
    for (int i = 0; i < 7; i++) {
        u32 middle = ((low + high) / 2) & 127;
        if (table[middle] < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// accept
SEC("entry")
u64 with_may_goto(const u8 *data, u64 len) {
    u64 value = len;
    while (value != 1 && can_loop) {
        value = value & 1 ? 3 * value + 1 : value / 2;
        opaque(value);
    }
    return value;
}

// accept
SEC("entry")
u64 with_may_goto_over_data(const u8 *data, u64 len) {
    u64 sum = 0;
    for (u64 i = 0; i < len && can_loop; i++) {
        sum += data[i];
    }
    return sum;
}

// refuse out-of-bounds (asm): may_goto bounds the loop, not the index
SEC("entry")
u64 may_goto_without_check(const u8 *data, u64 len) {
    u64 sum = 0;
    for (u64 i = 0; can_loop; i++) {
        sum += data[i];
        opaque(sum);
    }
    return sum;
}

// refuse unreachable-code (asm): nothing leads behind the jump
SEC("entry")
naked u64 code_never_reached(const u8 *data, u64 len) {
    asm volatile("r0 = 0; goto +1; r0 = 1; exit");
}

// refuse falls-off (asm): the last instruction is no exit
SEC("entry")
naked u64 no_exit(const u8 *data, u64 len) {
    asm volatile("r0 = 0");
}
