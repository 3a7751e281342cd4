package dev.ring3.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the exit status of every command means. The numbers are part of the interface: scripts depend on them, so none
 * ever changes its meaning. Constants rather than an enum, because picocli's annotations take constant expressions.
 */
final class ExitCode {
    /** The command did what it was asked, and the answer is positive. */
    static final int OK = 0;

    /** The command worked, and the answer is negative: a program rejected, an outcome forbidden, a check failed. */
    static final int NEGATIVE = 1;

    /** The command line cannot be understood, or a file that it names cannot be read or written. */
    static final int USAGE = 2;

    /** This machine lacks something that the command needs; the message names it. */
    static final int UNSUPPORTED = 3;

    /** No answer within the time or the bound that was given. */
    static final int UNDECIDED = 4;

    /** No JDK of the version needed was found. Only the launcher ends with it; it stands here to keep the table whole. */
    static final int NO_JDK = 69;

    /** A defect of Ring3. */
    static final int BUG = 70;

    /** Interrupted from the keyboard: the JVM's own status on SIGINT. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    /** The table as every command's {@code --help} shows it, in ascending order; picocli wants a space before a code. */
    static Map<String, String> table() {
        Map<String, String> table = new LinkedHashMap<>();
        table.put(" " + OK, "success, and the answer is positive");
        table.put(" " + NEGATIVE, "the answer is negative: rejected, forbidden, a check failed");
        table.put(" " + USAGE, "the command line cannot be understood, or a file not read or written");
        table.put(" " + UNSUPPORTED, "this machine lacks something, which the message names");
        table.put(" " + UNDECIDED, "no answer within the time or bound given");
        table.put(" " + NO_JDK, "no JDK 25 or newer was found");
        table.put(" " + BUG, "a defect of Ring3");
        table.put(" " + INTERRUPTED, "interrupted");
        return table;
    }
}
