package dev.ring3.bench.io;

import java.lang.foreign.MemorySegment;

/** How one thread reaches the file, in blocks of one size. For that thread alone. */
interface Lane extends AutoCloseable {
    /** Reads a block into {@link #buffer}. */
    void read(long offset);

    /** Writes a block out of {@link #buffer}. */
    void write(long offset);

    void sync(boolean dataOnly);

    /** Where blocks are read to and written from. */
    MemorySegment buffer();

    @Override
    void close();
}
