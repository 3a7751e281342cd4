package dev.ring3.litmus;

import java.lang.foreign.MemorySegment;

/**
 * The programs of a test on an engine. A round begins and ends on one thread; in between, each thread of the test has a
 * thread of its own that runs through the instances.
 */
interface RuntimeEngine extends AutoCloseable {
    /** Instances of one round at most. */
    int INSTANCES_MAX = 512;

    /** The instances: written before {@link #begin}, and read behind {@link #end}. */
    MemorySegment memory();

    /** Makes instances what is in {@link #memory}; {@code distances} are theirs from the first one, in order. */
    void begin(int[] distances);

    /** Runs a thread of the test on all instances, one after the other. */
    void run(int thread);

    /** Lets what threads have left be read. */
    void end();

    /** What a register held at the end, of the instance at a place in the order of {@link #begin}. */
    long register(int thread, int place, int number);

    @Override
    void close();
}
