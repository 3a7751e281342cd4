package dev.ring3.it.kernel;

import java.util.Arrays;

/** What a run of a program left. */
sealed interface Outcome {

    /** The program ended; the kernel gives only the low 32 bits of its result. */
    final class Finished implements Outcome {
        private final int result;
        private final byte[] memory;

        Finished(int result, byte[] memory) {
            this.result = result;
            this.memory = memory;
        }

        int result() {
            return result;
        }

        byte[] memory() {
            return memory;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Finished finished
                    && result == finished.result
                    && Arrays.equals(memory, finished.memory);
        }

        @Override
        public int hashCode() {
            return 31 * result + Arrays.hashCode(memory);
        }

        @Override
        public String toString() {
            return "finished with 0x%x".formatted(result);
        }
    }

    /** The program was stopped, which never happens to one that the kernel's verifier accepts. */
    record Stopped(String reason) implements Outcome {}
}
