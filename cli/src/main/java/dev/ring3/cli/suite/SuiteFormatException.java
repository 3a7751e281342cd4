package dev.ring3.cli.suite;

/** A file that is no test: its line, and what is wrong there. */
public final class SuiteFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean skipped;

    private SuiteFormatException(String message, boolean skipped) {
        super(message);
        this.skipped = skipped;
    }

    static SuiteFormatException malformed(int line, String problem) {
        return new SuiteFormatException("line %d: %s".formatted(line, problem), false);
    }

    static SuiteFormatException notATest(String reason) {
        return new SuiteFormatException(reason, true);
    }

    /** Whether the suite's rules pass over such a file, otherwise it fails. */
    public boolean isSkipped() {
        return skipped;
    }
}
