package dev.ring3.fs.volume;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 with 64 bits of result (Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012): whoever does not
 * know the key cannot make names that collide, nor forge what it signs.
 */
final class SipHash {
    private final long k0;
    private final long k1;

    /** @param key 16 bytes */
    SipHash(byte[] key) {
        ByteBuffer in = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
        k0 = in.getLong();
        k1 = in.getLong();
    }

    /** The hash of some bytes under a tweak, which makes hash functions of one key different. */
    long hash(byte[] bytes, long tweak) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ tweak ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ tweak ^ 0x7465646279746573L;
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long last = (long) bytes.length << 56;
        while (true) {
            boolean whole = in.remaining() >= Long.BYTES;
            long word = whole ? in.getLong() : last | tail(in);
            v3 ^= word;
            for (int round = 0; round < 2; round++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
            if (!whole) {
                return finish(v0, v1, v2 ^ 0xff, v3);
            }
        }
    }

    private static long tail(ByteBuffer in) {
        long word = 0;
        for (int shift = 0; in.hasRemaining(); shift += 8) {
            word |= Byte.toUnsignedLong(in.get()) << shift;
        }
        return word;
    }

    private static long finish(long a, long b, long c, long d) {
        long v0 = a;
        long v1 = b;
        long v2 = c;
        long v3 = d;
        for (int round = 0; round < 4; round++) {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
