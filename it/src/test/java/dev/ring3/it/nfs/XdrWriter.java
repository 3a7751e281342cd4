package dev.ring3.it.nfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes XDR (RFC 4506): big-endian, everything padded to four bytes. Lengths may be made to lie. */
final class XdrWriter {
    private byte[] bytes = new byte[256];
    private int length;

    /** The low 32 bits of {@code value}. */
    XdrWriter u32(long value) {
        ByteBuffer.wrap(grow(4)).putInt(length - 4, (int) value);
        return this;
    }

    XdrWriter u64(long value) {
        ByteBuffer.wrap(grow(8)).putLong(length - 8, value);
        return this;
    }

    XdrWriter bool(boolean value) {
        return u32(value ? 1 : 0);
    }

    /** A length, the bytes, padding. */
    XdrWriter opaque(byte[] value) {
        return u32(value.length).fixed(value);
    }

    XdrWriter opaque(Opaque value) {
        return opaque(value.bytes());
    }

    /** The bytes and padding, without a length. */
    XdrWriter fixed(byte[] value) {
        raw(value);
        return raw(new byte[-value.length & 3]);
    }

    XdrWriter fixed(Opaque value) {
        return fixed(value.bytes());
    }

    XdrWriter text(String value) {
        return opaque(value.getBytes(StandardCharsets.UTF_8));
    }

    XdrWriter stateId(StateId value) {
        return u32(value.seqid()).fixed(value.other());
    }

    /** A bitmap4 with these bits set and no more words than they need. */
    XdrWriter bitmap(int... bits) {
        int[] words = new int[bits.length == 0 ? 0 : Arrays.stream(bits).max().orElseThrow() / 32 + 1];
        for (int bit : bits) {
            words[bit / 32] |= 1 << bit % 32;
        }
        u32(words.length);
        for (int word : words) {
            u32(word);
        }
        return this;
    }

    /** The bytes alone. */
    XdrWriter raw(byte[] value) {
        byte[] into = grow(value.length);
        System.arraycopy(value, 0, into, length - value.length, value.length);
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private byte[] grow(int more) {
        length += more;
        if (length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length, 2 * bytes.length));
        }
        return bytes;
    }
}
