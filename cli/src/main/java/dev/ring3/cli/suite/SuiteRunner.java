package dev.ring3.cli.suite;

import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.RunResult;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.asm.AssemblyException;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.ConformanceGroup;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.verifier.RejectedException;
import dev.ring3.cli.suite.SuiteResult.Verdict;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs tests of the suite, all in one runtime. */
public final class SuiteRunner implements AutoCloseable {
    /** What the tests of a directory are for. */
    public enum Purpose {
        /** A test passes if its program does what the file says. */
        CONFORMANCE,
        /**
         * The suite's {@code negative} directory, whose files a sound runner does not pass: each is refused, or it does
         * something else than it says.
         */
        NEGATIVE
    }

    /** What became of a program. */
    private sealed interface Observation {
        record Rejected(String reason) implements Observation {}

        record Faulted(String reason) implements Observation {}

        record Returned(long r0) implements Observation {}

        default String outcome() {
            return switch (this) {
                case Rejected _ -> "rejected";
                case Faulted _ -> "faulted";
                case Returned _ -> "returned";
            };
        }

        default String text() {
            return switch (this) {
                case Rejected(String reason) -> reason;
                case Faulted(String reason) -> reason;
                case Returned(long r0) -> "0x%x".formatted(r0);
            };
        }
    }

    private static final String SUFFIX = ".data";

    private final BpfRuntime runtime;
    private final SuiteSelection selection;
    private final Purpose purpose;

    /**
     * A runner of tests.
     *
     * @param verification whether each program is verified for memory of just the length that its test has; one that is
     *     refused has not passed
     */
    public SuiteRunner(EngineKind engine, Verification verification, SuiteSelection selection, Purpose purpose) {
        this.runtime =
                BpfRuntime.builder().verification(verification).engine(engine).build();
        this.selection = selection;
        this.purpose = purpose;
    }

    /** The tests of a directory, by name; those of its folders are left alone. */
    public static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    /** Runs one test. */
    public SuiteResult run(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (!selection.fileNames().test(name)) {
            return skipped(name, Optional.empty(), "its name is not selected");
        }
        SuiteFile test;
        try {
            // Comments may have any encoding; this one has no invalid bytes.
            test = SuiteFile.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (SuiteFormatException e) {
            return e.isSkipped()
                    ? skipped(name, Optional.empty(), text(e))
                    : new SuiteResult(name, Optional.empty(), Verdict.FAILED, "malformed", text(e));
        }
        BpfCode code;
        try {
            code = test.code();
        } catch (AssemblyException | InsnException e) {
            return judge(name, Optional.empty(), test, new Observation.Rejected(text(e)));
        }
        SuiteNeeds needs = SuiteNeeds.of(code);
        Optional<String> lack = lack(needs);
        return lack.isPresent()
                ? skipped(name, Optional.of(needs), lack.get())
                : judge(name, Optional.of(needs), test, execute(code, test.memory()));
    }

    private static String text(Exception failure) {
        return String.valueOf(failure.getMessage());
    }

    private static SuiteResult skipped(String name, Optional<SuiteNeeds> needs, String why) {
        return new SuiteResult(name, needs, Verdict.SKIPPED, "skipped", why);
    }

    /** Why a program is not to be run. */
    private Optional<String> lack(SuiteNeeds needs) {
        if (needs.cpuVersion().compareTo(selection.cpuVersion()) > 0) {
            return Optional.of("it needs CPU version " + lowerCase(needs.cpuVersion()));
        }
        Set<ConformanceGroup> missing = EnumSet.copyOf(needs.groups());
        missing.removeAll(selection.groups());
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("it needs "
                        + missing.stream().map(SuiteRunner::lowerCase).collect(Collectors.joining(", ")));
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Observation execute(BpfCode code, byte[] memory) {
        try (BpfProgram program = runtime.program("test", code, SuiteFunctions.type(memory.length))) {
            return switch (program.tryRun(MemorySegment.ofArray(memory))) {
                case RunResult.Finished(long r0) -> new Observation.Returned(r0);
                case RunResult.Faulted faulted -> new Observation.Faulted(faulted.message());
            };
        } catch (InsnException | RejectedException e) {
            return new Observation.Rejected(text(e));
        }
    }

    private SuiteResult judge(String name, Optional<SuiteNeeds> needs, SuiteFile test, Observation seen) {
        Optional<String> fault = switch (purpose) {
            case CONFORMANCE -> deviation(test, seen);
            case NEGATIVE -> acceptance(test, seen);
        };
        return new SuiteResult(
                name,
                needs,
                fault.isPresent() ? Verdict.FAILED : Verdict.PASSED,
                seen.outcome(),
                fault.orElse(purpose == Purpose.NEGATIVE ? seen.text() : ""));
    }

    /** How a program did something else than its file says. */
    private static Optional<String> deviation(SuiteFile test, Observation seen) {
        if (test.error().isPresent()) {
            String expected = test.error().get();
            return switch (seen) {
                case Observation.Returned(long r0) -> Optional.of("it returned 0x%x instead of an error".formatted(r0));
                case Observation other when expected.isEmpty() || expected.equals(other.text()) -> Optional.empty();
                case Observation other ->
                    Optional.of("%s, as it should be, but not with '%s': %s"
                            .formatted(other.outcome(), expected, other.text()));
            };
        }
        long expected = test.result().orElseThrow();
        return switch (seen) {
            case Observation.Returned(long r0) when r0 == expected -> Optional.empty();
            case Observation.Returned(long r0) ->
                Optional.of("it returned 0x%x instead of 0x%x".formatted(r0, expected));
            case Observation other -> Optional.of("%s: %s".formatted(other.outcome(), other.text()));
        };
    }

    /** How a program that has to be refused, or to be wrong, was neither. */
    private static Optional<String> acceptance(SuiteFile test, Observation seen) {
        boolean mustBeRejected = test.error().filter(String::isEmpty).isPresent();
        if (mustBeRejected) {
            return seen instanceof Observation.Rejected
                    ? Optional.empty()
                    : Optional.of("it was not rejected: %s %s".formatted(seen.outcome(), seen.text()));
        }
        return deviation(test, seen).isPresent()
                ? Optional.empty()
                : Optional.of("it did what it says: %s %s".formatted(seen.outcome(), seen.text()));
    }

    @Override
    public void close() {
        runtime.close();
    }
}
