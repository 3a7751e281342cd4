package dev.ring3.mm.cache;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A file of any size, page by page. */
final class SparseBacking implements Backing {
    private final Map<Long, byte[]> pages = new ConcurrentHashMap<>();

    @Override
    public long fill(long offset, MemorySegment into) {
        for (long done = 0; done < into.byteSize(); done += PageTable.PAGE_BYTES) {
            byte[] page = pages.getOrDefault(offset + done, new byte[PageTable.PAGE_BYTES]);
            MemorySegment.copy(page, 0, into, ValueLayout.JAVA_BYTE, done, page.length);
        }
        return into.byteSize();
    }

    @Override
    public long writeback(WritebackBatch batch) {
        long offset = batch.offset();
        for (MemorySegment piece : batch.pieces()) {
            offset = put(offset, piece);
        }
        return batch.length();
    }

    @Override
    public void writeDirect(long offset, MemorySegment from) {
        put(offset, from);
    }

    @Override
    public void resize(long size) {
        pages.keySet().removeIf(offset -> offset >= size);
    }

    @Override
    public void punch(long offset, long length) {
        pages.keySet().removeIf(at -> at >= offset && at < offset + length);
    }

    private long put(long offset, MemorySegment from) {
        for (long done = 0; done < from.byteSize(); done += PageTable.PAGE_BYTES) {
            byte[] page = new byte[PageTable.PAGE_BYTES];
            long bytes = Math.min(page.length, from.byteSize() - done);
            MemorySegment.copy(from, ValueLayout.JAVA_BYTE, done, page, 0, (int) bytes);
            pages.put(offset + done, page);
        }
        return offset + from.byteSize();
    }
}
