package dev.ring3.bpf;

import java.util.List;

/** How a run ended. */
public sealed interface RunResult {

    /**
     * The program ended by itself.
     *
     * @param r0 its result
     */
    record Finished(long r0) implements RunResult {}

    /**
     * The program was stopped.
     *
     * @param kind why
     * @param programCounter the slot of the instruction at fault
     * @param registers {@code r0} to {@code r10} before that instruction
     * @param line the source line of that instruction where the object has it, otherwise the instruction disassembled
     * @param detail what was attempted, and what was allowed
     */
    record Faulted(FaultKind kind, int programCounter, List<Long> registers, String line, String detail)
            implements RunResult {
        public Faulted {
            registers = List.copyOf(registers);
        }

        /** One line for people: place, kind, detail, and the line of code. */
        public String message() {
            return "insn %d: %s: %s: %s".formatted(programCounter, kind, detail, line);
        }
    }
}
