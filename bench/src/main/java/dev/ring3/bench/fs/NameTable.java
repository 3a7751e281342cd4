package dev.ring3.bench.fs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Names as C has them, ready for use, in one piece of memory: a million take no objects. For one thread. */
final class NameTable implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment names;
    private final long stride;

    /** {@code PREFIX-n} and what is appended to it, for each n below a count. */
    NameTable(String prefix, String suffix, int count) {
        this.stride = (prefix + "-" + count + suffix).length() + 1L;
        this.names = arena.allocate(stride * count);
        for (int i = 0; i < count; i++) {
            names.setString(i * stride, prefix + "-" + i + suffix, StandardCharsets.US_ASCII);
        }
    }

    MemorySegment get(int number) {
        return names.asSlice(number * stride, stride);
    }

    @Override
    public void close() {
        arena.close();
    }
}
