package dev.ring3.nio;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.InvalidPathException;

/**
 * Between the bytes of names and text. Bytes that are UTF-8 are that; each byte of what is not, always 0x80 or more, is
 * the lone surrogate U+DC00 and the byte, as Python's {@code surrogateescape} has it (PEP 383). So every name has a text,
 * and the text leads back to the name.
 */
final class NameBytes {
    private static final int ESCAPE = 0xdc00;
    private static final int ESCAPE_FIRST = 0xdc80;
    private static final int ESCAPE_LAST = 0xdcff;

    private NameBytes() {}

    /**
     * The bytes of a text.
     *
     * @throws InvalidPathException for NUL, and for surrogates that are neither pairs nor escapes
     */
    static byte[] encode(String text) {
        if (isPlain(text)) {
            return text.getBytes(UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 8);
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            if (point == 0) {
                throw new InvalidPathException(text, "Nul character not allowed", at);
            } else if (point >= ESCAPE_FIRST && point <= ESCAPE_LAST) {
                bytes.write(point - ESCAPE);
            } else if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                throw new InvalidPathException(text, "A surrogate that is neither of a pair nor a byte", at);
            } else {
                bytes.writeBytes(Character.toString(point).getBytes(UTF_8));
            }
            at += Character.charCount(point);
        }
        return bytes.toByteArray();
    }

    private static boolean isPlain(String text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == 0 || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /** The text of bytes. */
    static String decode(byte[] bytes) {
        CharsetDecoder strict = UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            return strict.decode(in).toString();
        } catch (CharacterCodingException _) {
            return decodeEscaping(strict.reset(), ByteBuffer.wrap(bytes));
        }
    }

    private static String decodeEscaping(CharsetDecoder strict, ByteBuffer in) {
        CharBuffer out = CharBuffer.allocate(in.remaining());
        while (true) {
            CoderResult result = strict.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE + (in.get() & 0xff)));
            }
            strict.reset();
        }
    }
}
