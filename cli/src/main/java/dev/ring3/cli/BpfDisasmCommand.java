package dev.ring3.cli;

import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.CodeSection;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.server.json.JsonObject;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 bpf disasm}: from bytecode or an object file to text. */
@Command(
        name = "disasm",
        description = {
            "Disassemble a BPF program.",
            "",
            "FILE is raw bytecode or an ELF object file, which its first bytes tell. Of an object file it prints every"
                    + " section of code, with labels, the names that relocations refer to, and the source lines if it"
                    + " has them. Of bytecode, 'bpf asm' makes the same bytes again from what it prints.",
            ""
        },
        footer = {"", "Example: printf 'r0 = 42; exit' | ring3 bpf asm - | ring3 bpf disasm -"})
final class BpfDisasmCommand implements Callable<Integer> {
    private static final String SCHEMA = "ring3.bpf.disasm/1";

    private final Terminal terminal;
    private final CommandFiles files;

    @Parameters(paramLabel = "FILE", description = "The program; - is standard input.")
    private String file = "";

    @Option(names = "--section", paramLabel = "NAME", description = "Only this section of an object file.")
    private @Nullable String section;

    @Option(
            names = "--dialect",
            paramLabel = "DIALECT",
            converter = Names.Dialects.class,
            completionCandidates = Names.Dialects.class,
            defaultValue = "llvm",
            description = "How to write it: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Dialect dialect = Dialect.LLVM;

    @Option(
            names = "--big-endian",
            fallbackValue = "true",
            description = "Raw bytecode is big-endian; an object file says so itself.")
    private boolean bigEndian;

    @Mixin
    private JsonOption json = new JsonOption();

    BpfDisasmCommand(Terminal terminal) {
        this.terminal = terminal;
        this.files = new CommandFiles(terminal);
    }

    @Override
    public Integer call() {
        byte[] content = files.read(file);
        List<CodeListing> listings;
        try {
            listings = ProgramFile.isElf(content) ? ofObject(content) : List.of(ofBytecode(content));
        } catch (InsnException | ObjectException e) {
            return reject(Rejection.of(file, e));
        }
        if (json.isWanted()) {
            JsonObject answer = answer(true);
            terminal.out()
                    .println(answer.putObjects(
                            "sections",
                            listings.stream()
                                    .map(listing -> listing.json(dialect))
                                    .toList()));
        } else {
            terminal.out().print(CodeListing.text(listings, dialect));
            terminal.out().flush();
        }
        return ExitCode.OK;
    }

    private CodeListing ofBytecode(byte[] content) {
        if (section != null) {
            throw CommandException.usage(
                    "%s is raw bytecode, which has no section '%s'; --section is for ELF object files"
                            .formatted(CommandFiles.name(file), section));
        }
        return CodeListing.of(InsnLayout.decode(content, bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN));
    }

    private List<CodeListing> ofObject(byte[] content) {
        List<CodeSection> sections = BpfObjectFile.parse(content).codeSections();
        List<CodeSection> wanted = sections.stream()
                .filter(candidate -> section == null || candidate.name().equals(section))
                .toList();
        if (wanted.isEmpty()) {
            List<String> names = sections.stream().map(CodeSection::name).toList();
            throw CommandException.usage("%s has no section of code%s%s"
                    .formatted(
                            CommandFiles.name(file),
                            section == null ? "" : " '%s'".formatted(section),
                            names.isEmpty() ? "" : "; it has " + String.join(", ", names)));
        }
        return wanted.stream().map(CodeListing::of).toList();
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
