package dev.ring3.fs.vfs;

import dev.ring3.fs.lock.OpenEntry;
import dev.ring3.fs.lock.OpenTable;
import org.jspecify.annotations.Nullable;

/** Stands in the open table for an operation that runs, so that no lease is granted under it. */
record Pass(OpenTable opens, @Nullable OpenEntry entry) implements AutoCloseable {
    @Override
    public void close() {
        if (entry != null) {
            opens.close(entry);
        }
    }
}
