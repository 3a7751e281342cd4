package dev.ring3.bpf.verifier;

/** What is known of a register or of a spilled one. Immutable but for the marks on a {@link Dependency}. */
sealed interface Value permits Value.Nothing, Scalar, Pointer, IteratorState {
    /** Why there is nothing to be known. */
    enum Why {
        /** Nothing was written yet. */
        NEVER_WRITTEN("was not written on this path"),
        /** A call may use the register for itself. */
        LOST_BY_CALL("does not survive the call at insn %d"),
        /** What it pointed to was given back, or was lent and is taken back. */
        GIVEN_BACK("pointed to what was given back at insn %d"),
        /** The packet was moved or changed its size. */
        PACKET_MOVED("pointed into the packet, which the call at insn %d may have moved");

        private final String text;

        Why(String text) {
            this.text = text;
        }
    }

    /**
     * Nothing that could be used.
     *
     * @param slot the instruction after which it is so
     */
    record Nothing(Why why, int slot) implements Value {
        @Override
        public String toString() {
            return why.text.formatted(slot);
        }
    }

    /** What registers and stacks hold at first. */
    Value NOTHING = new Nothing(Why.NEVER_WRITTEN, 0);
}
