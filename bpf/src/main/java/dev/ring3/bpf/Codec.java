package dev.ring3.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How keys or values of a map are written as bytes. Stateless, for any number of threads.
 *
 * @param <T> what they are in Java
 */
public interface Codec<T> {
    /** A 64-bit number. */
    Codec<Long> LONG = new Codec<>() {
        @Override
        public int bytes() {
            return Long.BYTES;
        }

        @Override
        public void write(Long value, MemorySegment to) {
            to.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, value);
        }

        @Override
        public Long read(MemorySegment from) {
            return from.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
        }
    };

    /** A 32-bit number. */
    Codec<Integer> INT = new Codec<>() {
        @Override
        public int bytes() {
            return Integer.BYTES;
        }

        @Override
        public void write(Integer value, MemorySegment to) {
            to.set(ValueLayout.JAVA_INT_UNALIGNED, 0, value);
        }

        @Override
        public Integer read(MemorySegment from) {
            return from.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        }
    };

    /** The size of all of them. */
    int bytes();

    /** Writes one into exactly {@link #bytes} bytes. */
    void write(T value, MemorySegment to);

    /** Reads one from exactly {@link #bytes} bytes; the memory is not to be kept. */
    T read(MemorySegment from);

    /** Bytes as they are, always as many. */
    static Codec<byte[]> ofBytes(int bytes) {
        return new Codec<>() {
            @Override
            public int bytes() {
                return bytes;
            }

            @Override
            public void write(byte[] value, MemorySegment to) {
                if (value.length != bytes) {
                    throw new IllegalArgumentException("%d bytes, not %d".formatted(value.length, bytes));
                }
                MemorySegment.copy(value, 0, to, ValueLayout.JAVA_BYTE, 0, bytes);
            }

            @Override
            public byte[] read(MemorySegment from) {
                return from.toArray(ValueLayout.JAVA_BYTE);
            }
        };
    }
}
