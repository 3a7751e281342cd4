package dev.ring3.server.http;

/** What a caller may do; each may do what those before it may. */
public enum Access {
    /** What anybody may who reaches the server. */
    PUBLIC,
    /** Look at everything. */
    READ,
    /** Change everything. */
    ADMIN;

    boolean covers(Access needed) {
        return compareTo(needed) >= 0;
    }
}
