package dev.ring3.bpf.engine;

import dev.ring3.bpf.BpfFault;
import org.jspecify.annotations.Nullable;

/** Something that runs programs. Engines differ in speed; results, faults and their places are the same. */
public interface Engine {
    /** Makes a program ready to run; the result is immutable and used by several threads. */
    Executable prepare(ProgramImage image);

    /**
     * A program as a class of the JVM.
     *
     * @param name the class's name, which no other class of the JVM has
     * @param methods how many of its methods are the program's
     */
    record CompiledClass(String name, int methods) {}

    /** A program made ready by one engine. */
    interface Executable {
        /** What it was made from. */
        ProgramImage image();

        /**
         * Runs the program to its end, on the caller's thread.
         *
         * @param execution the state of the run, prepared by {@link Execution#begin}
         * @return r0
         * @throws BpfFault if the run is stopped
         */
        long run(Execution execution);

        /**
         * What runs it with a budget from now on, as it does itself, perhaps with less ado; null while it may still find
         * a faster way.
         */
        @Nullable
        Executable settled(long instructionsMax);

        /** The class that runs it now; null while it is interpreted. */
        @Nullable
        CompiledClass compiledClass();

        /**
         * Runs a function of the program as a run of its own.
         *
         * @param execution as for {@link #run}
         * @param function the function's address as the program has it
         * @param a1 what the function finds in {@code r1}, and so on
         * @return the function's r0
         * @throws BpfFault if the run is stopped, or there is no such function
         */
        long runFunction(Execution execution, long function, long a1, long a2, long a3);
    }
}
