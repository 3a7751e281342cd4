package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Takes records out of the fragments that come over a stream. A record that is there whole is not copied; memory for others
 * grows with what came, not with what is said.
 */
final class RecordAssembler {
    private static final int LAST_FRAGMENT = 1 << 31;
    private static final int FIRST_CAPACITY = 512;

    /** From this length on a record gets a buffer of {@link RecordBuffers}. */
    private static final int LONG_BYTES = 32 << 10;

    /** Fragments may be empty: without a limit one record could go on for ever. */
    private static final int FRAGMENTS_MAX = 4096;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final int recordBytesMax;
    private final RecordBuffers buffers;

    private ByteBuffer record = NOTHING; // its position is how much came
    private int header;
    private int headerBytes;
    private int fragmentLeft;
    private int fragments;

    RecordAssembler(int recordBytesMax, RecordBuffers buffers) {
        this.recordBytesMax = recordBytesMax;
        this.buffers = buffers;
    }

    /** Whether a record has begun and is not there. */
    boolean isInside() {
        return headerBytes > 0 || fragments > 0;
    }

    /** How much memory an unfinished record takes. */
    int heldBytes() {
        return record.capacity();
    }

    /**
     * Takes bytes until a record is whole, or there are no more.
     *
     * @return a record, from its position 0 to its limit, valid as long as the bytes are; null if there is none
     * @throws XdrException for a record that is too long
     */
    @Nullable
    ByteBuffer take(ByteBuffer in) {
        if (!isInside() && in.remaining() >= Integer.BYTES) {
            int mark = in.getInt(in.position());
            int length = mark & ~LAST_FRAGMENT;
            if (mark < 0 && length <= in.remaining() - Integer.BYTES && length <= recordBytesMax) {
                ByteBuffer whole = in.slice(in.position() + Integer.BYTES, length);
                in.position(in.position() + Integer.BYTES + length);
                return whole;
            }
        }
        while (in.hasRemaining()) {
            if (headerBytes < Integer.BYTES) {
                header = (header << 8) | (in.get() & 0xff);
                headerBytes++;
                if (headerBytes == Integer.BYTES) {
                    beginFragment();
                }
            } else {
                append(in);
            }
            ByteBuffer whole = finishFragment();
            if (whole != null) {
                return whole;
            }
        }
        return null;
    }

    /** Whether {@link #read} is the way to go on: much is to come of a record that has its buffer. */
    boolean isLong() {
        return fragmentLeft > 0 && record.isDirect();
    }

    /**
     * Reads of the fragment what there is, to where it stays; {@link #finishFragment} then has the record, if it is whole.
     *
     * @return how many bytes, or -1 at the stream's end
     */
    int read(ReadableByteChannel channel) throws IOException {
        int count = channel.read(record.limit(record.position() + fragmentLeft));
        fragmentLeft -= Math.max(count, 0);
        return count;
    }

    private void beginFragment() {
        fragmentLeft = header & ~LAST_FRAGMENT;
        fragments++;
        if (fragmentLeft > recordBytesMax - record.position() || fragments > FRAGMENTS_MAX) {
            throw new XdrException(record.position(), "a record of more than " + recordBytesMax + " bytes");
        }
    }

    private void append(ByteBuffer in) {
        int count = Math.min(fragmentLeft, in.remaining());
        makeRoom(record.position() + count);
        record.limit(record.position() + count).put(in.slice(in.position(), count));
        in.position(in.position() + count);
        fragmentLeft -= count;
    }

    private void makeRoom(int length) {
        if (length <= record.capacity()) {
            return;
        }
        int known = record.position() + fragmentLeft;
        int grown = Math.min(known, Math.max(FIRST_CAPACITY, Math.max(length, 2 * record.capacity())));
        record = (grown > LONG_BYTES ? buffers.take() : ByteBuffer.allocate(grown)).put(record.flip());
    }

    /** After bytes of a fragment: the record, if these were its last. */
    @Nullable
    ByteBuffer finishFragment() {
        if (headerBytes < Integer.BYTES || fragmentLeft > 0) {
            return null;
        }
        headerBytes = 0;
        if ((header & LAST_FRAGMENT) == 0) {
            return null;
        }
        ByteBuffer whole = record.flip();
        record = NOTHING;
        fragments = 0;
        return whole;
    }

    /** Lets go of a record that will not become whole. */
    void close() {
        buffers.giveBack(record);
        record = NOTHING;
    }
}
