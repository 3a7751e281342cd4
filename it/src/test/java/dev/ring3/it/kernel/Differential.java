package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.Insn;
import dev.ring3.it.kernel.Candidate.Prepared;
import dev.ring3.linux.Errno;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgram;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Runs random programs in the kernel and in candidates, each until it disagrees. */
final class Differential implements AutoCloseable {
    private static final int INPUTS = 3;
    private static final int REFUSALS_KEPT = 3;
    private static final int REFUSAL_CHARS = 1_000;

    private final KernelEngine kernel;
    private final List<Candidate> candidates;

    /** A comparison with this kernel; the candidates are not closed. */
    Differential(KernelBpf bpf, List<? extends Candidate> candidates) {
        this.kernel = new KernelEngine(bpf);
        this.candidates = List.copyOf(candidates);
    }

    /** What was found. */
    static final class Report {
        /** Programs made. */
        int programs;

        /** Those that the kernel's verifier accepted. */
        int accepted;

        /** The end of the verifier's log for the first few that it refused. */
        final List<String> refusals = new ArrayList<>();

        /** How often each form of instruction occurs in accepted programs. */
        final Map<String, Integer> forms = new TreeMap<>();

        /** At most one for each candidate, which is not asked again after it. */
        final List<Mismatch> mismatches = new ArrayList<>();

        double acceptedPercent() {
            return 100.0 * accepted / programs;
        }
    }

    /** Compares on so many programs, or fewer if every candidate has disagreed. The first has the seed given. */
    Report run(long seed, int programs) {
        Report report = new Report();
        List<Candidate> agreeing = new ArrayList<>(candidates);
        for (int i = 0; i < programs && !agreeing.isEmpty(); i++) {
            TestProgram program = ProgramGenerator.generate(seedOf(seed, i));
            report.programs++;
            switch (kernel.load(program)) {
                case Rejected<KernelProgram>(Errno errno, String log) -> noteRefusal(report, program, errno, log);
                case Loaded<KernelProgram>(KernelProgram loaded, String _) -> {
                    report.accepted++;
                    for (Insn insn : program.code()) {
                        report.forms.merge(InsnForm.of(insn), 1, Integer::sum);
                    }
                    try (Prepared reference = kernel.prepared(loaded, program.flavor())) {
                        agreeing.removeIf(candidate -> disagrees(candidate, program, reference, report));
                    }
                }
            }
        }
        return report;
    }

    /** The same disagreement in less code, as far as leaving out instructions leads. */
    Mismatch shrunk(Mismatch mismatch) {
        Candidate candidate = mismatch.candidate();
        return new Shrinker(mismatch, smaller -> {
                    Optional<Prepared> reference = kernel.prepare(smaller);
                    if (reference.isEmpty()) {
                        return Optional.empty();
                    }
                    try (Prepared loaded = reference.get()) {
                        return compare(candidate, smaller, loaded, List.of(mismatch.memory()));
                    }
                })
                .shrink();
    }

    @Override
    public void close() {
        kernel.close();
    }

    private static boolean disagrees(Candidate candidate, TestProgram program, Prepared reference, Report report) {
        Optional<Mismatch> mismatch = compare(candidate, program, reference, inputs(program));
        mismatch.ifPresent(report.mismatches::add);
        return mismatch.isPresent();
    }

    /** What programs begin with: zeros, then numbers that depend on the program's seed alone. */
    private static List<byte[]> inputs(TestProgram program) {
        Choices choices = new Choices(~program.seed());
        List<byte[]> inputs = new ArrayList<>(List.of(new byte[TestProgram.MEMORY_BYTES]));
        while (inputs.size() < INPUTS) {
            inputs.add(choices.memory(TestProgram.MEMORY_BYTES));
        }
        return inputs;
    }

    private static Optional<Mismatch> compare(
            Candidate candidate, TestProgram program, Prepared reference, List<byte[]> inputs) {
        Optional<Prepared> prepared = candidate.prepare(program);
        if (prepared.isEmpty()) {
            return Optional.empty();
        }
        try (Prepared other = prepared.get()) {
            for (byte[] memory : inputs) {
                Outcome wanted = reference.run(memory);
                Outcome found = other.run(memory);
                if (!wanted.equals(found)) {
                    return Optional.of(new Mismatch(candidate, program, memory, wanted, found));
                }
            }
        }
        return Optional.empty();
    }

    private static void noteRefusal(Report report, TestProgram program, Errno errno, String log) {
        if (report.refusals.size() < REFUSALS_KEPT) {
            String end = log.substring(Math.max(0, log.length() - REFUSAL_CHARS));
            report.refusals.add("seed %d, %s: %s%n%s".formatted(program.seed(), program.flavor(), errno, end));
        }
    }

    /** The first is the base itself, so that one program is replayed by its own seed; the others are spread out. */
    private static long seedOf(long base, int index) {
        if (index == 0) {
            return base;
        }
        long z = base + index * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
