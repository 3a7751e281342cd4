package dev.ring3.mm.cache;

/** Pages of a file from the first to before the last. */
record PageRange(long from, long to) {
    long pages() {
        return to - from;
    }
}
