package dev.ring3.bpf;

/** What an update may do. */
public enum UpdateMode {
    /** Insert or replace ({@code BPF_ANY}). */
    ANY,
    /** Insert only ({@code BPF_NOEXIST}). */
    INSERT,
    /** Replace only ({@code BPF_EXIST}). */
    REPLACE;

    long flags() {
        return ordinal();
    }
}
