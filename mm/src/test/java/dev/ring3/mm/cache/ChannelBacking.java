package dev.ring3.mm.cache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file of the host, in place: for measurements. */
record ChannelBacking(FileChannel channel) implements Backing {
    @Override
    public long fill(long offset, MemorySegment into) throws IOException {
        return Math.max(0, channel.read(into.asByteBuffer(), offset));
    }

    @Override
    public long writeback(WritebackBatch batch) throws IOException {
        long offset = batch.offset();
        for (MemorySegment piece : batch.pieces()) {
            offset = put(offset, piece);
        }
        return batch.length();
    }

    @Override
    public void writeDirect(long offset, MemorySegment from) throws IOException {
        long _ = put(offset, from);
    }

    @Override
    public void resize(long size) throws IOException {
        if (size < channel.size()) {
            FileChannel _ = channel.truncate(size);
        }
    }

    @Override
    public void punch(long offset, long length) throws IOException {
        long _ = put(offset, MemorySegment.ofArray(new byte[Math.toIntExact(length)]));
    }

    private long put(long offset, MemorySegment piece) throws IOException {
        ByteBuffer buffer = piece.asByteBuffer();
        long at = offset;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
        return at;
    }
}
