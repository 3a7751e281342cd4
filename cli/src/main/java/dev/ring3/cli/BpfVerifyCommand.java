package dev.ring3.cli;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.asm.AssemblyException;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.bpf.verifier.Rule;
import dev.ring3.bpf.verifier.Verdict;
import dev.ring3.bpf.verifier.Verifier;
import dev.ring3.bpf.verifier.VerifierOptions;
import dev.ring3.server.json.JsonObject;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ring3 bpf verify}: whether programs are safe, and if not, why. */
@Command(
        name = "verify",
        description = {
            "Verify BPF programs: that they end, touch only what is theirs, and keep to their type.",
            "",
            "FILE is an ELF object file, raw bytecode, or assembly text, as for 'bpf run'. Of an object file every program"
                    + " is verified, by the type that its section's name stands for: SEC(\"xdp\"), SEC(\"fs/open\");"
                    + " 'bpf types' lists them. No kernel is needed.",
            "A refusal names the place, the registers that matter as they are before the instruction, the branches that"
                    + " lead there, the rule, and what helps. Numbers are told by what they can be: [0, 255] as signed,"
                    + " u[0, 255] as unsigned numbers, 32: their lower half, bits (value; mask) with 1 in the mask where"
                    + " a bit is not known.",
            "Exits 1 if a program is refused, and 4 if the only fault is that --limit did not suffice.",
            ""
        },
        footer = {"", "Example: printf 'r0 = *(u8 *)(r1 + 0); exit' | ring3 bpf verify -"})
final class BpfVerifyCommand implements Callable<Integer> {
    private static final String SCHEMA = "ring3.bpf.verify/1";
    private static final int NO_SLOT = -1;

    private final Terminal terminal;
    private final CommandFiles files;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The program or programs; - is standard input.")
    private String file = "";

    @Option(names = "--program", paramLabel = "NAME", description = "Only this program of an object file.")
    private @Nullable String program;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            converter = TypeNames.class,
            completionCandidates = TypeNames.class,
            description =
                    "What the programs are for, such as memory, xdp, fs. Default: what the section says; memory for"
                            + " code that is in none.")
    private @Nullable ProgramType type;

    @Option(
            names = "--dialect",
            paramLabel = "DIALECT",
            converter = Names.Dialects.class,
            completionCandidates = Names.Dialects.class,
            defaultValue = "llvm",
            description = "How assembly text is written, and instructions are shown: ${COMPLETION-CANDIDATES}. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Dialect dialect = Dialect.LLVM;

    @Option(
            names = "--big-endian",
            fallbackValue = "true",
            description = "Raw bytecode is big-endian; an object file says so itself.")
    private boolean bigEndian;

    @Option(
            names = "--btf",
            paramLabel = "FILE",
            description = "The types of the target, for CO-RE relocations. Default: those of the kernel that runs"
                    + " (/sys/kernel/btf/vmlinux), or of Ring3 for programs of its own types.")
    private @Nullable String btf;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "" + VerifierOptions.INSNS_MAX_DEFAULT,
            description =
                    "The most instructions to look at, each as often as paths lead through it, before a program is"
                            + " refused as too complex. Default: ${DEFAULT-VALUE}, as in Linux.")
    private long limit = VerifierOptions.INSNS_MAX_DEFAULT;

    @Option(
            names = "--strict-shifts",
            fallbackValue = "true",
            description = "Refuse shifts by more than the width, which RFC 9669 allows and Linux does not.")
    private boolean strictShifts;

    @Option(
            names = "--explain",
            paramLabel = "N",
            description = "Also print what the verifier knows before instruction N: of every register and every part of"
                    + " the stack, once for each state in which it looks at it.")
    private @Nullable Integer explain;

    @Option(
            names = "--dot",
            fallbackValue = "true",
            description =
                    "Print the control-flow graph for Graphviz instead, with the number of states seen and the way"
                            + " to the refusal; a refusal's text goes to standard error.")
    private boolean dot;

    @Mixin
    private JsonOption json = new JsonOption();

    BpfVerifyCommand(Terminal terminal) {
        this.terminal = terminal;
        this.files = new CommandFiles(terminal);
    }

    @Override
    public Integer call() {
        requireSense();
        byte[] content = files.read(file);
        List<Candidate> candidates;
        try {
            candidates = reader().read(ProgramFile.of(content), program);
        } catch (AssemblyException e) {
            return reject(Rejection.of(file, ProgramFile.text(content), dialect, e));
        } catch (InsnException | ObjectException e) {
            return reject(Rejection.of(file, e));
        }
        if ((explain != null || dot) && candidates.size() > 1) {
            throw CommandException.usage("%s is about one program, and %s has %d; --program names one of %s"
                    .formatted(
                            dot ? "--dot" : "--explain",
                            CommandFiles.name(file),
                            candidates.size(),
                            names(candidates)));
        }
        return verify(candidates);
    }

    private void requireSense() {
        if (limit < 1) {
            throw CommandException.usage("--limit %d: at least one instruction has to be looked at".formatted(limit));
        }
        if (dot && (json.isWanted() || explain != null)) {
            throw CommandException.usage("--dot prints a graph and nothing else; leave out --json and --explain");
        }
    }

    private CandidateReader reader() {
        return new CandidateReader(
                CommandFiles.name(file),
                type,
                dialect,
                bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                new TargetTypes(files, btf));
    }

    private static String names(List<Candidate> candidates) {
        return String.join(", ", candidates.stream().map(Candidate::name).toList());
    }

    private int verify(List<Candidate> candidates) {
        List<JsonObject> answers = new ArrayList<>();
        int refused = 0;
        int status = ExitCode.OK;
        for (Candidate candidate : candidates) {
            int single = switch (candidate) {
                case Candidate.Broken broken -> tell(broken, answers);
                case Candidate.Complete complete -> tell(complete, answers);
            };
            refused += single == ExitCode.OK ? 0 : 1;
            // One that is unsafe decides, whatever was not found out about others.
            status = status == ExitCode.NEGATIVE || single == ExitCode.OK ? status : single;
            if (!json.isWanted() && !dot && candidates.size() > 1) {
                terminal.out().println();
            }
        }
        if (json.isWanted()) {
            terminal.out().println(answer(refused == 0).putObjects("programs", answers));
        } else if (candidates.size() > 1) {
            terminal.out()
                    .println(
                            refused == 0
                                    ? "All %d programs are accepted.".formatted(candidates.size())
                                    : "%d of %d programs are refused.".formatted(refused, candidates.size()));
        }
        terminal.out().flush();
        return status;
    }

    private int tell(Candidate.Broken broken, List<JsonObject> answers) {
        if (json.isWanted()) {
            answers.add(VerdictJson.of(broken));
        } else {
            (dot ? terminal.err() : terminal.out()).print(VerdictText.of(broken));
        }
        return ExitCode.NEGATIVE;
    }

    private int tell(Candidate.Complete complete, List<JsonObject> answers) {
        if (explain != null && !complete.subject().code().isInsn(explain)) {
            throw CommandException.usage("--explain %d: %s has instructions from 0 to %d%s"
                    .formatted(
                            explain,
                            complete.name(),
                            complete.subject().code().slotCount() - 1,
                            explain > 0 && explain < complete.subject().code().slotCount()
                                    ? ", and this is the second half of one"
                                    : ""));
        }
        StateLog log = new StateLog(explain == null ? NO_SLOT : explain);
        Verdict verdict = Verifier.verify(complete.subject(), options(log));
        VerdictText text = new VerdictText(dialect, CommandTree.isVerbose(spec));
        boolean accepted = verdict instanceof Verdict.Accepted;
        if (json.isWanted()) {
            VerdictJson form = new VerdictJson(dialect);
            JsonObject answer = form.verdict(complete, verdict);
            answers.add(explain == null ? answer : answer.put("explain", form.explanation(complete, explain, log)));
        } else if (dot) {
            terminal.out().print(new GraphText(complete, verdict, log, dialect));
            terminal.err().print(accepted ? "" : text.of(complete, verdict));
        } else {
            terminal.out().print(text.of(complete, verdict));
            if (explain != null) {
                terminal.out().print("\n" + new StateText(new InsnText(complete, dialect)).of(explain, log));
            }
        }
        return status(verdict);
    }

    /** A program that is too complex was not shown to be unsafe. */
    private static int status(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accepted _ -> ExitCode.OK;
            case Verdict.Rejected rejected when rejected.rule() == Rule.TOO_COMPLEX -> ExitCode.UNDECIDED;
            case Verdict.Rejected _ -> ExitCode.NEGATIVE;
        };
    }

    private VerifierOptions options(StateLog log) {
        VerifierOptions options = VerifierOptions.DEFAULT.withInsnsMax(limit);
        if (strictShifts) {
            options = options.withStrictShifts();
        }
        return dot || explain != null ? log.attach(options) : options;
    }

    private int reject(Rejection rejection) {
        if (json.isWanted()) {
            terminal.out().println(answer(false).put("error", rejection.json()));
        } else {
            terminal.err().println(rejection.text());
        }
        return ExitCode.NEGATIVE;
    }

    private JsonObject answer(boolean accepted) {
        return JsonObject.ofSchema(SCHEMA).put("file", file).put("accepted", accepted);
    }
}
