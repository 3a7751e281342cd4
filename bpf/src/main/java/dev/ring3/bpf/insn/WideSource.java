package dev.ring3.bpf.insn;

/** What the two immediates of a 64-bit load stand for: the field {@code src} of RFC 9669 section 5.4, 0 to 6. */
public enum WideSource {
    /** The 64-bit number itself. */
    IMMEDIATE(true),
    /** The map of a file descriptor, here a number that the loader's bindings give a meaning. */
    MAP_BY_FD(false),
    /** The first value of the map of a file descriptor, plus the high immediate as an offset. */
    MAP_VALUE_BY_FD(true),
    /** The address of a variable of the platform, by its number. */
    VARIABLE(false),
    /** The address of an instruction of this program, relative to the slot after the load's first. */
    CODE(false),
    /** The map at an index of the program's own list of maps. */
    MAP_BY_INDEX(false),
    /** The first value of the map at an index, plus the high immediate as an offset. */
    MAP_VALUE_BY_INDEX(true);

    private static final WideSource[] ALL = values();

    private final boolean usesHigh;

    WideSource(boolean usesHigh) {
        this.usesHigh = usesHigh;
    }

    static WideSource of(int code) {
        return ALL[code];
    }

    static final int COUNT = 7;

    int code() {
        return ordinal();
    }

    /** Whether the high immediate carries something; otherwise it is reserved and zero. */
    public boolean usesHigh() {
        return usesHigh;
    }
}
