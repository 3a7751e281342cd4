package dev.ring3.server.http;

/** A part of the API: endpoints that belong together. */
public interface Resource {
    /** Adds them. */
    void routes(Routes routes);
}
