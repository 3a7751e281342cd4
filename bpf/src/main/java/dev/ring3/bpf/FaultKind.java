package dev.ring3.bpf;

/** Why a run ended without a result. Every engine reports the same kind at the same instruction. */
public enum FaultKind {
    /** A read or write outside the memory that the program was given. */
    ACCESS,
    /** A write to memory that the program may only read. */
    READ_ONLY,
    /** An atomic, acquire or release access at an address that is no multiple of its size. */
    MISALIGNED,
    /** The run executed as many instructions as it was allowed. */
    BUDGET,
    /** Another thread cancelled the run. */
    CANCELLED,
    /** More than eight functions were active. */
    CALL_DEPTH,
    /** A call of a helper or host function that the program type does not have. */
    UNKNOWN_HELPER,
    /** A helper refused its arguments or failed. */
    HELPER,
    /** The run passed the last instruction without an exit. */
    NO_EXIT
}
