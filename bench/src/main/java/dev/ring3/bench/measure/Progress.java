package dev.ring3.bench.measure;

/** Who wants to know what is being done. */
@FunctionalInterface
public interface Progress {
    /** This begins now. */
    void step(String what);
}
