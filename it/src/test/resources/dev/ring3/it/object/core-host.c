// The types of the host that core.c is linked for: moved, grown, and some are gone.
#include "object.h"

struct inner {
    u32 first;
    u64 second;
};

struct task {
    u64 added[2];
    struct inner in[2];
    int level : 5;
    u32 flags : 3;
    long small;
    int id;
};

enum colour { RED = 1, BLUE = 30 };

struct task task;
enum colour colour;
