package dev.ring3.cli;

/** One line of a terminal that says how far long work is, and goes when it ends; nothing where nobody looks. */
final class ProgressLine implements AutoCloseable {
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Terminal terminal;
    private final boolean shown;

    ProgressLine(Terminal terminal) {
        this.terminal = terminal;
        this.shown = terminal.interactive().getAsBoolean();
    }

    void show(String text) {
        if (shown) {
            terminal.err().print(CLEAR_LINE + text);
            terminal.err().flush();
        }
    }

    @Override
    public void close() {
        if (shown) {
            terminal.err().print(CLEAR_LINE);
            terminal.err().flush();
        }
    }
}
