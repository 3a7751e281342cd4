package dev.ring3.it.nfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one worker has written to its file, block by block, and what of it was synced: after whatever happened, a block is
 * whole, is not older than what was synced last, and is nothing that was never written. By one thread at a time.
 */
final class LoadModel {
    static final int BLOCK_BYTES = 4096;
    static final int BLOCKS = 64;

    private final int worker;
    private final long[] written = new long[BLOCKS];
    private final long[] synced = new long[BLOCKS];
    private long next = 1;

    LoadModel(int worker) {
        this.worker = worker;
    }

    /** New content of a block, which may be there from now on. */
    byte[] write(int block) {
        written[block] = next;
        return content(block, next++);
    }

    /** What was written is to be there from now on. */
    void synced() {
        System.arraycopy(written, 0, synced, 0, BLOCKS);
    }

    private byte[] content(int block, long version) {
        ByteBuffer content = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long word = version * 0x9E3779B97F4A7C15L + worker * 1_000_003L + block;
        content.putLong(version);
        while (content.hasRemaining()) {
            word ^= word << 13;
            word ^= word >>> 7;
            word ^= word << 17;
            content.putLong(word);
        }
        return content.array();
    }

    /** What is wrong with a file. */
    List<String> problems(byte[] file) {
        List<String> problems = new ArrayList<>();
        for (int block = 0; block < BLOCKS; block++) {
            int at = block * BLOCK_BYTES;
            byte[] found = new byte[BLOCK_BYTES];
            System.arraycopy(file, Math.min(at, file.length), found, 0, Math.clamp(file.length - at, 0, BLOCK_BYTES));
            long version = ByteBuffer.wrap(found).order(ByteOrder.LITTLE_ENDIAN).getLong();
            String where = "block %d of worker %d: ".formatted(block, worker);
            if (version < synced[block]) {
                problems.add(where + "version %d is lost, there is %d".formatted(synced[block], version));
            } else if (version > written[block]) {
                problems.add(where + "version %d was never written".formatted(version));
            } else if (version != 0 && !Arrays.equals(found, content(block, version))) {
                problems.add(where + "version %d is not whole".formatted(version));
            }
        }
        return problems;
    }
}
