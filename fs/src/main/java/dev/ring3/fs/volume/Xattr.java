package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An extended attribute as it is stored. Its place is a hash of its name, or behind that; where one was removed that
 * others were put behind, a hole stays.
 *
 * @param space the number of its namespace; ACLs and holes have one of their own
 */
@SuppressWarnings("ArrayRecordComponent") // compared by hand
record Xattr(int space, byte[] name, byte[] value) {
    /** The space of ACLs; the others are the ordinals of {@code XattrName.Namespace}. */
    static final int ACL = 255;

    private static final int HOLE_SPACE = 254;

    static final Xattr HOLE = new Xattr(HOLE_SPACE, new byte[0], new byte[0]);

    private static final byte VERSION = 1;
    private static final int NAME = 1 + 1 + 2;

    boolean isHole() {
        return space == HOLE_SPACE;
    }

    boolean isNamed(int otherSpace, byte[] otherName) {
        return space == otherSpace && Arrays.equals(name, otherName);
    }

    /** The value of its key: version, space u8 each, length of the name u16, the name, the value. */
    byte[] encode() {
        return ByteBuffer.allocate(NAME + name.length + value.length)
                .put(VERSION)
                .put((byte) space)
                .putShort((short) name.length)
                .put(name)
                .put(value)
                .array();
    }

    static Xattr decode(byte[] stored) {
        if (stored.length < NAME || stored[0] != VERSION) {
            throw new FsException(Errno.EUCLEAN, "read xattr", "a record of " + stored.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(stored, 1, stored.length - 1);
        int space = Byte.toUnsignedInt(in.get());
        byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
        if (name.length > in.remaining()) {
            throw new FsException(Errno.EUCLEAN, "read xattr", "a name of " + name.length + " bytes");
        }
        in.get(name);
        byte[] value = new byte[in.remaining()];
        in.get(value);
        return new Xattr(space, name, value);
    }
}
