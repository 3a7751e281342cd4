package dev.ring3.cli;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.AssemblyException;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.server.json.JsonObject;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ring3 bpf asm}: from text to bytecode. */
@Command(
        name = "asm",
        description = {
            "Assemble a BPF program.",
            "",
            "An error is told as FILE:LINE:COLUMN: MESSAGE, with the line, and exits 1; nothing is written then.",
            ""
        },
        footer = {"", "Example: printf 'r0 = 42; exit' | ring3 bpf asm - --format=hex"})
final class BpfAsmCommand implements Callable<Integer> {
    private static final String SCHEMA = "ring3.bpf.asm/1";

    enum Format {
        RAW,
        HEX
    }

    static final class Formats extends Names<Format> {
        Formats() {
            super("format", Format.values());
        }
    }

    private final Terminal terminal;
    private final CommandFiles files;

    @Parameters(paramLabel = "FILE", description = "The source; - is standard input.")
    private String file = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            defaultValue = CommandFiles.STANDARD,
            description = "Where to write the program; default: standard output.")
    private String output = CommandFiles.STANDARD;

    @Option(
            names = "--dialect",
            paramLabel = "DIALECT",
            converter = Names.Dialects.class,
            completionCandidates = Names.Dialects.class,
            defaultValue = "llvm",
            description = "How the source is written: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Dialect dialect = Dialect.LLVM;

    @Option(names = "--big-endian", fallbackValue = "true", description = "Write the big-endian encoding.")
    private boolean bigEndian;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            converter = Formats.class,
            completionCandidates = Formats.class,
            description = "${COMPLETION-CANDIDATES} (a line of digits for each 8 bytes). Default: raw, but hex on a "
                    + "terminal.")
    private @Nullable Format format;

    @Option(
            names = "--json",
            fallbackValue = "true",
            description = "Print one JSON object instead; it has the program in hex unless -o takes it.")
    private boolean json;

    BpfAsmCommand(Terminal terminal) {
        this.terminal = terminal;
        this.files = new CommandFiles(terminal);
    }

    @Override
    public Integer call() {
        String source = ProgramFile.text(files.read(file));
        BpfCode code;
        try {
            code = Assembler.assemble(source, dialect);
        } catch (AssemblyException e) {
            return reject(Rejection.of(file, source, dialect, e));
        }
        byte[] bytes = InsnLayout.encode(code, bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        boolean toStandard = output.equals(CommandFiles.STANDARD);
        if (!json || !toStandard) {
            files.write(output, encode(bytes));
        }
        if (json) {
            JsonObject answer = answer(true).put("slots", code.slotCount());
            terminal.out().println(toStandard ? answer.put("hex", HexFormat.of().formatHex(bytes)) : answer);
        }
        return ExitCode.OK;
    }

    private byte[] encode(byte[] bytes) {
        boolean raw = format == null
                ? !output.equals(CommandFiles.STANDARD)
                        || !terminal.interactive().getAsBoolean()
                : format == Format.RAW;
        if (raw) {
            return bytes;
        }
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < bytes.length; at += InsnLayout.SLOT_BYTES) {
            text.append(HexFormat.of().formatHex(bytes, at, at + InsnLayout.SLOT_BYTES))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private int reject(Rejection rejection) {
        if (json) {
            terminal.out().println(answer(false).put("error", rejection.json()));
        } else {
            terminal.err().println(rejection.text());
        }
        return ExitCode.NEGATIVE;
    }

    private JsonObject answer(boolean accepted) {
        return JsonObject.ofSchema(SCHEMA)
                .put("file", file)
                .put("dialect", Names.of(dialect))
                .put("accepted", accepted);
    }
}
