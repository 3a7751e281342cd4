package dev.ring3.bpf.asm;

/** The smallest piece of source that means something. */
record Token(Kind kind, String text, Position at) {
    enum Kind {
        /** A word that begins with a letter: mnemonic, register, label, directive. */
        NAME,
        /** A word that begins with a digit; whether it is a number shows when one is wanted. */
        NUMBER,
        /** One character of anything else, or a quoted string. */
        SYMBOL,
        /** Ends each statement; its text is empty. */
        END
    }

    private static final int QUOTED_CHARS_MAX = 40;

    boolean is(String expected) {
        return text.equals(expected);
    }

    boolean isName() {
        return kind == Kind.NAME;
    }

    /** Whether another token begins where this one ends. */
    boolean touches(Position next) {
        return at.line() == next.line() && at.column() + text.length() == next.column();
    }

    /** As error messages name it: printable and short, whatever the source holds. */
    String quoted() {
        if (kind == Kind.END) {
            return "the end of the line";
        }
        StringBuilder quoted = new StringBuilder("'");
        int end = Math.min(text.length(), QUOTED_CHARS_MAX);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            quoted.append(Character.isISOControl(c) ? "\\u%04x".formatted((int) c) : c);
        }
        return quoted.append(end < text.length() ? "...'" : "'").toString();
    }
}
