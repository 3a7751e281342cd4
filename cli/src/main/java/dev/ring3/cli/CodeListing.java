package dev.ring3.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.asm.Disassembler;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.object.CodeSection;
import dev.ring3.bpf.object.CodeSymbol;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.bpf.object.SourceLine;
import dev.ring3.server.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Code for people and machines to read.
 *
 * @param section the section's name, empty for raw bytecode
 * @param code the instructions
 * @param labels the names that stand before the instruction of a slot, or, by the last key, behind the last one
 * @param references what instructions refer to, by slot
 * @param sources the source line that begins with the instruction of a slot, or the empty string
 */
record CodeListing(
        String section,
        BpfCode code,
        Map<Integer, List<String>> labels,
        Map<Integer, String> references,
        IntFunction<String> sources) {
    private static final int SLOT_DIGITS_MIN = 4;

    /** Raw bytecode. */
    static CodeListing of(BpfCode code) {
        return new CodeListing("", code, Map.of(), Map.of(), _ -> "");
    }

    /**
     * A section of an object file.
     *
     * @throws ObjectException if an instruction is invalid
     */
    static CodeListing of(CodeSection section) {
        Map<Integer, List<String>> labels =
                section.symbols().stream().collect(groupingBy(CodeSymbol::slot, mapping(CodeSymbol::name, toList())));
        Map<Integer, String> references = new HashMap<>();
        section.references().forEach((slot, reference) -> references.put(slot, reference.toString()));
        return new CodeListing(
                section.name(),
                section.code(),
                labels,
                references,
                slot -> section.lines().startingAt(slot).map(CodeListing::text).orElse(""));
    }

    private static String text(SourceLine line) {
        return line.text().isBlank()
                ? line.toString()
                : line + ": " + line.text().strip();
    }

    /** Listings one after the other, headed by their sections if there are several. */
    static String text(List<CodeListing> listings, Dialect dialect) {
        StringBuilder text = new StringBuilder();
        for (CodeListing listing : listings) {
            if (listings.size() > 1) {
                text.append(text.isEmpty() ? "" : "\n")
                        .append(comment(dialect))
                        .append(" section ")
                        .append(listing.section)
                        .append('\n');
            }
            listing.appendTo(text, dialect);
        }
        return text.toString();
    }

    /** What begins a comment behind an instruction; LLVM's semicolon would also begin an instruction. */
    private static String endComment(Dialect dialect) {
        return switch (dialect) {
            case LLVM -> "//";
            case CONFORMANCE -> "#";
        };
    }

    /** What begins a comment that is a line of its own. */
    private static String comment(Dialect dialect) {
        return switch (dialect) {
            case LLVM -> ";";
            case CONFORMANCE -> "#";
        };
    }

    private void appendTo(StringBuilder text, Dialect dialect) {
        int digits =
                Math.max(SLOT_DIGITS_MIN, Integer.toString(code.slotCount()).length());
        for (int slot = 0; slot < code.slotCount(); slot++) {
            labels.getOrDefault(slot, List.of())
                    .forEach(label -> text.append(label).append(":\n"));
            if (!code.isInsn(slot)) {
                continue;
            }
            sources.apply(slot)
                    .lines()
                    .forEach(line -> text.append(comment(dialect))
                            .append(' ')
                            .append(line)
                            .append('\n'));
            String number = Integer.toString(slot);
            text.repeat(' ', digits - number.length()).append(number).append(": ");
            text.append(Disassembler.line(code, slot, dialect));
            String reference = references.get(slot);
            if (reference != null) {
                text.append("  ").append(endComment(dialect)).append(' ').append(reference);
            }
            text.append('\n');
        }
        labels.getOrDefault(code.slotCount(), List.of())
                .forEach(label -> text.append(label).append(":\n"));
    }

    JsonObject json(Dialect dialect) {
        List<JsonObject> insns = new ArrayList<>();
        for (int slot = 0; slot < code.slotCount(); slot++) {
            if (code.isInsn(slot)) {
                JsonObject insn =
                        new JsonObject().put("slot", slot).put("text", Disassembler.line(code, slot, dialect));
                if (labels.containsKey(slot)) {
                    insn.putTexts("labels", labels.get(slot));
                }
                if (references.containsKey(slot)) {
                    insn.put("relocation", references.get(slot));
                }
                if (!sources.apply(slot).isEmpty()) {
                    insn.put("source", sources.apply(slot));
                }
                insns.add(insn);
            }
        }
        return new JsonObject()
                .put("section", section)
                .put("slots", code.slotCount())
                .putObjects("instructions", insns);
    }
}
