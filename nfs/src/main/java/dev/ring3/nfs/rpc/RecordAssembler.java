package dev.ring3.nfs.rpc;

import dev.ring3.nfs.xdr.XdrException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Puts records together from the fragments that come over a stream. Memory grows with what came, not with what is said. */
final class RecordAssembler {
    private static final int LAST_FRAGMENT = 1 << 31;
    private static final int FIRST_CAPACITY = 512;

    /** Fragments may be empty: without a limit one record could go on for ever. */
    private static final int FRAGMENTS_MAX = 4096;

    private final int recordBytesMax;

    private byte[] record = new byte[0];
    private int length;
    private int header;
    private int headerBytes;
    private int fragmentLeft;
    private int fragments;

    RecordAssembler(int recordBytesMax) {
        this.recordBytesMax = recordBytesMax;
    }

    /** Whether a record has begun and is not there. */
    boolean isInside() {
        return headerBytes > 0 || fragments > 0;
    }

    /** How much memory an unfinished record takes. */
    int heldBytes() {
        return record.length;
    }

    /**
     * Takes bytes until a record is whole, or there are no more.
     *
     * @throws XdrException for a record that is too long
     */
    @Nullable
    ByteBuffer take(ByteBuffer in) {
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
            if (headerBytes == Integer.BYTES && fragmentLeft == 0) {
                headerBytes = 0;
                if ((header & LAST_FRAGMENT) != 0) {
                    return finish();
                }
            }
        }
        return null;
    }

    private void beginFragment() {
        fragmentLeft = header & ~LAST_FRAGMENT;
        fragments++;
        if (fragmentLeft > recordBytesMax - length || fragments > FRAGMENTS_MAX) {
            throw new XdrException(length, "a record of more than " + recordBytesMax + " bytes");
        }
    }

    private void append(ByteBuffer in) {
        int count = Math.min(fragmentLeft, in.remaining());
        if (length + count > record.length) {
            int known = length + fragmentLeft;
            int grown = Math.max(FIRST_CAPACITY, Math.max(length + count, 2 * record.length));
            record = Arrays.copyOf(record, Math.min(grown, known));
        }
        in.get(record, length, count);
        length += count;
        fragmentLeft -= count;
    }

    private ByteBuffer finish() {
        ByteBuffer whole = ByteBuffer.wrap(record, 0, length);
        record = new byte[0];
        length = 0;
        fragments = 0;
        return whole;
    }
}
