package dev.ring3.linux;

/** What {@link RawFile#advise} announces, {@code POSIX_FADV_*}. */
public enum CacheAdvice {
    /** Nothing in particular. */
    NORMAL(0),
    /** Reads in no order: no readahead. */
    RANDOM(1),
    /** Reads in order: more readahead. */
    SEQUENTIAL(2),
    /** It is read soon: begin now. */
    WILL_NEED(3),
    /** It is not read again soon: clean pages of it are dropped. */
    DONT_NEED(4),
    /** It is read once. */
    NO_REUSE(5);

    private final int number;

    CacheAdvice(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
