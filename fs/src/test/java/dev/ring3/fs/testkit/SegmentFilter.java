package dev.ring3.fs.testkit;

import dev.ring3.fs.extent.SegmentFile;
import java.lang.foreign.MemorySegment;

/** A segment's file that does what another one does, but for what a test changes. */
public class SegmentFilter implements SegmentFile {
    private final SegmentFile file;

    public SegmentFilter(SegmentFile file) {
        this.file = file;
    }

    @Override
    public void read(long offsetBytes, MemorySegment into) {
        file.read(offsetBytes, into);
    }

    @Override
    public void write(long offsetBytes, MemorySegment from) {
        file.write(offsetBytes, from);
    }

    @Override
    public void force() {
        file.force();
    }

    @Override
    public boolean punch(long offsetBytes, long bytes) {
        return file.punch(offsetBytes, bytes);
    }

    @Override
    public void allocate(long offsetBytes, long bytes) {
        file.allocate(offsetBytes, bytes);
    }

    @Override
    public boolean isSparse() {
        return file.isSparse();
    }

    @Override
    public void close() {
        file.close();
    }
}
