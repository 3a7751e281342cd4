package dev.ring3.cli;

import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.asm.Disassembler;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.object.SourceLine;
import dev.ring3.bpf.verifier.Statistics;
import dev.ring3.bpf.verifier.Verdict;
import dev.ring3.server.json.JsonObject;

/**
 * Verdicts for machines to read.
 *
 * @param dialect how to write instructions
 */
record VerdictJson(Dialect dialect) {
    /** The verdict on one program. */
    JsonObject verdict(Candidate.Complete program, Verdict verdict) {
        JsonObject json = head(program)
                .put("type", program.subject().type().name())
                .put("accepted", verdict instanceof Verdict.Accepted);
        if (!program.note().isEmpty()) {
            json.put("note", program.note());
        }
        json.put("statistics", of(verdict.statistics()));
        return switch (verdict) {
            case Verdict.Accepted _ -> json;
            case Verdict.Rejected rejected -> json.put("rejection", refusal(program, rejected));
        };
    }

    /** A program that there is no verdict on. */
    static JsonObject of(Candidate.Broken program) {
        return head(program)
                .put("accepted", false)
                .put("error", program.rejection().json());
    }

    private static JsonObject head(Candidate program) {
        return new JsonObject().put("name", program.name()).put("section", program.section());
    }

    private static JsonObject of(Statistics statistics) {
        return new JsonObject()
                .put("instructions", statistics.insnsInProgram())
                .put("processed", statistics.insnsProcessed())
                .put("states", statistics.statesTotal())
                .put("peak_states", statistics.statesPeak())
                .put("stack_bytes", statistics.stackBytes())
                .put("nanos", statistics.nanos());
    }

    /** A refusal. */
    JsonObject refusal(Candidate.Complete program, Verdict.Rejected rejected) {
        JsonObject json = new JsonObject()
                .put("rule", rejected.rule().label())
                .put("rule_text", RuleText.of(rejected.rule()))
                .put("problem", rejected.problem())
                .put("hint", rejected.hint());
        place(json, program, rejected.slot());
        program.functionAt(rejected.slot()).ifPresent(function -> json.put("function", function.name()));
        PathText words = new PathText(new InsnText(program, dialect));
        return json.putObjects(
                        "registers",
                        rejected.registers().stream()
                                .map(register -> new JsonObject()
                                        .put("register", "r" + register.register())
                                        .put("value", register.value()))
                                .toList())
                .put("path_steps", rejected.pathSteps())
                .putObjects(
                        "path",
                        rejected.path().stream()
                                .map(step -> place(new JsonObject(), program, step.slot())
                                        .put("taken", step.taken())
                                        .put("way", words.way(step)))
                                .toList());
    }

    /** Which instruction, what it is, and the source that it was made from. */
    private JsonObject place(JsonObject json, Candidate.Complete program, int slot) {
        BpfCode code = program.subject().code();
        json.put("slot", slot);
        if (code.isInsn(slot)) {
            json.put("instruction", Disassembler.line(code, slot, dialect));
        }
        program.lines().apply(slot).ifPresent(line -> json.put("source", of(line)));
        return json;
    }

    private static JsonObject of(SourceLine line) {
        return new JsonObject()
                .put("file", line.file())
                .put("line", line.line())
                .put("column", line.column())
                .put("text", line.text());
    }

    /** What the verifier knew at an instruction each time it looked at it. */
    JsonObject explanation(Candidate.Complete program, int slot, StateLog log) {
        return place(new JsonObject(), program, slot)
                .putObjects(
                        "states",
                        log.states().stream()
                                .map(state -> new JsonObject()
                                        .put("times", state.times())
                                        .putTexts("text", state.lines()))
                                .toList())
                .put("further", log.others())
                .putTexts("last", log.last());
    }
}
