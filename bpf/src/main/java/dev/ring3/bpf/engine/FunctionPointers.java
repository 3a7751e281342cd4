package dev.ring3.bpf.engine;

/** What programs have as the addresses of their own functions: numbers that are no address. */
public final class FunctionPointers {
    /** Set in every pointer to a function, above all addresses and apart from pointers to maps; the slot is below. */
    private static final long FUNCTION = 1L << 61;

    private FunctionPointers() {}

    /** The pointer to the function that begins at a slot. */
    public static long of(int slot) {
        return FUNCTION | slot;
    }

    /** The slot that a pointer stands for, or -1 if it is none. */
    static int slot(long pointer) {
        long slot = pointer ^ FUNCTION;
        return slot >= 0 && slot <= Integer.MAX_VALUE ? (int) slot : -1;
    }
}
