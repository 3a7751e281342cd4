package dev.ring3.fs.extent;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes dirty ranges to new places and makes them durable. Room is taken for all of them at once, so that what is
 * written together lies together, and small pieces are gathered into one write. For one use by one thread.
 */
final class DataWriter implements AutoCloseable, UnnamedBlocks.Holder {
    private static final int GATHER_BYTES = 1 << 20;

    /** From here on a piece is written from where it lies. */
    private static final int GATHERED_BYTES_MAX = 1 << 16;

    private final ExtentStore extents;
    private final UnnamedBlocks unnamed;
    private final SpaceReservation reservation;
    private final Arena arena = Arena.ofConfined();
    private final List<Mapped> pieces = new ArrayList<>();
    private final List<BlockRun> runs = new ArrayList<>(); // what it has; changed while moving

    private boolean force; // whether a write is durable when it returns
    private long planned; // blocks that are still to come, at most
    private @Nullable BlockRun room; // allocated, with a use to come; changed while moving
    private long claimed; // blocks that were taken from the reservation
    private long claimedDrawn; // of these, blocks that use up a promise

    private @Nullable MemorySegment gather;
    private long gatherStart; // the block to which the first gathered byte goes
    private long gatheredBytes;

    DataWriter(ExtentStore extents, UnnamedBlocks unnamed, SpaceReservation reservation) {
        this.extents = extents;
        this.unnamed = unnamed;
        this.reservation = reservation;
        unnamed.add(this);
    }

    @Override
    public void forEachRun(Consumer<BlockRun> action) {
        runs.forEach(action);
        if (room != null) {
            action.accept(room);
        }
    }

    /** The caller, who moves, has from now on what was written. */
    List<BlockRun> handOver() {
        List<BlockRun> all = List.copyOf(runs);
        runs.clear();
        return all;
    }

    /** Small data as it will stand in the records; nothing is written. */
    static List<Mapped> inline(List<DirtyRange> ranges) {
        List<Mapped> pieces = new ArrayList<>();
        for (DirtyRange range : ranges) {
            byte[] data = range.data().toArray(ValueLayout.JAVA_BYTE);
            int length = data.length;
            while (length > 0 && data[length - 1] == 0) {
                length--;
            }
            Extent.Inline inline = new Extent.Inline(range.blocks(), Arrays.copyOf(data, length));
            pieces.add(new Mapped(range.startBlock(), inline, true));
        }
        return sorted(pieces);
    }

    /** Writes all ranges and makes them durable. */
    PreparedWrite stage(List<DirtyRange> ranges, CompressionMode compression) {
        force = true;
        List<Mapped> written = write(ranges, compression);
        unnamed.moving().lock();
        try {
            List<BlockRun> all = handOver();
            UnnamedBlocks.Holder holder = all::forEach;
            unnamed.add(holder);
            return new PreparedWrite(
                    written,
                    () -> unnamed.remove(holder),
                    () -> unnamed.move(() -> {
                        unnamed.remove(holder);
                        all.forEach(extents::release);
                    }));
        } finally {
            unnamed.moving().unlock();
        }
    }

    /**
     * Writes all ranges, and the reservation is used up. If it fails, what was allocated is given back, and the
     * reservation is as it was.
     */
    List<Mapped> write(List<DirtyRange> ranges, CompressionMode compression) {
        planned = ranges.stream().mapToLong(DirtyRange::blocks).sum();
        long total = planned;
        if (reservation.blocks() < total) {
            reservation.add(total - reservation.blocks());
        }
        boolean done = false;
        try {
            for (DirtyRange range : ranges) {
                write(range, compression);
            }
            flush();
            if (force) {
                extents.force(runs);
            }
            done = true;
        } finally {
            boolean failed = !done;
            unnamed.move(() -> giveBack(failed));
        }
        reservation.release(total - claimed); // what compression saved
        return sorted(pieces);
    }

    private void giveBack(boolean all) {
        if (all) {
            reservation.restore(claimed, claimedDrawn); // first, so that nobody else gets the blocks
            handOver().forEach(extents::release);
        }
        if (room != null) {
            extents.release(room);
            room = null;
        }
    }

    private void write(DirtyRange range, CompressionMode compression) {
        if (compression == CompressionMode.ZSTD) {
            writeInUnits(range.startBlock(), range.data(), Compressor.UNIT_BLOCKS, true);
            return;
        }
        long whole = range.data().byteSize() & -Blocks.bytes(Extent.BLOCKS_MAX);
        if (whole > 0) {
            writePlain(range.startBlock(), range.data().asSlice(0, whole));
        }
        writeInUnits(range.startBlock() + Blocks.of(whole), range.data().asSlice(whole), Extent.BLOCKS_MAX, false);
    }

    private void writeInUnits(long startBlock, MemorySegment all, int unitBlocks, boolean pack) {
        long unitBytes = Blocks.bytes(unitBlocks);
        for (long at = 0; at < all.byteSize(); at += unitBytes) {
            MemorySegment data = padded(all.asSlice(at, Math.min(unitBytes, all.byteSize() - at)));
            long start = startBlock + Blocks.of(at);
            if (!pack || !writePacked(start, data)) {
                writePlain(start, data);
            }
        }
    }

    /** The last block of a file is zeros after the file's end. */
    private MemorySegment padded(MemorySegment data) {
        if (Blocks.aligned(data.byteSize())) {
            return data;
        }
        MemorySegment whole = arena.allocate(Blocks.bytes(Blocks.covering(data.byteSize())), Blocks.BYTES);
        MemorySegment.copy(data, 0, whole, 0, data.byteSize());
        return whole;
    }

    /** What lies together is written at once, also where it takes several records to name it. */
    private void writePlain(long startBlock, MemorySegment data) {
        int blocks = (int) Blocks.of(data.byteSize());
        for (int done = 0; done < blocks; ) {
            BlockRun run = Objects.requireNonNull(take(blocks - done, 1));
            MemorySegment part = data.asSlice(Blocks.bytes(done), run.bytes());
            submit(run, part);
            name(startBlock + done, run, part);
            planned -= run.blocks();
            done += run.blocks();
        }
    }

    private void name(long startBlock, BlockRun run, MemorySegment data) {
        for (int at = 0; at < run.blocks(); at += Extent.BLOCKS_MAX) {
            BlockRun part = run.slice(at, Math.min(Extent.BLOCKS_MAX, run.blocks() - at));
            int[] sums = Blocks.checksums(data.asSlice(Blocks.bytes(at), part.bytes()));
            pieces.add(new Mapped(startBlock + at, new Extent.Plain(part, sums), true));
        }
    }

    private boolean writePacked(long startBlock, MemorySegment data) {
        int blocks = (int) Blocks.of(data.byteSize());
        byte[] frame = blocks == 1 ? null : Compressor.pack(data.toArray(ValueLayout.JAVA_BYTE));
        if (frame == null) {
            return false;
        }
        int wanted = (int) Blocks.covering(frame.length);
        BlockRun run = take(wanted, wanted);
        if (run == null) {
            return false; // free space is in pieces, and a unit is not torn over two
        }
        MemorySegment stored = padded(MemorySegment.ofArray(frame));
        submit(run, stored);
        int[] sums = Blocks.checksums(stored);
        pieces.add(new Mapped(startBlock, new Extent.Packed(run, sums, frame.length, blocks, 0, blocks), true));
        planned -= blocks;
        return true;
    }

    /** Takes blocks out of the room, or makes new room; null if what can be had is shorter than {@code min}. */
    private @Nullable BlockRun take(int wanted, int min) {
        if (room == null || room.blocks() < min) {
            flush(); // what is gathered goes to one segment, and the next room may begin in another
        }
        unnamed.moving().lock();
        try {
            return takeMoving(wanted, min);
        } finally {
            unnamed.moving().unlock();
        }
    }

    private @Nullable BlockRun takeMoving(int wanted, int min) {
        BlockRun from = room;
        if (from == null || from.blocks() < min) {
            BlockRun more = extents.allocate((int) Math.min(planned, Integer.MAX_VALUE));
            if (from != null) {
                extents.release(from);
            }
            from = more;
        }
        room = from;
        if (from.blocks() < min) {
            return null;
        }
        BlockRun run = from.slice(0, Math.min(wanted, from.blocks()));
        room = run.blocks() == from.blocks() ? null : from.slice(run.blocks(), from.blocks() - run.blocks());
        runs.add(run);
        claimedDrawn += reservation.release(run.blocks());
        claimed += run.blocks();
        return run;
    }

    private void submit(BlockRun run, MemorySegment data) {
        if (data.byteSize() > GATHERED_BYTES_MAX) {
            flush();
            extents.write(run, data);
            return;
        }
        MemorySegment buffer = gather;
        if (buffer == null) {
            buffer = arena.allocate(GATHER_BYTES, Blocks.BYTES);
            gather = buffer;
        }
        boolean follows = gatheredBytes > 0 && gatherStart + Blocks.of(gatheredBytes) == run.start();
        if (!follows || gatheredBytes + data.byteSize() > GATHER_BYTES) {
            flush();
            gatherStart = run.start();
        }
        MemorySegment.copy(data, 0, buffer, gatheredBytes, data.byteSize());
        gatheredBytes += data.byteSize();
    }

    private void flush() {
        if (gather != null && gatheredBytes > 0) {
            BlockRun run = new BlockRun(gatherStart, (int) Blocks.of(gatheredBytes));
            extents.write(run, gather.asSlice(0, gatheredBytes));
        }
        gatheredBytes = 0;
        gatherStart = -1;
    }

    private static List<Mapped> sorted(List<Mapped> pieces) {
        pieces.sort(Comparator.comparingLong(Mapped::start));
        for (int i = 1; i < pieces.size(); i++) {
            if (pieces.get(i - 1).end() > pieces.get(i).start()) {
                throw new IllegalArgumentException(
                        "two dirty ranges cover block " + pieces.get(i).start() + "; writeback has one of each");
            }
        }
        return pieces;
    }

    @Override
    public void close() {
        unnamed.remove(this);
        arena.close();
    }
}
