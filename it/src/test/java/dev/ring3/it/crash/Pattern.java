package dev.ring3.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;

/** What blocks are filled with: whose they are, and of which write. */
final class Pattern {
    static final int BLOCK_BYTES = 4096;

    private Pattern() {}

    static byte[] block(long ino, int block, int version) {
        ByteBuffer out = ByteBuffer.allocate(BLOCK_BYTES);
        while (out.hasRemaining()) {
            out.putLong(ino).putInt(block).putInt(version);
        }
        return out.array();
    }

    /** The version of a block that has to be this one's; 0 for a hole. Nothing else, and no mixture. */
    static int version(byte[] content, long ino, int block, String where) {
        ByteBuffer in = ByteBuffer.wrap(content);
        int version = in.getInt(12);
        byte[] expected = version == 0 ? new byte[BLOCK_BYTES] : block(ino, block, version);
        assertThat(content).as("%s: foreign, stale or mixed bytes", where).isEqualTo(expected);
        return version;
    }
}
