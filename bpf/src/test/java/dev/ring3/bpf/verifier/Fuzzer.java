package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.BpfCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Verifies random programs and runs those that are accepted, looking for what the verifier should have seen. */
final class Fuzzer {
    /** A program looks at so many instructions at most, so that loops do not take all the time. */
    private static final long INSNS_MAX = 30_000;

    private static final long FUEL = 20_000;
    private static final long FUEL_COMPARED = 2_000;
    private static final int COMPARED = 4;
    private static final int DOUBTFUL_FACTOR = 50;
    private static final int INPUTS_SHRUNK = 40;

    /** What went wrong. */
    record Failure(Kind kind, String what, FuzzProgram program, long programSeed, long inputSeed) {
        enum Kind {
            /** A run did what no accepted program may do. */
            TRAP,
            /** A state says what is not so. */
            MISMATCH,
            /** The verifier's own rules refuse the path of a run of an accepted program. */
            REFUSED_PATH,
            /** The verifier threw something. */
            CRASH
        }

        /** What is the same for failures of one cause, more or less. */
        String signature() {
            return kind + " "
                    + what.replaceAll("\\(0x.*", "")
                            .replaceAll("0x[0-9a-f]+|-?[0-9]+", "#")
                            .replaceAll("\\[.*?\\]|bits \\(.*?\\)", "");
        }

        @Override
        public String toString() {
            return "%s: %s%nprogram seed %d, input seed %d%n%s"
                    .formatted(kind, what, programSeed, inputSeed, program.listing());
        }
    }

    /** What was done. */
    static final class Report {
        long programs;
        long complete;
        long accepted;
        long executions;
        long unfinished;
        long instructions;
        long compared;
        long doubtful;
        final Map<String, Integer> rules = new TreeMap<>();
        final List<Failure> failures = new ArrayList<>();

        double acceptedPercent() {
            return 100.0 * accepted / Math.max(1, complete);
        }

        @Override
        public String toString() {
            return "%d programs, %d accepted (%.1f %%), %d executions (%d out of fuel), %d instructions, %d runs compared with the states, %d programs doubtful; refused: %s"
                    .formatted(
                            programs,
                            accepted,
                            acceptedPercent(),
                            executions,
                            unfinished,
                            instructions,
                            compared,
                            doubtful,
                            rules);
        }
    }

    final Report report = new Report();
    private final int runs;
    private final VerifierOptions options = VerifierOptions.DEFAULT.withInsnsMax(INSNS_MAX);

    Fuzzer(int runs) {
        this.runs = runs;
    }

    /** Looks at the program of a seed. */
    @Nullable
    Failure program(long seed) {
        report.programs++;
        FuzzProgram program = FuzzGenerator.ofSeed(seed);
        if (program == null) {
            return null;
        }
        report.complete++;
        Failure failure = check(program, seed, seed, runs, true);
        if (failure != null) {
            report.failures.add(failure);
        }
        return failure;
    }

    /** The failure of a program, or null. */
    @Nullable
    Failure check(FuzzProgram program, long seed, long firstInput, int count, boolean counted) {
        Verdict verdict;
        try {
            verdict = Verifier.verify(program.world().subject(program.code()), options);
        } catch (RuntimeException e) {
            return new Failure(Failure.Kind.CRASH, e + " at " + e.getStackTrace()[0], program, seed, 0);
        }
        boolean accepted = verdict instanceof Verdict.Accepted;
        if (counted) {
            if (accepted) {
                report.accepted++;
            } else if (verdict instanceof Verdict.Rejected rejected) {
                report.rules.merge(rejected.rule().label(), 1, Integer::sum);
                if (rejected.rule() == Rule.UNREACHABLE_CODE
                        || rejected.rule() == Rule.FALLS_OFF
                        || rejected.rule() == Rule.RECURSION) {
                    return null;
                }
            }
        }
        if (!accepted && !counted) {
            return null;
        }
        TracingExecutor executor = new TracingExecutor(program.world(), program.code());
        int compared = accepted ? Math.min(COMPARED, count) : 1;
        Lockstep lockstep = compared > 0 ? lockstep(program) : null;
        for (int i = 0; i < (accepted ? runs(count, lockstep) : 1); i++) {
            long input = firstInput + i;
            Failure failure = run(program, seed, input, executor, i < compared ? lockstep : null, accepted);
            if (failure != null) {
                return failure;
            }
        }
        report.doubtful += accepted && lockstep != null && lockstep.isDoubtful() ? 1 : 0;
        return null;
    }

    /** A program of which the rules themselves say two things is looked at more closely. */
    private static int runs(int count, @Nullable Lockstep lockstep) {
        return lockstep != null && lockstep.isDoubtful() ? count * DOUBTFUL_FACTOR : count;
    }

    private @Nullable Lockstep lockstep(FuzzProgram program) {
        try {
            return new Lockstep(program.world(), program.code());
        } catch (Refusal e) {
            return null;
        }
    }

    private @Nullable Failure run(
            FuzzProgram program,
            long seed,
            long input,
            TracingExecutor executor,
            @Nullable Lockstep lockstep,
            boolean accepted) {
        try {
            if (lockstep != null) {
                lockstep.begin();
                report.compared++;
            }
            boolean finished = executor.run(input, lockstep == null ? FUEL : FUEL_COMPARED, lockstep);
            if (accepted) {
                report.executions++;
                report.instructions += executor.executed;
                report.unfinished += finished ? 0 : 1;
            }
        } catch (Trap trap) {
            if (accepted) {
                return new Failure(Failure.Kind.TRAP, String.valueOf(trap.getMessage()), program, seed, input);
            }
        } catch (Lockstep.Mismatch mismatch) {
            return new Failure(Failure.Kind.MISMATCH, String.valueOf(mismatch.getMessage()), program, seed, input);
        } catch (RuntimeException e) {
            return new Failure(Failure.Kind.CRASH, e + " at " + e.getStackTrace()[0], program, seed, input);
        }
        if (accepted && lockstep != null && !lockstep.refused().isEmpty()) {
            return new Failure(Failure.Kind.REFUSED_PATH, lockstep.refused(), program, seed, input);
        }
        return null;
    }

    /** The same failure with less code. */
    Failure shrink(Failure first) {
        Failure best = first;
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            for (int i = 0; i < best.program().code().insns().size(); i++) {
                Failure less = without(best, i);
                if (less != null) {
                    best = less;
                    smaller = true;
                    i--;
                }
            }
        }
        return best;
    }

    private @Nullable Failure without(Failure failure, int index) {
        FuzzCode code = FuzzCode.of(failure.program().code());
        code.remove(index);
        BpfCode linked = code.link();
        if (linked == null) {
            return null;
        }
        Failure less =
                check(failure.program().with(linked), failure.programSeed(), failure.inputSeed(), INPUTS_SHRUNK, false);
        return less != null && less.kind() == failure.kind() ? less : null;
    }
}
