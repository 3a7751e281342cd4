package dev.ring3.it.kernel;

import java.util.Optional;

/** Something that runs programs and is to agree with the kernel. */
interface Candidate {
    /** A program ready to run. */
    interface Prepared extends AutoCloseable {
        /** Runs on a copy of the memory. */
        Outcome run(byte[] memory);

        @Override
        void close();
    }

    /** How reports name it. */
    String name();

    /** Gets a program ready; empty if this one cannot be compared, which only a control may say. */
    Optional<Prepared> prepare(TestProgram program);
}
