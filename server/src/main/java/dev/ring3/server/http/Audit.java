package dev.ring3.server.http;

/** Hears of everything that somebody changed, or tried to. */
public interface Audit {
    /** Hears nothing. */
    Audit NONE = (_, _, _, _) -> {};

    /**
     * Something was done, or refused.
     *
     * @param target path and query, percent-encoded
     * @param status of the answer
     */
    void record(Identity who, String method, String target, int status);
}
