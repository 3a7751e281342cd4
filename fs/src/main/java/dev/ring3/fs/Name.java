package dev.ring3.fs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A name in a directory: 1 to {@value #BYTES_MAX} bytes, any but NUL and slash. Bytes, not characters: two names are
 * the same if their bytes are. {@code .} and {@code ..} can be built, but no directory holds them.
 */
public final class Name implements Comparable<Name> {
    /** Linux's NAME_MAX. */
    public static final int BYTES_MAX = 255;

    private final byte[] bytes;
    private final int hash;

    private Name(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /**
     * A name of these bytes, which are copied.
     *
     * @throws FsException ENOENT if it is empty, ENAMETOOLONG, EINVAL if it holds NUL or a slash
     */
    public static Name of(byte... bytes) {
        if (bytes.length == 0) {
            throw new FsException(Errno.ENOENT, "name", "an empty name");
        }
        if (bytes.length > BYTES_MAX) {
            throw new FsException(Errno.ENAMETOOLONG, "name", "a name of " + bytes.length + " bytes");
        }
        for (byte b : bytes) {
            if (b == 0 || b == '/') {
                throw new FsException(Errno.EINVAL, "name", "a name with NUL or a slash");
            }
        }
        return new Name(bytes.clone());
    }

    /** A name of the UTF-8 form of a text; errors as {@link #of(byte...)}. */
    public static Name of(String text) {
        return of(text.getBytes(UTF_8));
    }

    /** The bytes, a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Copies the bytes into memory, from an offset on. */
    public void copyTo(MemorySegment memory, long offset) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    /** How many bytes. */
    public int length() {
        return bytes.length;
    }

    /** {@code .} or {@code ..}, which mean something to whoever walks paths. */
    public boolean isDotOrDotDot() {
        return bytes[0] == '.' && (bytes.length == 1 || (bytes.length == 2 && bytes[1] == '.'));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Name name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** By unsigned bytes, as the C library's {@code strcmp}. */
    @Override
    public int compareTo(Name other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    /** As UTF-8; what is not valid shows as U+FFFD. */
    @Override
    public String toString() {
        return new String(bytes, UTF_8);
    }
}
