package dev.ring3.server.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the head of a request (RFC 9112 sections 2 to 5), strictly: what can be understood in two ways is refused. */
final class HeadReader {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern FIRST_LINE = Pattern.compile("(" + TOKEN + ") (\\S+) HTTP/(\\d)\\.(\\d)");
    private static final Pattern HEADER = Pattern.compile("(" + TOKEN + "):[ \\t]*(.*?)[ \\t]*");
    private static final Pattern ABSOLUTE = Pattern.compile("https?://([^/?#]+)(.*)", Pattern.CASE_INSENSITIVE);

    private final HttpInput input;
    private final HttpLimits limits;
    private int bytesLeft;

    HeadReader(HttpInput input, HttpLimits limits) {
        this.input = input;
        this.limits = limits;
    }

    RequestHead read() throws IOException {
        bytesLeft = limits.headBytesMax();
        String first = line();
        if (first.isEmpty()) {
            first = line(); // RFC 9112 section 2.2: an empty line before a request is passed over
        }
        Matcher form = FIRST_LINE.matcher(first);
        if (!form.matches()) {
            throw HttpException.badRequest("not the first line of an HTTP request");
        }
        if (!form.group(3).equals("1")) {
            throw new HttpException(Status.VERSION_NOT_SUPPORTED, "EOPNOTSUPP", "HTTP/1.1 is spoken here");
        }
        boolean current = !form.group(4).equals("0");
        Map<String, List<String>> headers = headers();
        String target = target(form.group(2), headers);
        if (headers.getOrDefault("host", List.of()).size() != 1 && (current || headers.containsKey("host"))) {
            throw HttpException.badRequest("one Host header is wanted");
        }
        if (!current && headers.containsKey("transfer-encoding")) {
            throw HttpException.badRequest("a coding that HTTP/1.0 does not have"); // RFC 9112 section 6.1
        }
        int mark = target.indexOf('?');
        String connection =
                String.join(",", headers.getOrDefault("connection", List.of())).toLowerCase(Locale.ROOT);
        boolean keepAlive = current ? !connection.contains("close") : connection.contains("keep-alive");
        return new RequestHead(
                form.group(1),
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? "" : target.substring(mark + 1),
                headers,
                keepAlive);
    }

    private String line() throws IOException {
        @Nullable String line = input.line(bytesLeft);
        if (line == null) {
            throw new HttpException(
                    Status.HEAD_TOO_LARGE,
                    "E2BIG",
                    "a head of at most %d bytes is read".formatted(limits.headBytesMax()));
        }
        bytesLeft = Math.max(0, bytesLeft - line.length() - 2);
        return line;
    }

    private Map<String, List<String>> headers() throws IOException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        int count = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            Matcher form = HEADER.matcher(line);
            if (!form.matches() || hasControl(form.group(2))) {
                throw HttpException.badRequest("a header that is none");
            }
            if (++count > limits.headersMax()) {
                throw new HttpException(
                        Status.HEAD_TOO_LARGE, "E2BIG", "at most %d headers are read".formatted(limits.headersMax()));
            }
            headers.computeIfAbsent(form.group(1).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(HttpInput.utf8(form.group(2)));
        }
        return headers;
    }

    private static boolean hasControl(String value) {
        return value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f);
    }

    /** The path and query; a target with a host in it, as for a proxy, replaces the header (RFC 9112 section 3.2.2). */
    private static String target(String target, Map<String, List<String>> headers) {
        Matcher absolute = ABSOLUTE.matcher(target);
        if (absolute.matches()) {
            headers.put("host", List.of(absolute.group(1)));
            String rest = absolute.group(2);
            return rest.startsWith("/") ? rest : "/" + rest;
        }
        if (!target.startsWith("/") || target.indexOf('#') >= 0) {
            throw HttpException.badRequest("a target that is no path");
        }
        return target;
    }
}
