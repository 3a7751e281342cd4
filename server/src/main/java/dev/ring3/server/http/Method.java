package dev.ring3.server.http;

import java.util.Optional;

/** The methods of RFC 9110 that are known; others are answered 501. */
public enum Method {
    GET,
    HEAD,
    POST,
    PUT,
    PATCH,
    DELETE;

    static Optional<Method> named(String name) {
        for (Method method : values()) {
            if (method.name().equals(name)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }

    /** Whether it only asks (RFC 9110 section 9.2.1). */
    public boolean isSafe() {
        return this == GET || this == HEAD;
    }
}
