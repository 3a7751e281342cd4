package dev.ring3.hooks;

/** What came of asking one program. */
sealed interface Answer {
    /** It has nothing against it, or does not count. */
    record Allowed() implements Answer {}

    /**
     * It refuses.
     *
     * @param errno the number, positive
     */
    record Refused(int errno) implements Answer {}

    /** It failed, now or before; the attachment says what follows. */
    record Failed(String reason) implements Answer {}

    /** It was detached or replaced before it could run. */
    record Closed() implements Answer {}

    Answer ALLOWED = new Allowed();
    Answer CLOSED = new Closed();
}
