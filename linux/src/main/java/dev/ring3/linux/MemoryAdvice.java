package dev.ring3.linux;

/** What {@link Pidfd#advise} says about memory, {@code MADV_*}. */
public enum MemoryAdvice {
    /** It is used soon. */
    WILL_NEED(3),
    /** It is not used soon: first to go when memory is short. */
    COLD(20),
    /** It is not used: goes now. */
    PAGE_OUT(21),
    /** Into large pages, now (Linux 6.1). */
    COLLAPSE(25),
    /** Its content is not needed; for this process's own memory alone (Linux 6.13). */
    DONT_NEED(4);

    private final int number;

    MemoryAdvice(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
