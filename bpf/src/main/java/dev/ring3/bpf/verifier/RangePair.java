package dev.ring3.bpf.verifier;

/** The two sides of a comparison, each with what its outcome says of it. */
record RangePair(Range left, Range right) {}
