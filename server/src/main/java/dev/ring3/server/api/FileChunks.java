package dev.ring3.server.api;

import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.server.http.Chunks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The content of an open file, which it closes. */
final class FileChunks implements Chunks {
    private static final int BYTES = 256 << 10;

    private final Vfs vfs;
    private final OpenFile file;
    private long offset;
    private long left;

    FileChunks(Vfs vfs, OpenFile file, long offset, long length) {
        this.vfs = vfs;
        this.file = file;
        this.offset = offset;
        this.left = length;
    }

    @Override
    public byte @Nullable [] next() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(Math.min(BYTES, Math.max(1, left)));
            long count = left == 0 ? 0 : vfs.files().read(VolumePaths.CALLER, file, offset, into);
            offset += count;
            left -= count;
            return count == 0 ? null : into.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    @Override
    public void close() {
        vfs.files().close(file);
    }
}
