package dev.ring3.bpf.map;

/** When memory that was made unreachable may be used again. */
public interface Reclamation {
    /** Begins a new epoch, and returns its number. What was unreachable before this call belongs to it. */
    long advance();

    /** Whether nobody can have an address any more that was made unreachable before an epoch began. */
    boolean hasPassed(long epoch);
}
