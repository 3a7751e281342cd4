package dev.ring3.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** The end that is written. */
final class PipeSink extends PipeEnd implements WritableByteChannel {
    private static final int CHUNK_BYTES = 64 * 1024;

    PipeSink(RawFile file, EventLoop loop) {
        super(file, loop, EpollLayout.OUT);
    }

    /** Waits until all is taken. */
    @Override
    public int write(ByteBuffer from) throws IOException {
        int length = from.remaining();
        while (from.hasRemaining()) {
            long count = untilDone((calls, scratch, fd) -> {
                int size = Math.min(from.remaining(), CHUNK_BYTES);
                MemorySegment copy = scratch.allocate(size, 1);
                copy.copyFrom(MemorySegment.ofBuffer(from).asSlice(0, size));
                return calls.call(scratch, SystemCall.WRITE, fd, copy.address(), size);
            });
            from.position(from.position() + (int) count);
        }
        return length;
    }
}
