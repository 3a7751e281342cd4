package dev.ring3.litmus.cat;

/** A token of the cat language. */
record CatToken(Kind kind, String text, Cat.At at) {
    enum Kind {
        NAME,
        STRING,
        SYMBOL,
        END
    }

    boolean is(String wanted) {
        return (kind == Kind.NAME || kind == Kind.SYMBOL) && text.equals(wanted);
    }

    boolean isName() {
        return kind == Kind.NAME;
    }
}
