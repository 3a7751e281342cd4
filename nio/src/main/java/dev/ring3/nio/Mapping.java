package dev.ring3.nio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.Objects;

/** What stands for mapped memory: a copy of the content, made when it is asked for. */
final class Mapping {
    private Mapping() {}

    /** A copy, that a private mapping lets be changed; READ_WRITE would have to be seen by others, and is not there. */
    static MemorySegment of(Ring3FileChannel channel, MapMode mode, long at, long size, Arena arena)
            throws IOException {
        Objects.requireNonNull(arena);
        boolean isPrivate = Objects.requireNonNull(mode).equals(MapMode.PRIVATE);
        if (!isPrivate && !mode.equals(MapMode.READ_ONLY)) {
            throw new UnsupportedOperationException(mode.toString());
        }
        Arguments.requireNotNegative(at, "position");
        Arguments.requireNotNegative(size, "size");
        Arguments.requireNotNegative(at + size, "end");
        if (isPrivate && !channel.isWritable()) {
            throw new NonWritableChannelException();
        }
        if (!channel.isReadable()) {
            throw new NonReadableChannelException();
        }
        if (!channel.isWritable() && channel.size() < at + size) {
            throw new IOException("Channel not open for writing - cannot extend file to required size");
        }
        MemorySegment segment = channel.readWhole(at, arena.allocate(size));
        return isPrivate ? segment : segment.asReadOnly();
    }
}
