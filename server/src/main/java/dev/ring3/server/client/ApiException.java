package dev.ring3.server.client;

import dev.ring3.server.json.JsonException;
import dev.ring3.server.json.JsonObject;
import java.nio.charset.StandardCharsets;

/** A request was refused, or not answered; the message is for people. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int BAD_REQUEST = 400;
    private static final int UNPROCESSABLE = 422;
    private static final int NOT_IMPLEMENTED = 501;

    private final int status;
    private final String code;

    ApiException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static ApiException of(int status, byte[] body) {
        try {
            JsonObject error =
                    JsonObject.parse(new String(body, StandardCharsets.UTF_8)).object("error");
            return new ApiException(status, error.text("code"), error.text("message"));
        } catch (JsonException e) {
            return new ApiException(status, "EIO", "the server answered %d and does not say why".formatted(status));
        }
    }

    /** In the manner of errno: {@code ENOENT}. */
    public String code() {
        return code;
    }

    /** Whether what was asked for cannot be meant. */
    public boolean isUsage() {
        return status == BAD_REQUEST;
    }

    /** Whether what was sent was understood and refused: a program that the verifier does not let in. */
    public boolean isRejected() {
        return status == UNPROCESSABLE;
    }

    /** Whether the machine of the server lacks something. */
    public boolean isUnsupported() {
        return status == NOT_IMPLEMENTED;
    }
}
