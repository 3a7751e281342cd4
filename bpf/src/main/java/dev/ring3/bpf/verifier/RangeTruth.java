package dev.ring3.bpf.verifier;

/** What is known of a comparison before it is made. */
enum RangeTruth {
    ALWAYS,
    NEVER,
    SOMETIMES
}
