package dev.ring3.cli;

import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.asm.Disassembler;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.object.LinkedFunction;
import dev.ring3.bpf.object.SourceLine;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Instructions of a program for people to read, with the names of what they call and refer to.
 *
 * @param program whose
 * @param dialect how to write them
 */
record InsnText(Candidate.Complete program, Dialect dialect) {
    private static final int SOURCE_COLUMNS_MAX = 60;

    /** What stands at a slot, which may be the end of the code. */
    String at(int slot) {
        BpfCode code = program.subject().code();
        if (!code.isInsn(slot)) {
            return "%d: (the end of the code)".formatted(slot);
        }
        String comment = switch (dialect) {
            case LLVM -> "  // ";
            case CONFORMANCE -> "  # ";
        };
        String name = reference(slot, code.at(slot));
        return "%d: %s%s".formatted(slot, Disassembler.line(code, slot, dialect), name == null ? "" : comment + name);
    }

    private @Nullable String reference(int slot, Insn insn) {
        if (program.subject().unavailable().containsKey(slot)) {
            return "in place of what the target lacks";
        }
        return switch (insn) {
            case Insn.CallHelper(int id) -> program.subject().type().functions().name(id);
            case Insn.CallHost(int id) ->
                id >= 1 && id <= program.hostFunctions().size()
                        ? program.hostFunctions().get(id - 1)
                        : null;
            case Insn.CallLocal(int offset) -> function(slot + 1 + offset).orElse(null);
            case Insn.LoadWide load
            when load.source() == WideSource.CODE ->
                function(slot + 1 + load.low()).orElse(null);
            case Insn.LoadWide load
            when isMap(load.source())
                    && load.low() >= 0
                    && load.low() < program.subject().mapsByIndex().size() ->
                "map " + program.subject().mapsByIndex().get(load.low()).name();
            case Insn _ -> null;
        };
    }

    private static boolean isMap(WideSource source) {
        return source == WideSource.MAP_BY_INDEX || source == WideSource.MAP_VALUE_BY_INDEX;
    }

    /** The name of the function that begins at a slot. */
    Optional<String> function(int slot) {
        return program.functions().stream()
                .filter(function -> function.startSlot() == slot)
                .map(LinkedFunction::name)
                .findFirst();
    }

    /** The line that an instruction was made from, {@code line 7: if (e)}, or the empty string. */
    String source(int slot) {
        return program.lines().apply(slot).map(InsnText::text).orElse("");
    }

    private static String text(SourceLine line) {
        String text = line.text().strip();
        String cut = text.length() <= SOURCE_COLUMNS_MAX ? text : text.substring(0, SOURCE_COLUMNS_MAX - 3) + "...";
        return "line %d%s".formatted(line.line(), cut.isEmpty() ? "" : ": " + cut);
    }
}
