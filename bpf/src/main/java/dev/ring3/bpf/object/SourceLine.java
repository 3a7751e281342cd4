package dev.ring3.bpf.object;

/**
 * A line of source.
 *
 * @param file the file's name as the compiler was given it
 * @param line from 1; 0 if unknown
 * @param column from 1; 0 if unknown
 * @param text the whole line, or empty
 */
public record SourceLine(String file, int line, int column, String text) {
    /** {@code file:line:column}, as compilers print it. */
    @Override
    public String toString() {
        return "%s:%d:%d".formatted(file, line, column);
    }
}
