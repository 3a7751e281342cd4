package dev.ring3.server.http;

/** Takes a body piece by piece, on threads that may block. Ends with one of {@link #end} and {@link #abort}. */
public interface Upload {
    /** The next piece. */
    void accept(byte[] piece);

    /** All is there. */
    Response end();

    /** It does not end: the client has gone, or something failed. */
    void abort();
}
