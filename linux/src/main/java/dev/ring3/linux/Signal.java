package dev.ring3.linux;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A signal, by its number; x86-64 and AArch64 have the same.
 *
 * @param number from 1 to 64, or 0, which is sent to nobody and only asks whether it could be
 */
public record Signal(int number) {
    private static final int MAX = 64;

    /** The first that the C library leaves to programs. */
    private static final int REAL_TIME_MIN = 34;

    /** Names by number, from 1 on. */
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    /** Asks only. */
    public static final Signal NONE = new Signal(0);

    /** The terminal is gone. */
    public static final Signal HUP = new Signal(1);

    /** Ctrl-C. */
    public static final Signal INT = new Signal(2);

    /** Ends, with a core dump. */
    public static final Signal QUIT = new Signal(3);

    /** Sent to oneself by {@code abort(3)}. */
    public static final Signal ABRT = new Signal(6);

    /** Ends, whatever the process would. */
    public static final Signal KILL = new Signal(9);

    /** The program's own. */
    public static final Signal USR1 = new Signal(10);

    /** A wrong address. */
    public static final Signal SEGV = new Signal(11);

    /** The program's own. */
    public static final Signal USR2 = new Signal(12);

    /** Nobody reads any more. */
    public static final Signal PIPE = new Signal(13);

    /** Please end. */
    public static final Signal TERM = new Signal(15);

    /** A child has ended. */
    public static final Signal CHLD = new Signal(17);

    /** Go on. */
    public static final Signal CONT = new Signal(18);

    /** Stops, whatever the process would. */
    public static final Signal STOP = new Signal(19);

    /** Refuses numbers that are none. */
    public Signal {
        if (number < 0 || number > MAX) {
            throw new IllegalArgumentException("signal " + number + " outside [0, " + MAX + "]");
        }
    }

    /** The signal of a name, with or without {@code SIG}, or of a number: {@code TERM}, {@code SIGRTMIN+1}, {@code 9}. */
    public static Optional<Signal> parse(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        if (name.matches("\\d{1,2}")) {
            int number = Integer.parseInt(name);
            return number <= MAX ? Optional.of(new Signal(number)) : Optional.empty();
        }
        if (name.matches("RTMIN(\\+\\d{1,2})?")) {
            int number = REAL_TIME_MIN + (name.length() > 5 ? Integer.parseInt(name.substring(6)) : 0);
            return number <= MAX ? Optional.of(new Signal(number)) : Optional.empty();
        }
        return NAMES.contains(name) ? Optional.of(new Signal(NAMES.indexOf(name) + 1)) : Optional.empty();
    }

    /** {@code TERM}, {@code RTMIN+1}; the number where it has no name. */
    public String name() {
        if (number >= 1 && number <= NAMES.size()) {
            return NAMES.get(number - 1);
        }
        if (number >= REAL_TIME_MIN) {
            return number == REAL_TIME_MIN ? "RTMIN" : "RTMIN+" + (number - REAL_TIME_MIN);
        }
        return Integer.toString(number);
    }

    @Override
    public String toString() {
        return name();
    }
}
