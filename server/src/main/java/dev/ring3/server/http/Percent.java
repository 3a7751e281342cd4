package dev.ring3.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding (RFC 3986 section 2.1), of bytes: names of files are not always text. */
public final class Percent {
    private static final int HEX = 16;

    private Percent() {}

    /**
     * The bytes of an encoded text.
     *
     * @param plusIsSpace as forms encode queries
     * @throws HttpException 400 for a sign that is followed by no two digits
     */
    public static byte[] decode(String text, boolean plusIsSpace) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                boolean whole = i + 2 < text.length();
                int high = whole ? digit(text.charAt(i + 1)) : -1;
                int low = whole ? digit(text.charAt(i + 2)) : -1;
                if (high < 0 || low < 0) {
                    throw HttpException.badRequest("a percent sign without two digits");
                }
                bytes.write(high * HEX + low);
                i += 2;
            } else {
                bytes.write(c == '+' && plusIsSpace ? ' ' : c); // a character of a head is a byte
            }
        }
        return bytes.toByteArray();
    }

    private static int digit(char c) {
        return c < 0x80 ? Character.digit(c, HEX) : -1;
    }

    /** The text of bytes that have to be UTF-8. */
    static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw HttpException.badRequest("a name that is no UTF-8");
        }
    }

    /** Bytes for a path or a query: everything encoded but letters, digits, {@code - . _ ~ /}. */
    public static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte each : bytes) {
            char c = (char) (each & 0xff);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (plain || "-._~/".indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append("%%%02X".formatted((int) c));
            }
        }
        return text.toString();
    }
}
