package dev.ring3.cli;

import dev.ring3.bpf.verifier.Verdict;
import dev.ring3.bpf.verifier.Verifier;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Verifies programs for commands that then do something else with them. */
final class Refusals {
    private Refusals() {}

    /**
     * Why the verifier refuses a program, if it does.
     *
     * @param name which of the file's, or null if it has only one
     */
    static Optional<Rejection> of(CandidateReader reader, ProgramFile content, @Nullable String name, boolean verbose) {
        return switch (reader.read(content, name).getFirst()) {
            case Candidate.Broken broken -> Optional.of(broken.rejection());
            case Candidate.Complete complete ->
                switch (Verifier.verify(complete.subject())) {
                    case Verdict.Accepted _ -> Optional.empty();
                    case Verdict.Rejected rejected ->
                        Optional.of(new Rejection(
                                new VerdictText(reader.dialect(), verbose)
                                        .of(complete, rejected)
                                        .stripTrailing(),
                                new VerdictJson(reader.dialect()).refusal(complete, rejected)));
                };
        };
    }
}
