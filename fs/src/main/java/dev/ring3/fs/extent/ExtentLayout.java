package dev.ring3.fs.extent;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The value of an extent record, big-endian. Its key says whose it is and where it ends (in blocks of the file, exclusive).
 *
 * <pre>
 * plain     1 | u64 start | u16 blocks | blocks x u32 CRC32C
 * packed    2 | u64 start | u16 run blocks | u32 frame bytes | u16 unit blocks | u16 skip | u16 blocks | run blocks x u32 CRC32C
 * inline    3 | u16 blocks | u32 CRC32C of data | data
 * promised  4 | u64 blocks
 * </pre>
 */
final class ExtentLayout {
    private static final byte PLAIN = 1;
    private static final byte PACKED = 2;
    private static final byte INLINE = 3;
    private static final byte PROMISED = 4;

    private static final int PLAIN_BYTES = 1 + 8 + 2;
    private static final int PACKED_BYTES = 1 + 8 + 2 + 4 + 2 + 2 + 2;
    private static final int INLINE_BYTES = 1 + 2 + 4;
    private static final int PROMISED_BYTES = 1 + 8;

    private ExtentLayout() {}

    static byte[] encode(Extent extent) {
        return switch (extent) {
            case Extent.Plain plain -> {
                ByteBuffer out = ByteBuffer.allocate(PLAIN_BYTES + 4 * plain.sums().length);
                out.put(PLAIN).putLong(plain.run().start()).putShort((short)
                        plain.run().blocks());
                out.asIntBuffer().put(plain.sums());
                yield out.array();
            }
            case Extent.Packed packed -> {
                ByteBuffer out = ByteBuffer.allocate(PACKED_BYTES + 4 * packed.sums().length);
                out.put(PACKED).putLong(packed.run().start());
                out.putShort((short) packed.run().blocks()).putInt(packed.frameBytes());
                out.putShort((short) packed.unitBlocks()).putShort((short) packed.skip());
                out.putShort((short) packed.blocks());
                out.asIntBuffer().put(packed.sums());
                yield out.array();
            }
            case Extent.Inline inline -> {
                ByteBuffer out = ByteBuffer.allocate(INLINE_BYTES + inline.data().length);
                out.put(INLINE).putShort((short) inline.blocks());
                out.putInt(Blocks.checksum(inline.data())).put(inline.data());
                yield out.array();
            }
            case Extent.Promised promised ->
                ByteBuffer.allocate(PROMISED_BYTES)
                        .put(PROMISED)
                        .putLong(promised.blocks())
                        .array();
        };
    }

    /**
     * The extent of a record's value.
     *
     * @throws IllegalArgumentException if the value is none; the message says at which byte
     */
    static Extent decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        try {
            Extent extent = decode(in);
            require(!in.hasRemaining(), in, "bytes after the record");
            return extent;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("byte " + in.position() + ": the record ends within a field", e);
        }
    }

    private static Extent decode(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case PLAIN -> {
                long start = in.getLong();
                int blocks = in.getShort() & 0xffff;
                require(start >= 0 && blocks > 0 && blocks <= Extent.BLOCKS_MAX, in, "a run of " + blocks + " blocks");
                yield new Extent.Plain(new BlockRun(start, blocks), sums(in, blocks));
            }
            case PACKED -> packed(in);
            case INLINE -> inline(in);
            case PROMISED -> {
                long blocks = in.getLong();
                require(blocks > 0, in, "a promise of " + blocks + " blocks");
                yield new Extent.Promised(blocks);
            }
            default -> throw new IllegalArgumentException("byte 0: no kind of extent has number " + kind);
        };
    }

    private static Extent packed(ByteBuffer in) {
        long start = in.getLong();
        int run = in.getShort() & 0xffff;
        int frame = in.getInt();
        int unit = in.getShort() & 0xffff;
        int skip = in.getShort() & 0xffff;
        int blocks = in.getShort() & 0xffff;
        require(start >= 0 && run > 0 && run <= Extent.BLOCKS_MAX, in, "a run of " + run + " blocks");
        require(frame > 0 && frame <= Blocks.bytes(run), in, "a frame of " + frame + " bytes");
        require(blocks > 0 && unit <= Extent.BLOCKS_MAX && skip + blocks <= unit, in, "a part outside of its unit");
        return new Extent.Packed(new BlockRun(start, run), sums(in, run), frame, unit, skip, blocks);
    }

    private static Extent inline(ByteBuffer in) {
        int blocks = in.getShort() & 0xffff;
        int sum = in.getInt();
        require(blocks > 0 && blocks <= Extent.BLOCKS_MAX, in, "inline data of " + blocks + " blocks");
        require(in.remaining() <= Blocks.bytes(blocks), in, "more data than blocks");
        byte[] data = new byte[in.remaining()];
        in.get(data);
        require(Blocks.checksum(data) == sum, in, "inline data with a wrong checksum");
        return new Extent.Inline(blocks, data);
    }

    private static int[] sums(ByteBuffer in, int blocks) {
        int[] sums = new int[blocks];
        for (int i = 0; i < blocks; i++) {
            sums[i] = in.getInt();
        }
        return sums;
    }

    private static void require(boolean holds, ByteBuffer in, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("byte " + in.position() + ": " + otherwise);
        }
    }
}
