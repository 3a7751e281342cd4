package dev.ring3.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** From one channel to another: by sharing blocks where both are files of one namespace, else through a buffer. */
final class Transfers {
    private static final int BUFFER_BYTES = 256 << 10;

    private Transfers() {}

    static void requireOpen(Channel channel) throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** Other file channels say so themselves, if there is something to transfer. */
    static void requireReadable(ReadableByteChannel channel) {
        if (channel instanceof Ring3FileChannel ours && !ours.isReadable()) {
            throw new NonReadableChannelException();
        }
    }

    static void requireWritable(WritableByteChannel channel) {
        if (channel instanceof Ring3FileChannel ours && !ours.isWritable()) {
            throw new NonWritableChannelException();
        }
    }

    /** From an offset; less than is asked for where the target takes no more, or one of both fails. */
    static long to(Ring3FileChannel source, long at, long count, WritableByteChannel target) throws IOException {
        if (target instanceof Ring3FileChannel ours && ours.takesFrom(source)) {
            return ours.takeHere(source, at, count);
        }
        ByteBuffer buffer = buffer(count);
        long done = 0;
        try {
            while (done < count) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), count - done));
                if (source.read(buffer, at + done) < 0) {
                    break;
                }
                int read = buffer.flip().limit();
                int written = target.write(buffer);
                done += written;
                if (written < read) {
                    break;
                }
            }
            return done;
        } catch (IOException e) {
            return unlessNothing(done, e);
        }
    }

    /** To an offset; less than is asked for at the source's end, or one of both fails. */
    static long from(ReadableByteChannel source, Ring3FileChannel target, long at, long count) throws IOException {
        if (source instanceof Ring3FileChannel ours && target.takesFrom(ours)) {
            return target.takeThere(ours, at, count);
        }
        ByteBuffer buffer = buffer(count);
        long done = 0;
        try {
            while (done < count) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), count - done));
                int read = source.read(buffer);
                if (read <= 0) {
                    break;
                }
                done += target.write(buffer.flip(), at + done);
            }
            return done;
        } catch (IOException e) {
            return unlessNothing(done, e);
        }
    }

    private static ByteBuffer buffer(long count) {
        return ByteBuffer.allocate((int) Math.max(1, Math.min(BUFFER_BYTES, count)));
    }

    private static long unlessNothing(long done, IOException failure) throws IOException {
        if (done == 0 || failure instanceof ClosedChannelException) {
            throw failure;
        }
        return done;
    }
}
