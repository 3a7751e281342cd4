package dev.ring3.bpf.engine;

/** What a compiled program is called through; the one class that extends it is emitted for the program. */
abstract class JitEntry {
    /** Runs the function that begins at a slot, with the registers in the run's register file; returns its r0. */
    abstract long run(Execution x, int slot);
}
