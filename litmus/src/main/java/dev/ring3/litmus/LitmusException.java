package dev.ring3.litmus;

/** A test or a model that cannot be read, or that cannot be treated exactly: where, and why. */
public final class LitmusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    /** Lines and columns count from 1. */
    public LitmusException(int line, int column, String problem) {
        super("line %d, column %d: %s".formatted(line, column, problem));
        this.line = line;
        this.column = column;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }
}
