package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.BpfCode;

/** Turns source text of either {@link Dialect} into instructions. */
public final class Assembler {
    private Assembler() {}

    /**
     * Assembles a complete program.
     *
     * @throws AssemblyException with line and column, if a statement is not understood, a number does not fit, a label
     *     is missing or given twice, or the program is not complete, see {@link BpfCode#requireComplete}
     */
    public static BpfCode assemble(String source, Dialect dialect) {
        return read(source, dialect).linkComplete();
    }

    /**
     * Assembles a piece of code: offsets written as numbers may leave it, and it may be empty. All labels are its own.
     *
     * @throws AssemblyException as {@link #assemble}, but for what makes a program complete
     */
    public static BpfCode assembleUnlinked(String source, Dialect dialect) {
        return read(source, dialect).link();
    }

    private static ProgramBuilder read(String source, Dialect dialect) {
        Tokenizer tokenizer = new Tokenizer(source, dialect);
        ProgramBuilder program = new ProgramBuilder();
        for (Statement statement = tokenizer.next(); statement != null; statement = tokenizer.next()) {
            switch (dialect) {
                case LLVM -> new LlvmParser(statement, program).parse();
                case CONFORMANCE -> new ConformanceParser(statement, program).parse();
            }
        }
        return program;
    }
}
