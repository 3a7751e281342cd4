package dev.ring3.bench.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A test of a suite file.
 *
 * @param elfFile the object file, relative to where the objects are
 * @param preparation what is run before, once
 * @param iterations how often a processor runs its program
 * @param assignments which programs run where, in the order of the file: later ones win
 * @param platform where alone the test is to run; empty for anywhere
 * @param programType by which name programs are loaded, as libbpf names it
 * @param passData whether programs are given a packet of 1,024 bytes
 * @param expected what programs are to return
 */
record SuiteCase(
        String name,
        String description,
        String elfFile,
        Optional<Preparation> preparation,
        long iterations,
        List<Assignment> assignments,
        String platform,
        String programType,
        boolean passData,
        int expected) {
    static final int PACKET_BYTES = 1024;

    SuiteCase {
        assignments = List.copyOf(assignments);
    }

    /** A program that fills maps, and how often it has to run for that. */
    record Preparation(String program, long iterations) {}

    /** A program and the processors that run it. */
    record Assignment(String program, Where where) {}

    /** Processors. */
    sealed interface Where {
        /** Every one. */
        record All() implements Where {}

        /** Every one that has no program yet. */
        record Remaining() implements Where {}

        /** By their numbers. */
        record Numbered(List<Integer> numbers) implements Where {
            public Numbered {
                numbers = List.copyOf(numbers);
            }
        }
    }

    /** It cannot run on this machine. */
    static final class UnfitException extends Exception {
        private static final long serialVersionUID = 1L;

        UnfitException(String message) {
            super(message);
        }
    }

    /** All programs that it runs. */
    Set<String> programs() {
        return Stream.concat(
                        preparation.stream().map(Preparation::program),
                        assignments.stream().map(Assignment::program))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The program of each processor, by number.
     *
     * @throws UnfitException if it asks for one that is not there
     */
    List<Optional<String>> programs(int processors) throws UnfitException {
        List<Optional<String>> programs = new ArrayList<>();
        for (int i = 0; i < processors; i++) {
            programs.add(Optional.empty());
        }
        for (Assignment assignment : assignments) {
            Optional<String> program = Optional.of(assignment.program());
            switch (assignment.where()) {
                case Where.All _ -> programs.replaceAll(_ -> program);
                case Where.Remaining _ -> programs.replaceAll(before -> before.isPresent() ? before : program);
                case Where.Numbered(List<Integer> numbers) -> {
                    for (int number : numbers) {
                        if (number >= processors) {
                            throw new UnfitException("processor %d of %d".formatted(number, processors));
                        }
                        programs.set(number, program);
                    }
                }
            }
        }
        return programs;
    }
}
