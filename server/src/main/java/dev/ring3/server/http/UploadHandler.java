package dev.ring3.server.http;

/** Answers requests whose body is too large to be held. */
public interface UploadHandler {
    /** Begins to take the body; the request has none itself. */
    Upload begin(Request request);
}
