package dev.ring3.bench.bpf;

import dev.ring3.bench.bpf.BenchReport.Cell;
import dev.ring3.bench.bpf.BenchReport.ProgramResult;
import dev.ring3.bench.measure.ChildJvm;
import dev.ring3.bench.measure.Progress;
import dev.ring3.bench.measure.Spread;
import dev.ring3.bench.measure.Statistics;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures programs: in the first fork each engine once, in the second each again, and so on. */
final class ProgramsPart {
    /** With this begins why a program counts for nothing that returned something else than it should. */
    static final String WRONG = "wrong result";

    private static final int NATIVES = 2;

    /** The kernel's times are whole nanoseconds, and those of an empty program are subtracted. */
    private static final double RESOLUTION_NANOS = 0.1;

    private static final long LOW_HALF = 0xffff_ffffL;
    private static final double PEER_NANOS = 200e6;

    private final BenchOptions options;
    private final Toolchain toolchain;
    private final Path directory;
    private final ChildJvm children;
    private final Progress progress;

    ProgramsPart(BenchOptions options, Toolchain toolchain, Path directory, ChildJvm children, Progress progress) {
        this.options = options;
        this.toolchain = toolchain;
        this.directory = directory;
        this.children = children;
        this.progress = progress;
    }

    /** The medians of the forks of a program in an engine, or why there are none. */
    private static final class Collected {
        final List<Double> nanos = new ArrayList<>();
        final List<Double> toNative = new ArrayList<>();
        final List<Double> toScalar = new ArrayList<>();
        double share = 1;
        boolean compared;
        String failure = "";

        Cell cell(String engine) {
            if (!failure.isEmpty()) {
                return new Cell.Missing(engine, failure);
            }
            return nanos.isEmpty()
                    ? compared ? new Cell.Compared(engine) : new Cell.Missing(engine, "not measured")
                    : new Cell.Measured(engine, Spread.of(nanos), Spread.of(toNative), Spread.of(toScalar), share);
        }
    }

    /** Of one program. */
    private static final class Row {
        final Map<String, Collected> engines = new LinkedHashMap<>();
        final List<Double> nativeNanos = new ArrayList<>();
        final List<Double> scalarNanos = new ArrayList<>();
    }

    List<ProgramResult> measure() throws InterruptedException {
        Map<BenchProgram, Row> rows = new LinkedHashMap<>();
        for (BenchProgram program : options.chosenPrograms()) {
            rows.put(program, compiled(program));
        }
        for (int fork = 0; fork < options.forks(); fork++) {
            for (Map.Entry<BenchProgram, Row> row : rows.entrySet()) {
                measure(row.getKey(), row.getValue(), fork);
            }
        }
        List<ProgramResult> results = new ArrayList<>();
        rows.forEach((program, row) -> results.add(new ProgramResult(
                program,
                spread(row.nativeNanos),
                spread(row.scalarNanos),
                row.engines.entrySet().stream()
                        .map(engine -> engine.getValue().cell(engine.getKey()))
                        .toList())));
        return results;
    }

    private static Optional<Spread> spread(List<Double> values) {
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** Everything that a program has to be compiled to; what cannot be is no longer measured. */
    private Row compiled(BenchProgram program) throws InterruptedException {
        Row row = new Row();
        String failure = compile(program, Toolchain.Target.NATIVE);
        failure = failure.isEmpty() ? compile(program, Toolchain.Target.SCALAR) : failure;
        for (Engine engine : options.chosenEngines()) {
            Collected collected = new Collected();
            Toolchain.Target target = switch (engine) {
                case INTERPRETER, JIT, JIT_CHECKED -> Toolchain.Target.BPF;
                case KERNEL -> Toolchain.Target.KERNEL;
                case CHICORY -> Toolchain.Target.WASM;
            };
            collected.failure = failure.isEmpty() ? compile(program, target) : failure;
            row.engines.put(engine.id(), collected);
        }
        for (PeerCommand peer : options.peerCommands()) {
            Collected collected = new Collected();
            collected.failure = compile(program, Toolchain.Target.BPF);
            row.engines.put(peer.name(), collected);
        }
        return row;
    }

    private final Map<Path, String> compiled = new HashMap<>();

    private String compile(BenchProgram program, Toolchain.Target target) throws InterruptedException {
        Path file = target.file(directory, program);
        String known = compiled.get(file);
        if (known == null) {
            progress.step("compiling " + file.getFileName());
            known = toolchain.compile(program, target);
            compiled.put(file, known);
        }
        return known;
    }

    private void measure(BenchProgram program, Row row, int fork) throws InterruptedException {
        for (Engine engine : options.chosenEngines()) {
            Collected collected = row.engines.get(engine.id());
            if (collected == null || !collected.failure.isEmpty()) {
                continue;
            }
            progress.step(
                    "%s in %s, fork %d of %d".formatted(program.name(), engine.title(), fork + 1, options.forks()));
            List<String> work = new ArrayList<>(List.of("program", program.name(), engine.id(), directory.toString()));
            add(child(work, 2 + NATIVES), program, engine == Engine.KERNEL, row, collected);
        }
        for (PeerCommand peer : options.peerCommands()) {
            Collected collected = row.engines.get(peer.name());
            if (collected != null && collected.failure.isEmpty()) {
                progress.step(
                        "%s in %s, fork %d of %d".formatted(program.name(), peer.name(), fork + 1, options.forks()));
                measure(program, peer, row, collected);
            }
        }
    }

    /** The lines of a child, or one line that says why there are none. */
    private List<String> child(List<String> work, int subjects) throws InterruptedException {
        work.addAll(options.times().words());
        try {
            return children.run(WorkerMain.JVM_OPTIONS, work, options.secondsMax(subjects));
        } catch (ChildJvm.ChildException e) {
            return List.of("failed " + e.getMessage());
        }
    }

    private static void add(List<String> lines, BenchProgram program, boolean lowHalf, Row row, Collected collected) {
        List<Double> nanos = new ArrayList<>();
        List<Double> toNative = new ArrayList<>();
        List<Double> toScalar = new ArrayList<>();
        List<Double> nativeNanos = new ArrayList<>();
        List<Double> scalarNanos = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "failed" -> collected.failure = line.substring("failed ".length());
                case "result" -> collected.failure = wrong(program, Long.parseUnsignedLong(words[1], 16), lowHalf);
                case "round" -> {
                    double of = Double.parseDouble(words[2]);
                    collected.share = Math.min(collected.share, Double.parseDouble(words[1]));
                    nanos.add(of);
                    nativeNanos.add(Double.parseDouble(words[3]));
                    scalarNanos.add(Double.parseDouble(words[4]));
                    toNative.add(of / nativeNanos.getLast());
                    toScalar.add(of / scalarNanos.getLast());
                }
                default -> {} // what a JVM or a library prints
            }
        }
        if (collected.failure.isEmpty() && !nanos.isEmpty() && median(nanos) < RESOLUTION_NANOS) {
            collected.failure = "shorter than what can be told from an empty program";
        }
        if (collected.failure.isEmpty() && !nanos.isEmpty()) {
            collected.nanos.add(median(nanos));
            collected.toNative.add(median(toNative));
            collected.toScalar.add(median(toScalar));
            row.nativeNanos.add(median(nativeNanos));
            row.scalarNanos.add(median(scalarNanos));
        }
    }

    private static double median(List<Double> values) {
        return Statistics.median(
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static String wrong(BenchProgram program, long result, boolean lowHalf) {
        long mask = lowHalf ? LOW_HALF : -1;
        return (result & mask) == (program.expected() & mask)
                ? ""
                : "%s 0x%x instead of 0x%x".formatted(WRONG, result & mask, program.expected() & mask);
    }

    private void measure(BenchProgram program, PeerCommand peer, Row row, Collected collected)
            throws InterruptedException {
        List<String> natives =
                child(new ArrayList<>(List.of("natives", program.name(), directory.toString())), NATIVES);
        Collected base = new Collected();
        Row baseRow = new Row();
        add(natives, program, false, baseRow, base);
        if (!base.failure.isEmpty() || base.nanos.isEmpty()) {
            collected.failure = "native code: " + base.failure;
            return;
        }
        double nativeNanos = baseRow.nativeNanos.getFirst();
        long times = Math.clamp(Math.round(PEER_NANOS / Math.max(1, 2 * nativeNanos)), 1, 1L << 30);
        try {
            PeerCommand.Answer answer =
                    peer.run(code(program), program.input(), shortened(times), directory, options.secondsMax(NATIVES));
            collected.failure = wrong(program, answer.result(), false);
            collected.compared = true;
            if (collected.failure.isEmpty() && answer.nanos().isPresent()) {
                double nanos = answer.nanos().getAsDouble();
                collected.nanos.add(nanos);
                collected.toNative.add(nanos / nativeNanos);
                collected.toScalar.add(nanos / baseRow.scalarNanos.getFirst());
                row.nativeNanos.add(nativeNanos);
                row.scalarNanos.add(baseRow.scalarNanos.getFirst());
            }
        } catch (PeerCommand.PeerException e) {
            collected.failure = String.valueOf(e.getMessage());
        }
    }

    /** Fewer runs where little time is to be spent. */
    private long shortened(long times) {
        return Math.max(1, (long) (times * Math.min(1, options.rounds() * options.batchMillis() / 150)));
    }

    private byte[] code(BenchProgram program) {
        try {
            BpfObjectFile object =
                    BpfObjectFile.parse(Files.readAllBytes(Toolchain.Target.BPF.file(directory, program)));
            return InsnLayout.encode(
                    object.link(LinkOptions.none())
                            .program("bench")
                            .orElseThrow()
                            .code(),
                    ByteOrder.LITTLE_ENDIAN);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
