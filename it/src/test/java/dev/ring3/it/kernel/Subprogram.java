package dev.ring3.it.kernel;

import java.util.List;

/** A subprogram that something calls, and that is still to be written. */
record Subprogram(int index, List<Parameter> parameters, CodeBuilder.Label entry) {
    /** What an argument is. */
    enum Parameter {
        SCALAR,
        /** The memory that the body was called with. */
        MEMORY,
        /** {@link #LENT_BYTES} bytes of the caller's stack. */
        CALLER_STACK
    }

    /** Frames below the main function's. All of them together stay below the kernel's 512 bytes. */
    static final int STACK_BYTES = 56;

    /** How much of its stack a caller lends. */
    static final int LENT_BYTES = 32;
}
