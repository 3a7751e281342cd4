package dev.ring3.bpf.verifier;

/**
 * What an open-coded iterator on the stack is; programs touch it through its functions alone.
 *
 * @param resource the number of the resource that it is, see {@link State#acquire}
 * @param drained whether it has no further elements
 * @param depth elements taken on this path
 */
record IteratorState(int resource, boolean drained, int depth) implements Value {}
