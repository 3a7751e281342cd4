package dev.ring3.bpf.asm;

/** Source text that is no valid program: where, what was found there, and what was expected. */
public final class AssemblyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    AssemblyException(Position at, String problem) {
        super("line %d, column %d: %s".formatted(at.line(), at.column(), problem));
        this.line = at.line();
        this.column = at.column();
    }

    /** The line of the source, from 1. */
    public int line() {
        return line;
    }

    /** The column in the line, from 1, in UTF-16 code units; one past the end where something is missing. */
    public int column() {
        return column;
    }
}
