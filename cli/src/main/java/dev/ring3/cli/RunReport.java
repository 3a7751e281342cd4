package dev.ring3.cli;

import dev.ring3.bpf.FaultKind;
import dev.ring3.bpf.RunResult;
import dev.ring3.server.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What {@code bpf run} answers.
 *
 * @param file as it was named
 * @param program the program's name
 * @param engine what ran it
 * @param result how the last run ended
 * @param runs how many runs there were
 * @param nanos what they took together, if that was asked for
 */
record RunReport(String file, String program, String engine, RunResult result, long runs, OptionalLong nanos) {
    private static final String SCHEMA = "ring3.bpf.run/1";
    private static final int REGISTERS_A_LINE = 4;

    int exitCode() {
        return switch (result) {
            case RunResult.Finished _ -> ExitCode.OK;
            case RunResult.Faulted faulted ->
                switch (faulted.kind()) {
                    case BUDGET -> ExitCode.UNDECIDED;
                    case CANCELLED -> ExitCode.INTERRUPTED;
                    case ACCESS, READ_ONLY, MISALIGNED, CALL_DEPTH, UNKNOWN_HELPER, HELPER, NO_EXIT ->
                        ExitCode.NEGATIVE;
                };
        };
    }

    /** For standard output if the program finished, otherwise for standard error. */
    String text() {
        return switch (result) {
            case RunResult.Finished(long r0) ->
                "0x%x\n".formatted(r0) + (nanos.isPresent() ? "ns_per_run " + nanosPerRun() + "\n" : "");
            case RunResult.Faulted faulted -> text(faulted);
        };
    }

    private String nanosPerRun() {
        return String.format(Locale.ROOT, "%.1f", (double) nanos.orElseThrow() / runs);
    }

    private String text(RunResult.Faulted faulted) {
        StringBuilder text = new StringBuilder("%s: %s: %s at insn %d: %s%n"
                .formatted(
                        CommandFiles.name(file), program, faulted.kind(), faulted.programCounter(), faulted.detail()));
        text.append("  ").append(faulted.line().strip().replace("\n", "\n  ")).append('\n');
        List<Long> registers = faulted.registers();
        for (int i = 0; i < registers.size(); i++) {
            text.append("  %-24s"
                    .formatted("r%d = 0x%x".formatted(i, registers.get(i)))
                    .stripTrailing());
            boolean endOfLine = i % REGISTERS_A_LINE == REGISTERS_A_LINE - 1 || i == registers.size() - 1;
            text.append(endOfLine ? "\n" : "  ");
        }
        if (faulted.kind() == FaultKind.BUDGET) {
            text.append("  (--budget sets how many instructions a run may execute)\n");
        }
        return text.toString();
    }

    JsonObject json() {
        JsonObject answer = JsonObject.ofSchema(SCHEMA)
                .put("file", file)
                .put("program", program)
                .put("engine", engine)
                .put("runs", runs);
        switch (result) {
            case RunResult.Finished(long r0) -> {
                answer.put("outcome", "finished").putHex("r0", r0);
                if (nanos.isPresent()) {
                    answer.put("ns_per_run", (double) nanos.getAsLong() / runs, 1);
                }
            }
            case RunResult.Faulted faulted -> {
                JsonObject registers = new JsonObject();
                for (int i = 0; i < faulted.registers().size(); i++) {
                    registers.putHex("r" + i, faulted.registers().get(i));
                }
                answer.put("outcome", "faulted")
                        .put(
                                "fault",
                                new JsonObject()
                                        .put("kind", Names.of(faulted.kind()))
                                        .put("insn", faulted.programCounter())
                                        .put("line", faulted.line())
                                        .put("detail", faulted.detail())
                                        .put("registers", registers));
            }
        }
        return answer;
    }

    /** The answer where there is no program to run. */
    static JsonObject rejected(String file, Rejection rejection) {
        return JsonObject.ofSchema(SCHEMA)
                .put("file", file)
                .put("outcome", "rejected")
                .put("error", rejection.json());
    }
}
