package dev.ring3.nfs.rpc;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/** Buffers for long records, outside of the heap, so that data goes from a socket to where it is kept by one copy. */
final class RecordBuffers {
    /** How many are kept for later. */
    private static final int IDLE_MAX = 16;

    private final int bytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<ByteBuffer> idle = new ArrayDeque<>(); // guarded by lock

    /** Buffers of this many bytes. */
    RecordBuffers(int bytes) {
        this.bytes = bytes;
    }

    ByteBuffer take() {
        lock.lock();
        try {
            ByteBuffer known = idle.poll();
            if (known != null) {
                return known;
            }
        } finally {
            lock.unlock();
        }
        return ByteBuffer.allocateDirect(bytes);
    }

    /** Nobody uses the buffer any more; one that is not of here is left to whoever has it. */
    void giveBack(ByteBuffer buffer) {
        if (!buffer.isDirect() || buffer.capacity() != bytes) {
            return;
        }
        lock.lock();
        try {
            if (idle.size() < IDLE_MAX) {
                idle.push(buffer.clear());
            }
        } finally {
            lock.unlock();
        }
    }
}
