package dev.ring3.server.http;

import dev.ring3.server.json.JsonObject;

/** A request ends here with an answer other than the one that was asked for. */
public final class HttpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient JsonObject details = new JsonObject();

    /**
     * @param status of RFC 9110
     * @param code for programs, in the manner of errno: {@code EINVAL}
     * @param message for people
     */
    public HttpException(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** 400: the request is not what it has to be. */
    public static HttpException badRequest(String message) {
        return new HttpException(Status.BAD_REQUEST, "EINVAL", message);
    }

    /** 404: there is no such thing. */
    public static HttpException notFound(String message) {
        return new HttpException(Status.NOT_FOUND, "ENOENT", message);
    }

    /** The same, with more to be told beside the message. */
    public HttpException with(JsonObject more) {
        details.putAll(more);
        return this;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    /** The answer that tells it. */
    public Response response() {
        JsonObject error = new JsonObject()
                .put("code", code)
                .put("message", String.valueOf(getMessage()))
                .putAll(details);
        return Response.json(new JsonObject().put("error", error)).withStatus(status);
    }
}
