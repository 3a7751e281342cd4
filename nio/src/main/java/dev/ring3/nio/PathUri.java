package dev.ring3.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.regex.Pattern;

/** Paths as {@code ring3://NAME/PATH}: the name of the file system, then each byte that is not a plain character escaped. */
final class PathUri {
    static final String SCHEME = "ring3";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final String PLAIN = "/-_.~!$&'()*+,;=:@";

    private PathUri() {}

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    static URI of(Ring3Path absolute) {
        StringBuilder uri =
                new StringBuilder(SCHEME + "://" + absolute.getFileSystem().name());
        for (byte b : absolute.bytes()) {
            boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
            if (letter || PLAIN.indexOf(b) >= 0) {
                uri.append((char) b);
            } else {
                uri.append("%%%02X".formatted(b & 0xff));
            }
        }
        return URI.create(uri.toString());
    }

    /**
     * The name of the file system in a URI.
     *
     * @throws IllegalArgumentException for another scheme, no name, a query or a fragment
     */
    static String name(URI uri) {
        if (!SCHEME.equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("not a URI of the scheme ring3: " + uri);
        }
        String name = uri.getRawAuthority();
        if (name == null || !isName(name) || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("not of the form ring3://NAME/PATH: " + uri);
        }
        return name;
    }

    /** The bytes of the path in a URI of ours; IllegalArgumentException if it has none. */
    static byte[] path(URI uri) {
        byte[] raw = uri.getRawPath() == null ? new byte[0] : uri.getRawPath().getBytes(US_ASCII);
        if (raw.length == 0) {
            throw new IllegalArgumentException("no path: " + uri);
        }
        // URI lets no escape through that is not two digits; characters beyond ASCII it lets, so encode them first.
        byte[] escaped = URI.create(uri.toASCIIString()).getRawPath().getBytes(US_ASCII);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length);
        for (int at = 0; at < escaped.length; at++) {
            int b = escaped[at];
            if (b == '%') {
                b = Character.digit(escaped[at + 1], 16) << 4 | Character.digit(escaped[at + 2], 16);
                at += 2;
            }
            if (b == 0) {
                throw new IllegalArgumentException("NUL in a path: " + uri);
            }
            bytes.write(b);
        }
        return bytes.toByteArray();
    }
}
