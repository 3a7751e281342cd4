package dev.ring3.bpf.verifier;

import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.verifier.EngineWorld.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs random programs in the interpreter and compiled, with every access checked, and again as verified where the
 * verifier accepts them. Results, memory, maps and faults must be the same.
 */
final class EngineFuzzer {
    private static final int INSNS_MAX = 30_000;
    private static final VerifierOptions OPTIONS = VerifierOptions.DEFAULT.withInsnsMax(INSNS_MAX);

    /** More than verified programs without loops that the runtime bounds can use, so that these are not counted. */
    private static final long BUDGET = 40_000;

    private static final int SMALL_BUDGET_MAX = 200;
    private static final int INPUTS = 3;

    /** So many do not fit into a method that HotSpot compiles, and are compiled in parts. */
    private static final int LONG_PERCENT = 2;

    private static final int LONG_PLACES = 8;
    private static final int LONG_INSNS = 240;
    private static final int TAIL_CALL_PERCENT = 6;

    /** Two engines that do not agree. */
    record Failure(String mode, String what, FuzzProgram program, long programSeed, long input) {
        @Override
        public String toString() {
            return "%s: the interpreter says %s when compiled%nprogram seed %d, input seed %d%n%s"
                    .formatted(mode, what, programSeed, input, program.listing());
        }
    }

    /** What was done. */
    static final class Report {
        long programs;
        long verified;
        long checked;
        long runs;
        final Map<String, Long> ends = new TreeMap<>();

        @Override
        public String toString() {
            return "%d programs, %d compiled as verified, %d with checks, %d runs compared, which ended so: %s"
                    .formatted(programs, verified, checked, runs, ends);
        }
    }

    final Report report = new Report();
    private final Map<FuzzWorld, Verdict.Accepted> targets = new HashMap<>();

    /** Compares on the program of a seed; null if engines agree, or there is no such program. */
    @Nullable
    Failure program(long seed) {
        report.programs++;
        FuzzProgram program = FuzzGenerator.ofSeed(seed);
        return program == null ? null : check(changed(program, new FuzzRandom(seed)), seed, seed);
    }

    /** The failure of a program, or null. */
    @Nullable
    Failure check(FuzzProgram program, long seed, long firstInput) {
        Verdict verdict = Verifier.verify(program.world().subject(program.code()), OPTIONS);
        if (verdict instanceof Verdict.Accepted accepted) {
            report.verified++;
            Failure failure = compare(program, accepted, seed, firstInput);
            if (failure != null) {
                return failure;
            }
        }
        if (program.world().isContext()) {
            return null; // which only verified programs can follow to the packet
        }
        report.checked++;
        return compare(program, null, seed, firstInput);
    }

    private @Nullable Failure compare(
            FuzzProgram program, Verdict.@Nullable Accepted verdict, long seed, long firstInput) {
        String mode = verdict == null ? "checked" : "verified";
        List<Outcome> wanted = outcomes(program, EngineKind.INTERPRETER, verdict, firstInput);
        List<Outcome> found;
        try {
            found = outcomes(program, EngineKind.JIT, verdict, firstInput);
        } catch (RuntimeException | LinkageError e) {
            String what = "%s, and %s at %s".formatted(wanted.getFirst(), e, e.getStackTrace()[0]);
            return new Failure(mode, what, program, seed, 0);
        }
        for (int i = 0; i < wanted.size(); i++) {
            report.runs++;
            report.ends.merge(mode + " " + wanted.get(i).kind(), 1L, Long::sum);
            String difference = wanted.get(i).difference(found.get(i));
            if (!difference.isEmpty()) {
                return new Failure(mode, difference, program, seed, firstInput + i);
            }
        }
        return null;
    }

    private List<Outcome> outcomes(
            FuzzProgram program, EngineKind engine, Verdict.@Nullable Accepted verdict, long firstInput) {
        List<Outcome> outcomes = new ArrayList<>();
        Verdict.Accepted target = verdict == null ? null : targetVerdict(program.world());
        try (EngineWorld world = new EngineWorld(program, engine, verdict, target)) {
            for (int i = 0; i < INPUTS; i++) {
                long budget = Math.floorMod(firstInput + i, 4) == 0
                        ? 1 + Math.floorMod(firstInput, SMALL_BUDGET_MAX)
                        : BUDGET;
                outcomes.add(world.run(firstInput + i, budget));
            }
        } catch (InsnException e) {
            outcomes.add(new Outcome("not loaded: " + e.getMessage(), new byte[0]));
        }
        return outcomes;
    }

    private Verdict.Accepted targetVerdict(FuzzWorld world) {
        return targets.computeIfAbsent(
                world, w -> (Verdict.Accepted) Verifier.verify(w.subject(EngineWorld.target(w)), OPTIONS));
    }

    /** Now and then with what the generator does not write. */
    private static FuzzProgram changed(FuzzProgram program, FuzzRandom random) {
        FuzzCode code = FuzzCode.of(program.code());
        if (!program.world().isContext() && random.chance(TAIL_CALL_PERCENT)) {
            insertTailCall(code, random);
        } else if (random.chance(LONG_PERCENT)) {
            lengthen(code, random);
        }
        BpfCode linked = code.link();
        return linked == null ? program : program.with(linked);
    }

    /** A tail call, which the generator writes only where it can be verified. */
    private static void insertTailCall(FuzzCode code, FuzzRandom random) {
        insert(
                code,
                random.below(code.items.size()),
                List.of(
                        new Insn.LoadWide(Register.R2, WideSource.MAP_BY_INDEX, FuzzWorld.PROGRAMS, 0),
                        new Insn.Alu(Width.BITS_64, AluOp.MOV, Register.R3, new Immediate(random.below(3))),
                        new Insn.CallHelper(FuzzWorld.TAIL_CALL)));
    }

    /** Much that changes nothing: where numbers are added to r9 they are subtracted again. */
    private static void lengthen(FuzzCode code, FuzzRandom random) {
        for (int place = 0; place < LONG_PLACES; place++) {
            List<Insn> insns = new ArrayList<>();
            for (int i = 0; i < LONG_INSNS / 2; i++) {
                Immediate value = new Immediate(random.between(1, 1000));
                insns.add(new Insn.Alu(Width.BITS_64, AluOp.ADD, Register.R9, value));
                insns.add(new Insn.Alu(Width.BITS_64, AluOp.SUB, Register.R9, value));
            }
            insert(code, random.below(code.items.size()), insns);
        }
    }

    private static void insert(FuzzCode code, int at, List<Insn> insns) {
        code.items.addAll(
                at, insns.stream().map(insn -> new FuzzCode.Item(insn, null)).toList());
    }

    /** The same failure with less code. */
    Failure shrink(Failure first) {
        Failure best = first;
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            for (int i = best.program().code().insns().size() - 1; i >= 0; i--) {
                Failure less = without(best, i);
                if (less != null) {
                    best = less;
                    smaller = true;
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
        Failure less = check(failure.program().with(linked), failure.programSeed(), failure.programSeed());
        return less != null && less.mode().equals(failure.mode()) ? less : null;
    }
}
