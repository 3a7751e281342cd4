package dev.ring3.nfs.op;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.Name;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.xdr.XdrReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Strings that are UTF-8 by the protocol (RFC 8881, section 14). */
final class Utf8 {
    /** Longer than any name, so that one that is too long can be told so. */
    private static final int COMPONENT_BYTES_MAX = 4096;

    private Utf8() {}

    /** The text; INVAL for bytes that are none. */
    static String decode(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw new NfsException(NfsStatus.INVAL);
        }
    }

    static boolean isValid(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }

    /** {@code component4} as bytes; to be made a name by {@link #nameToFind} or {@link #nameToMake}. */
    static byte[] readComponent(XdrReader in) {
        return in.getOpaque(COMPONENT_BYTES_MAX);
    }

    /** A name that may be there already: other front ends make names that are no UTF-8. */
    static Name nameToFind(byte[] bytes) {
        if (bytes.length == 0) {
            throw new NfsException(NfsStatus.INVAL);
        }
        if (bytes.length > Name.BYTES_MAX) {
            throw new NfsException(NfsStatus.NAMETOOLONG);
        }
        for (byte b : bytes) {
            if (b == 0 || b == '/') {
                throw new NfsException(NfsStatus.BADCHAR);
            }
        }
        Name name = Name.of(bytes);
        if (name.isDotOrDotDot()) {
            throw new NfsException(NfsStatus.BADNAME);
        }
        return name;
    }

    /** A new name. */
    static Name nameToMake(byte[] bytes) {
        Name name = nameToFind(bytes);
        if (!isText(bytes)) {
            throw new NfsException(NfsStatus.INVAL);
        }
        return name;
    }

    /** Whether bytes are UTF-8 of characters: numbers that never will be one are prohibited (RFC 3454, table C.4). */
    static boolean isText(byte[] bytes) {
        return isValid(bytes) && new String(bytes, UTF_8).codePoints().noneMatch(Utf8::isNoncharacter);
    }

    private static boolean isNoncharacter(int codePoint) {
        return (codePoint & 0xfffe) == 0xfffe || (codePoint >= 0xfdd0 && codePoint <= 0xfdef);
    }
}
