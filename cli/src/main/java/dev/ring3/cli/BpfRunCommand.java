package dev.ring3.cli;

import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.RunResult;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.AssemblyException;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.verifier.RejectedException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ring3 bpf run}: runs a program and prints r0. */
@Command(
        name = "run",
        description = {
            "Run a BPF program and print r0.",
            "",
            "FILE is an ELF object file, raw bytecode, or assembly text. An object file begins with ELF's magic number;"
                    + " bytecode has a zero byte; what has none is text.",
            "The program finds the data in r1 and its length in r2. With --type it has a context instead: of types that"
                    + " see packets (xdp, tc, socket_filter) the data is the packet, of others it is the context itself."
                    + " Programs with a context are verified before; others run with every access checked. A fault is told with its kind, place and registers"
                    + " and exits 1, a used-up budget 4.",
            ""
        },
        footer = {"", "Example: printf 'r0 = 42; exit' | ring3 bpf run -"})
final class BpfRunCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final CommandFiles files;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The program; - is standard input.")
    private String file = "";

    @Option(names = "--program", paramLabel = "NAME", description = "Which program of an object file that has several.")
    private @Nullable String program;

    @Option(
            names = "--dialect",
            paramLabel = "DIALECT",
            converter = Names.Dialects.class,
            completionCandidates = Names.Dialects.class,
            defaultValue = "llvm",
            description = "How assembly text is written: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Dialect dialect = Dialect.LLVM;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            converter = TypeNames.class,
            completionCandidates = TypeNames.class,
            description = "What the program is for; 'bpf types' lists them. Default: memory.")
    private @Nullable ProgramType type;

    @Option(
            names = "--data-in",
            paramLabel = "FILE",
            description = "What the memory or the packet holds; - is standard input.")
    private @Nullable String dataIn;

    @Option(
            names = "--data-out",
            paramLabel = "FILE",
            description =
                    "Where to write the memory or the packet if the program finishes; - is standard output, and r0 then goes to"
                            + " standard error.")
    private @Nullable String dataOut;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "Run it N times on the same memory, print the last r0, then a line 'ns_per_run X': the whole"
                    + " time divided by N.")
    private @Nullable Long repeat;

    @Option(
            names = "--budget",
            paramLabel = "N",
            defaultValue = "" + BpfRuntime.BUDGET_DEFAULT,
            description = "The most instructions that a run may execute. Default: ${DEFAULT-VALUE}.")
    private long budget = BpfRuntime.BUDGET_DEFAULT;

    @Option(
            names = "--verify",
            fallbackValue = "true",
            description = "Verify the program before, and do not run it if it is refused.")
    private boolean verify;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            converter = Names.Engines.class,
            completionCandidates = Names.Engines.class,
            defaultValue = "interpreter",
            description = "What runs it: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private EngineKind engine = EngineKind.INTERPRETER;

    @Mixin
    private JsonOption json = new JsonOption();

    BpfRunCommand(Terminal terminal) {
        this.terminal = terminal;
        this.files = new CommandFiles(terminal);
    }

    @Override
    public Integer call() {
        requireSense();
        byte[] content = files.read(file);
        byte[] data = dataIn == null ? new byte[0] : files.read(dataIn);
        ProgramType runType = typeFor(data.length);
        boolean isVerified = verify || RunInput.of(runType) != RunInput.MEMORY;
        try (BpfRuntime runtime = BpfRuntime.builder()
                .verification(isVerified ? Verification.REQUIRED : Verification.OFF)
                .engine(engine)
                .build()) {
            BpfProgram loaded;
            try {
                ProgramFile form = ProgramFile.of(content);
                Optional<Rejection> refusal = isVerified ? refusal(form, runType) : Optional.empty();
                if (refusal.isPresent()) {
                    return reject(refusal.get());
                }
                loaded = load(runtime, form, runType);
            } catch (AssemblyException e) {
                return reject(Rejection.of(file, ProgramFile.text(content), dialect, e));
            } catch (InsnException | ObjectException e) {
                return reject(Rejection.of(file, e));
            } catch (RejectedException e) { // of another program, which this one may call
                return reject(Rejection.of(file, e));
            }
            return run(loaded, data);
        }
    }

    /** What the program is for, and for how much data it is verified. */
    private ProgramType typeFor(long dataBytes) {
        if (type != null && !type.equals(ProgramTypes.MEMORY)) {
            long bytesMax = type.entry() instanceof Entry.Context context ? context.packetBytesMax() : Long.MAX_VALUE;
            if (RunInput.of(type) == RunInput.PACKET && dataBytes > bytesMax) {
                throw CommandException.usage("a packet of %d bytes, and those of type %s have at most %d"
                        .formatted(dataBytes, type.name(), bytesMax));
            }
            return type;
        }
        return ProgramTypes.memory(Math.max(dataBytes, ProgramTypes.MEMORY_BYTES_MAX));
    }

    private Optional<Rejection> refusal(ProgramFile form, ProgramType runType) {
        String name = form instanceof ProgramFile.ElfObject(byte[] bytes)
                ? ObjectPrograms.choose(
                        CommandFiles.name(file), BpfObjectFile.parse(bytes).programs(), program)
                : program;
        CandidateReader reader = new CandidateReader(
                CommandFiles.name(file), runType, dialect, ByteOrder.LITTLE_ENDIAN, new TargetTypes(files, null));
        return Refusals.of(reader, form, name, CommandTree.isVerbose(spec));
    }

    private void requireSense() {
        if (repeat != null && repeat < 1) {
            throw CommandException.usage("--repeat %d: a program is run at least once".formatted(repeat));
        }
        if (budget < 1) {
            throw CommandException.usage("--budget %d: a run needs at least one instruction".formatted(budget));
        }
        if (file.equals(CommandFiles.STANDARD) && CommandFiles.STANDARD.equals(dataIn)) {
            throw CommandException.usage("FILE and --data-in cannot both be standard input");
        }
    }

    private BpfProgram load(BpfRuntime runtime, ProgramFile content, ProgramType runType) {
        return switch (content) {
            case ProgramFile.ElfObject(byte[] bytes) ->
                ObjectPrograms.load(runtime, CommandFiles.name(file), bytes, program, runType);
            case ProgramFile.Bytecode(byte[] bytes) ->
                onlyOne(runtime, InsnLayout.decode(bytes, ByteOrder.LITTLE_ENDIAN), runType);
            case ProgramFile.Assembly(String source) -> onlyOne(runtime, Assembler.assemble(source, dialect), runType);
        };
    }

    private BpfProgram onlyOne(BpfRuntime runtime, BpfCode code, ProgramType runType) {
        if (program != null) {
            throw CommandException.usage("%s is no object file, so it has no program of the name '%s'"
                    .formatted(CommandFiles.name(file), program));
        }
        return runtime.program("program", code, runType);
    }

    private int run(BpfProgram loaded, byte[] data) {
        try (Invocation invocation = loaded.newInvocation();
                Interrupts interrupts = Interrupts.watch(invocation::cancel)) {
            invocation.budget(budget);
            MemorySegment memory = RunInput.of(loaded.type()).give(invocation, loaded.type(), data);
            RunReport report = measure(loaded.name(), invocation, interrupts);
            boolean finished = report.result() instanceof RunResult.Finished;
            if (dataOut != null && finished) {
                files.write(dataOut, memory.toArray(ValueLayout.JAVA_BYTE));
            }
            PrintStream answers = CommandFiles.STANDARD.equals(dataOut) ? terminal.err() : terminal.out();
            if (json.isWanted()) {
                answers.println(report.json());
            } else {
                (finished ? answers : terminal.err()).print(report.text());
            }
            answers.flush();
            return interrupts.requested() ? ExitCode.INTERRUPTED : report.exitCode();
        }
    }

    private RunReport measure(String name, Invocation invocation, Interrupts interrupts) {
        long wanted = repeat == null ? 1 : repeat;
        long runs = 0;
        RunResult result;
        long begin = System.nanoTime();
        try {
            long r0;
            do {
                runs++;
                r0 = invocation.run();
            } while (runs < wanted && !interrupts.requested());
            result = new RunResult.Finished(r0);
        } catch (BpfFault e) {
            result = e.faulted();
        }
        OptionalLong nanos = repeat == null ? OptionalLong.empty() : OptionalLong.of(System.nanoTime() - begin);
        if (runs < wanted && interrupts.requested()) {
            terminal.err().println("ring3: interrupted in run %d of %d".formatted(runs, wanted));
        }
        return new RunReport(file, name, engine.toString(), result, runs, nanos);
    }

    private int reject(Rejection rejection) {
        if (json.isWanted()) {
            terminal.out().println(RunReport.rejected(file, rejection));
        } else {
            terminal.err().println(rejection.text());
        }
        return ExitCode.NEGATIVE;
    }
}
