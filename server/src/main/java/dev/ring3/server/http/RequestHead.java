package dev.ring3.server.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The first line of a request and its headers, well-formed.
 *
 * @param method as it stands there
 * @param path percent-encoded, beginning with a slash
 * @param query percent-encoded, empty if there is none
 * @param headers by name in lower case
 * @param keepAlive whether the client wants to send another request on the connection
 */
public record RequestHead(
        String method, String path, String query, Map<String, List<String>> headers, boolean keepAlive) {
    /** How the length of the body is told. */
    sealed interface Framing {
        /** This many bytes, none for most. */
        record Length(long bytes) implements Framing {}

        /** In chunks. */
        record Chunked() implements Framing {}
    }

    /** A header, if it is there once; several are joined by a comma, as RFC 9110 section 5.3 has it. */
    public Optional<String> header(String name) {
        List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null ? Optional.empty() : Optional.of(String.join(", ", values));
    }

    /** How its body ends; what is ambiguous is refused, because that is how requests are smuggled. */
    Framing framing() {
        Optional<String> coding = header("transfer-encoding");
        Optional<String> length = header("content-length");
        if (coding.isPresent()) {
            if (length.isPresent()) {
                throw HttpException.badRequest("a body with two lengths");
            }
            if (!coding.get().equalsIgnoreCase("chunked")) {
                throw new HttpException(
                        Status.NOT_IMPLEMENTED, "EOPNOTSUPP", "transfer coding " + coding.get() + " is not known");
            }
            return new Framing.Chunked();
        }
        if (length.isEmpty()) {
            return new Framing.Length(0);
        }
        if (!length.get().matches("\\d{1,15}")) {
            throw HttpException.badRequest("a body of length \"%s\"".formatted(length.get()));
        }
        return new Framing.Length(Long.parseLong(length.get()));
    }
}
