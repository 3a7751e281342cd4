package dev.ring3.bpf.insn;

/** What a byte swap turns its value into (RFC 9669 section 4.2). */
public enum SwapKind {
    /** From the host's byte order to little endian: only a truncation on a little-endian host. */
    TO_LITTLE_ENDIAN,
    /** From the host's byte order to big endian. */
    TO_BIG_ENDIAN,
    /** Unconditional. */
    REVERSE
}
