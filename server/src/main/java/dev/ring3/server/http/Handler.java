package dev.ring3.server.http;

/** Answers requests, on a thread that may block. */
public interface Handler {
    /**
     * The answer.
     *
     * @throws HttpException for another answer; an {@link dev.ring3.fs.FsException} becomes one
     */
    Response handle(Request request);
}
