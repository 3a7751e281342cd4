package dev.ring3.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** The end that is read. */
final class PipeSource extends PipeEnd implements ReadableByteChannel {
    private static final int CHUNK_BYTES = 64 * 1024;

    PipeSource(RawFile file, EventLoop loop) {
        super(file, loop, EpollLayout.IN);
    }

    /** Waits for at least one byte; -1 when the other end is closed. */
    @Override
    public int read(ByteBuffer into) throws IOException {
        int room = into.remaining();
        if (room == 0) {
            return 0;
        }
        long count;
        if (into.isDirect()) {
            MemorySegment memory = MemorySegment.ofBuffer(into);
            count = untilDone((calls, scratch, fd) -> calls.call(scratch, SystemCall.READ, fd, memory.address(), room));
            into.position(into.position() + (int) count);
        } else {
            count = untilDone((calls, scratch, fd) -> {
                MemorySegment copy = scratch.allocate(Math.min(room, CHUNK_BYTES), 1);
                long read = calls.call(scratch, SystemCall.READ, fd, copy.address(), copy.byteSize());
                if (read > 0) {
                    into.put(copy.asSlice(0, read).asByteBuffer());
                }
                return read;
            });
        }
        return count == 0 ? -1 : (int) count;
    }
}
