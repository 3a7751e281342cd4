package dev.ring3.cli;

import dev.ring3.bpf.object.LinkedFunction;
import dev.ring3.bpf.object.SourceLine;
import dev.ring3.bpf.verifier.Subject;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** A program that {@code bpf verify} was asked about. */
sealed interface Candidate {
    /** Its name. */
    String name();

    /** The section of the object file that it stands in, empty for code that is in none. */
    String section();

    /**
     * One that can be verified.
     *
     * @param note what has to be said of how its type was found, or empty
     * @param lines the source line of the instruction at a slot
     * @param functions what it consists of, in order; none if that is not known
     * @param hostFunctions the names of the functions that it calls by BTF id, which is 1 plus the index
     */
    record Complete(
            String name,
            String section,
            String note,
            Subject subject,
            IntFunction<Optional<SourceLine>> lines,
            List<LinkedFunction> functions,
            List<String> hostFunctions)
            implements Candidate {
        /** The function that holds a slot, if there are several. */
        Optional<LinkedFunction> functionAt(int slot) {
            return functions.size() < 2
                    ? Optional.empty()
                    : functions.stream()
                            .filter(function -> function.startSlot() <= slot)
                            .reduce((_, last) -> last);
        }
    }

    /** One of which no complete program can be made. */
    record Broken(String name, String section, Rejection rejection) implements Candidate {}
}
