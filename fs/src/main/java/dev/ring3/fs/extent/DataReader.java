package dev.ring3.fs.extent;

import dev.ring3.fs.CorruptionException;
import dev.ring3.fs.FsException;
import java.lang.foreign.MemorySegment;

/** Reads ranges of files from extents, and checks every block it reads. Stateless but for the store. */
final class DataReader {
    private final ExtentStore extents;

    DataReader(ExtentStore extents) {
        this.extents = extents;
    }

    /** Fills {@code into} with the file's bytes; holes and promises are zeros. */
    void read(ExtentRecords records, long offsetBytes, MemorySegment into) {
        long at = offsetBytes;
        long end = offsetBytes + into.byteSize();
        while (at < end) {
            Mapped next = Mapped.after(records, Blocks.of(at));
            long start = next == null ? end : Math.min(end, Math.max(at, Blocks.bytes(next.start())));
            into.asSlice(at - offsetBytes, start - at).fill((byte) 0);
            if (next == null || start == end) {
                return;
            }
            long inExtent = Blocks.bytes(next.end() - next.start());
            long until = Math.min(end, saturated(Blocks.bytes(next.start()), inExtent));
            read(records, next, start - Blocks.bytes(next.start()), into.asSlice(start - offsetBytes, until - start));
            at = until;
        }
    }

    private static long saturated(long offset, long length) {
        return offset > Long.MAX_VALUE - length ? Long.MAX_VALUE : offset + length;
    }

    /** Reads bytes of one extent, from {@code skipBytes} on. */
    private void read(ExtentRecords records, Mapped mapped, long skipBytes, MemorySegment into) {
        switch (mapped.extent()) {
            case Extent.Promised _ -> into.fill((byte) 0);
            case Extent.Inline inline -> {
                long there = Math.clamp(inline.data().length - skipBytes, 0, into.byteSize());
                MemorySegment.copy(MemorySegment.ofArray(inline.data()), skipBytes(inline, skipBytes), into, 0, there);
                into.asSlice(there).fill((byte) 0);
            }
            case Extent.Packed packed -> {
                byte[] unit = unpacked(records, mapped, packed);
                long from = Blocks.bytes(packed.skip()) + skipBytes;
                MemorySegment.copy(MemorySegment.ofArray(unit), from, into, 0, into.byteSize());
            }
            case Extent.Plain plain -> readPlain(records, mapped, plain, skipBytes, into);
        }
    }

    private static long skipBytes(Extent.Inline inline, long skipBytes) {
        return Math.min(skipBytes, inline.data().length);
    }

    /** Whole blocks go where they are wanted; of a block that is wanted in part, a copy is checked. */
    private void readPlain(
            ExtentRecords records, Mapped mapped, Extent.Plain plain, long skipBytes, MemorySegment into) {
        long done = 0;
        while (done < into.byteSize()) {
            long at = skipBytes + done;
            long left = into.byteSize() - done;
            int block = (int) Blocks.of(at);
            int inBlock = (int) (at - Blocks.bytes(block));
            if (inBlock == 0 && left >= Blocks.BYTES) {
                long whole = Blocks.of(left);
                MemorySegment part = into.asSlice(done, Blocks.bytes(whole));
                readChecked(records, mapped, plain, block, part);
                done += part.byteSize();
            } else {
                MemorySegment copy = MemorySegment.ofArray(new byte[Blocks.BYTES]);
                readChecked(records, mapped, plain, block, copy);
                long part = Math.min(left, Blocks.BYTES - inBlock);
                MemorySegment.copy(copy, inBlock, into, done, part);
                done += part;
            }
        }
    }

    private void readChecked(ExtentRecords records, Mapped mapped, Extent.Plain plain, int block, MemorySegment into) {
        BlockRun run = plain.run().slice(block, Blocks.of(into.byteSize()));
        extents.read(run, into);
        int wrong = Blocks.firstWrong(into, plain.sums(), block);
        if (wrong >= 0) {
            into.fill((byte) 0); // nobody shall take it for data
            throw damaged(records, mapped.start() + block + wrong, run.start() + wrong);
        }
    }

    private byte[] unpacked(ExtentRecords records, Mapped mapped, Extent.Packed packed) {
        byte[] frame = new byte[(int) packed.run().bytes()];
        extents.read(packed.run(), MemorySegment.ofArray(frame));
        int wrong = Blocks.firstWrong(MemorySegment.ofArray(frame), packed.sums(), 0);
        if (wrong >= 0) {
            throw damaged(records, mapped.start(), packed.run().start() + wrong);
        }
        try {
            return Compressor.unpack(frame, packed.frameBytes(), (int) Blocks.bytes(packed.unitBlocks()));
        } catch (FsException e) {
            throw new CorruptionException(
                    records.ino(), records.snapshot(), Blocks.bytes(mapped.start()), packed.run() + ": " + e.object());
        }
    }

    private static CorruptionException damaged(ExtentRecords records, long fileBlock, long storedBlock) {
        return new CorruptionException(
                records.ino(),
                records.snapshot(),
                Blocks.bytes(fileBlock),
                "block " + storedBlock + " of the segments has a wrong checksum");
    }
}
