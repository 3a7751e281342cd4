package dev.ring3.bpf;

/** What a runtime asks of the programs that are loaded into it. */
public enum Verification {
    /** Programs are verified when they are loaded; what is refused is not loaded. */
    REQUIRED,
    /** Nothing is verified: every access is checked as programs run, and they may use up their budget. */
    OFF
}
