package dev.ring3.bpf;

import dev.ring3.bpf.memory.BpfMemory;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The host's look into a map: while it lasts nothing that is found in the map is used for anything else, as in a run;
 * and memory for a key and values that the map's code can address. By one thread at a time.
 */
final class HostAccess implements AutoCloseable {
    /** The accesses of a runtime that nobody uses at the moment, and the memory of all. */
    static final class Pool {
        private final BpfRuntime runtime;
        private final ConcurrentLinkedQueue<HostAccess> idle = new ConcurrentLinkedQueue<>();
        private volatile boolean closed; // set once

        Pool(BpfRuntime runtime) {
            this.runtime = runtime;
        }

        /** Frees the memory; accesses that are open free theirs when they are closed. */
        void close() {
            closed = true;
            freeIdle();
        }

        private void freeIdle() {
            for (HostAccess access = idle.poll(); access != null; access = idle.poll()) {
                access.free();
            }
        }
    }

    private final Pool pool;
    private final GracePeriod.Reader reader;
    private long address;
    private long capacity; // 0 before there is memory

    private HostAccess(Pool pool) {
        this.pool = pool;
        this.reader = pool.runtime.gracePeriod().newReader();
    }

    /**
     * Begins to look into a map.
     *
     * @throws IllegalStateException if the map is closed
     */
    static HostAccess to(MapBase map) {
        Pool pool = map.runtime().hostAccesses();
        HostAccess pooled = pool.idle.poll();
        HostAccess access = pooled == null ? new HostAccess(pool) : pooled;
        access.reader.enter(pool.runtime.gracePeriod());
        try {
            map.requireOpen(); // after enter: either this sees that it is closed, or its memory stays for this
        } catch (IllegalStateException e) {
            access.close();
            throw e;
        }
        return access;
    }

    /** Memory of a size until the end of this access; its content is anything. */
    long memory(long bytes) {
        if (bytes > capacity) {
            free(); // nobody but this has its address
            address = pool.runtime.memory().allocate(bytes, "the host's access to a map");
            capacity = BpfMemory.pageRounded(bytes);
        }
        return address;
    }

    private void free() {
        if (capacity != 0) {
            pool.runtime.memory().free(address, capacity);
            capacity = 0;
        }
        if (pool.closed) {
            pool.runtime.gracePeriod().forget(reader);
        }
    }

    @Override
    public void close() {
        reader.leave(pool.runtime.gracePeriod());
        pool.idle.add(this);
        if (pool.closed) {
            pool.freeIdle();
        }
    }
}
