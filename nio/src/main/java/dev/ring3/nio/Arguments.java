package dev.ring3.nio;

import java.nio.ByteBuffer;

/** What every channel asks of its arguments. */
final class Arguments {
    private Arguments() {}

    static void requireNotNegative(long value, String what) {
        if (value < 0) {
            throw new IllegalArgumentException("%s %d".formatted(what, value));
        }
    }

    static void requireChangeable(ByteBuffer into) {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }
}
