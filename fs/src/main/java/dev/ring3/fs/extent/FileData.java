package dev.ring3.fs.extent;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.SnapshotId;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The data of a volume's files: the entry to this package, whose comment says how it works.
 *
 * <p>Offsets and sizes are in bytes unless a name says blocks. What changes records takes a {@link DataTransaction} and
 * returns by how many blocks the allocation that the file shows has grown (negative: shrunk), for {@code st_blocks} and
 * quotas. Thread-safe, under the locks that {@link ExtentRecords} asks for. Failures are {@link FsException}s.
 */
public final class FileData implements AutoCloseable {
    /** Up to so much is written to the log instead of a segment, for {@link WriteBack.Placement#LOG_IF_SMALL}. */
    public static final int SMALL_BYTES_MAX = 32 << 10;

    private final OrderedStore store;
    private final BlockDevice device;
    private final DataOptions options;
    private final ExtentStore extents;
    private final UnnamedBlocks unnamed = new UnnamedBlocks();
    private final References references;
    private final SpaceBudget budget;
    private final DataReader reader;
    private final HostReserve reserve;
    private final SmallDataIndex small;

    private FileData(OrderedStore store, BlockDevice device, DataOptions options) {
        this.store = store;
        this.device = device;
        this.options = options;
        this.extents = new SegmentExtentStore(device, options.segmentBlocks(), options.hostKeepBytes());
        this.references = new References(store, extents, unnamed);
        this.budget = new SpaceBudget(extents, references, Blocks.of(options.limitBytes()));
        this.reader = new DataReader(extents);
        this.reserve = new HostReserve(device, budget, options);
        this.small = new SmallDataIndex(store);
    }

    /**
     * Opens the data of a volume, or begins it if the store has none. Everything that the store shows is made durable
     * first: blocks that are free by a state which a crash could still take back must not be used.
     *
     * @throws FsException EUCLEAN if what the store says of blocks contradicts itself; EROFS for a newer format
     */
    public static FileData open(OrderedStore store, BlockDevice device, DataOptions options) {
        DataOptions agreed = DataHeader.agree(store, options);
        store.durable(store.lastWritten());
        return new FileData(store, device, agreed);
    }

    /** The part that a batch has in data. */
    public DataTransaction begin() {
        return new DataTransaction(this, references);
    }

    /** Reads bytes of a file; holes, promised space and what is after the last extent are zeros. */
    public void read(ExtentRecords records, long offset, MemorySegment into) {
        RangeOperations.end("read", offset, Math.max(1, into.byteSize()));
        reader.read(records, offset, into);
    }

    /**
     * Claims space for data that is accepted now and written back later.
     *
     * @throws FsException ENOSPC
     */
    public SpaceReservation reserve(long blocks) {
        reserve.check();
        budget.claim(blocks);
        return new SpaceReservation(budget, blocks, 0);
    }

    /** As {@link #reserve(long)}, for a range of a file to which space may have been promised. */
    public SpaceReservation reserve(ExtentRecords records, long offset, long length) {
        long end = RangeOperations.end("reserve", offset, length);
        long from = Blocks.of(offset);
        long to = Blocks.covering(end);
        try {
            return reserve(to - from);
        } catch (FsException full) {
            if (full.errno() != Errno.ENOSPC) {
                throw full;
            }
            long promised = new RangeOperations(reader, begin(), records).promised(from, to);
            budget.claimPromised(to - from, promised);
            return new SpaceReservation(budget, to - from, promised);
        }
    }

    /**
     * Writes dirty ranges to where no record names them yet; durable when this returns. Ranges do not overlap. The
     * reservation is used up as far as it is needed, and added to if it is short; if this fails it is as it was.
     */
    public PreparedWrite stage(List<DirtyRange> ranges, SpaceReservation reservation, WriteBack how) {
        long bytes = ranges.stream().mapToLong(range -> range.data().byteSize()).sum();
        if (how.placement() == WriteBack.Placement.LOG_IF_SMALL && bytes <= SMALL_BYTES_MAX) {
            List<Mapped> pieces = DataWriter.inline(ranges);
            reservation.release(
                    pieces.stream().mapToLong(piece -> piece.extent().blocks()).sum());
            return new PreparedWrite(pieces, () -> {}, () -> {});
        }
        try (DataWriter writer = new DataWriter(extents, unnamed, reservation)) {
            return writer.stage(ranges, how.compression());
        }
    }

    /** A place where writeback of a file comes together in pieces, to be named at once; one for an inode. */
    public StagedFile staged(Ino ino, SnapshotId snapshot) {
        return new StagedFile(this, reader, ino, snapshot);
    }

    /** Points the file at what was staged. */
    public long apply(DataTransaction transaction, ExtentRecords records, PreparedWrite write) {
        RangeOperations range = range(transaction, records);
        write.applied(transaction);
        range.apply(write.pieces(), transaction);
        return range.editor().allocated();
    }

    /** Whole blocks with these bytes in them: what a write that does not begin and end with a block stages. */
    public DirtyRange merged(ExtentRecords records, long offset, MemorySegment data) {
        long end = RangeOperations.end("write", offset, data.byteSize());
        long start = Blocks.bytes(Blocks.of(offset));
        MemorySegment whole =
                MemorySegment.ofArray(new byte[Math.toIntExact(Blocks.bytes(Blocks.covering(end - start)))]);
        if (!Blocks.aligned(offset)) {
            reader.read(records, start, whole.asSlice(0, Blocks.BYTES));
        }
        if (!Blocks.aligned(end)) {
            long last = whole.byteSize() - Blocks.BYTES;
            reader.read(records, start + last, whole.asSlice(last));
        }
        MemorySegment.copy(data, 0, whole, offset - start, data.byteSize());
        return new DirtyRange(start, whole);
    }

    /**
     * What a truncation did.
     *
     * @param goOnAt where it has to go on, in bytes; empty if all is done
     */
    public record Truncation(long allocatedBlocks, OptionalLong goOnAt) {}

    /**
     * Frees everything from an offset on, as far as {@code recordsMax} records go; if more are left, the volume goes on
     * from {@link Truncation#goOnAt}, in further batches under an intent.
     */
    public Truncation truncate(DataTransaction transaction, ExtentRecords records, long size, int recordsMax) {
        RangeOperations range = range(transaction, records);
        long stopped = range.truncate(size, recordsMax);
        OptionalLong goOn = stopped == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Blocks.bytes(stopped));
        return new Truncation(range.editor().allocated(), goOn);
    }

    /** {@code FALLOC_FL_PUNCH_HOLE}: makes a range zeros and frees its whole blocks. */
    public long punch(DataTransaction transaction, ExtentRecords records, long offset, long length) {
        RangeOperations.end("punch", offset, length);
        RangeOperations range = range(transaction, records);
        range.punch(offset, length);
        return range.editor().allocated();
    }

    /**
     * Promises space to a range (mode 0 and {@code FALLOC_FL_KEEP_SIZE}): to its holes, so that writing into it
     * does not fail for lack of space. A snapshot that is taken later voids the promise for what is written after it.
     *
     * @throws FsException ENOSPC, with no effect
     */
    public long allocate(DataTransaction transaction, ExtentRecords records, long offset, long length) {
        long to = Blocks.covering(RangeOperations.end("allocate", offset, length));
        RangeOperations range = range(transaction, records);
        transaction.hold(reserve(range.holes(Blocks.of(offset), to)));
        range.promise(Blocks.of(offset), to);
        return range.editor().allocated();
    }

    /** {@code FALLOC_FL_ZERO_RANGE}: zeros, with space promised. */
    public long zero(DataTransaction transaction, ExtentRecords records, long offset, long length) {
        long end = RangeOperations.end("zero", offset, length);
        RangeOperations range = range(transaction, records);
        long from = Blocks.of(offset);
        long to = Blocks.covering(end);
        long inner = Math.max(0, Blocks.of(end) - Blocks.covering(offset));
        transaction.hold(reserve(Math.min(to - from, range.holes(from, to) + inner)));
        range.punch(offset, length);
        range.promise(from, to);
        return range.editor().allocated();
    }

    /** {@code FALLOC_FL_COLLAPSE_RANGE}, whole blocks; that it ends before the file does is the volume's check. */
    public long collapse(DataTransaction transaction, ExtentRecords records, long offset, long length) {
        long end = RangeOperations.requireAligned("collapse", offset, length);
        RangeOperations range = range(transaction, records);
        range.collapse(Blocks.of(offset), Blocks.of(end));
        return range.editor().allocated();
    }

    /** {@code FALLOC_FL_INSERT_RANGE}, whole blocks; that the file does not grow too large is the volume's check. */
    public long insert(DataTransaction transaction, ExtentRecords records, long offset, long length) {
        RangeOperations.requireAligned("insert", offset, length);
        RangeOperations range = range(transaction, records);
        range.insert(Blocks.of(offset), Blocks.of(length));
        return range.editor().allocated();
    }

    /**
     * {@code FICLONERANGE}: the target shares the source's blocks. Offsets are whole blocks; so is the length, unless the
     * source ends there, where the rest of its block is zeros in the target too.
     *
     * @throws FsException EINVAL if ranges of one file overlap
     */
    public long cloneRange(
            DataTransaction transaction,
            ExtentRecords source,
            long sourceOffset,
            ExtentRecords target,
            long targetOffset,
            long length) {
        long blocks = Blocks.covering(length);
        RangeOperations.end("clone", sourceOffset, length);
        RangeOperations.end("clone", targetOffset, length);
        if (!Blocks.aligned(sourceOffset) || !Blocks.aligned(targetOffset)) {
            throw new FsException(Errno.EINVAL, "clone", "from %d to %d".formatted(sourceOffset, targetOffset));
        }
        boolean same = source.ino().equals(target.ino()) && source.snapshot().equals(target.snapshot());
        if (same && Math.abs(sourceOffset - targetOffset) < Blocks.bytes(blocks)) {
            throw new FsException(Errno.EINVAL, "clone", "ranges of %s overlap".formatted(source.ino()));
        }
        long from = Blocks.of(sourceOffset);
        List<Mapped> shared = new ExtentEditor(transaction, source).range(from, from + blocks);
        RangeOperations range = range(transaction, target);
        range.cloneFrom(shared, from, blocks, Blocks.of(targetOffset));
        return range.editor().allocated();
    }

    /** Gives up the references of a record that goes away with its snapshot. Not for one that moves to another key. */
    public void dropped(DataTransaction transaction, byte[] value) {
        switch (decode(value)) {
            case Extent.Plain plain -> transaction.remove(plain.run());
            case Extent.Packed packed -> transaction.remove(packed.run());
            case Extent.Promised promised -> transaction.unpromise(promised.blocks());
            case Extent.Inline _ -> {}
        }
    }

    /** How many blocks of a file a record covers: for the accounting of snapshots. */
    public static long recordBlocks(byte[] value) {
        return decode(value).blocks();
    }

    static Extent decode(byte[] value) {
        try {
            return ExtentLayout.decode(value);
        } catch (IllegalArgumentException e) {
            throw new FsException(Errno.EUCLEAN, "read extent record", String.valueOf(e.getMessage()), e);
        }
    }

    /** {@code SEEK_DATA}: the first byte from {@code offset} on that is in data; empty (ENXIO) if only a hole follows. */
    public OptionalLong seekData(ExtentRecords records, long offset, long size) {
        return ExtentWalk.seekData(records, offset, size);
    }

    /** {@code SEEK_HOLE}: the first byte from {@code offset} on that is in a hole; the file's end is one. Empty past it. */
    public OptionalLong seekHole(ExtentRecords records, long offset, long size) {
        return ExtentWalk.seekHole(records, offset, size);
    }

    /** What a range of a file is made of, at most {@code max} ranges. */
    public List<MappedRange> ranges(ExtentRecords records, long offset, long length, int max) {
        long to = Blocks.covering(RangeOperations.end("list extents", offset, length));
        return ExtentWalk.ranges(records, Blocks.of(offset), to, max, block -> references.count(block) > 1);
    }

    /** Whether any block of a range of the segments, as {@link MappedRange} has it, is named more than once. */
    public boolean isShared(long storedBytes, long lengthBytes) {
        return references.isShared(Blocks.of(storedBytes), Blocks.of(storedBytes + lengthBytes));
    }

    /** Inodes with data in their records, to be moved to segments in idle time. */
    public Set<SmallData> small() {
        return small.all();
    }

    /**
     * Moves data of one inode from this snapshot's own records to a segment: what writeback does some time after a small
     * fsync. The caller writes and commits the transaction; more may be left.
     *
     * @param join whether records that follow each other may become one. Not for a snapshot that has children: what
     *     they show is made of keys of their ancestors, which must stay as they are
     * @return false if nothing was left to move, or no room for it; the transaction then takes the inode off the list
     */
    public boolean moveSmall(
            DataTransaction transaction,
            ExtentRecords records,
            CompressionMode compression,
            long bytesMax,
            boolean join) {
        boolean moved = new SmallDataMover(this, records).move(transaction, compression, bytesMax, join);
        if (!moved) {
            transaction.hasNoSmall(records);
        }
        return moved;
    }

    /** The space there is. */
    public SpaceStatus space() {
        references.reclaim();
        long host = Math.max(0, device.usableBytes() - options.hostKeepBytes());
        long available = budget.available(Blocks.of(host));
        return SpaceStatus.ofBlocks(references.usedBlocks(), available, references.promised());
    }

    /** Lets durably freed blocks be used again, and gives long free runs back to the host; returns bytes given back. */
    public long trim() {
        references.reclaim();
        long given = extents.trim(budget);
        reserve.check();
        return given;
    }

    /** Whether the host is so full that only what frees space goes on. */
    public boolean isHostFull() {
        return reserve.isReleased();
    }

    /**
     * Before metadata is written that frees nothing.
     *
     * @throws FsException ENOSPC while the host is so full that only what frees space goes on
     */
    public void admit(long metadataBytes) {
        reserve.admit(metadataBytes);
    }

    /**
     * The store was refused space by the host: lets the reserve go, so that it can write again. From then on every claim
     * of space fails, until the host has room for the reserve once more.
     *
     * @return whether there was a reserve to let go
     */
    public boolean hostIsFull() {
        return reserve.letGoNow();
    }

    /** Ends cleanly: everything is made durable, references in few records. On a full host it lets the reserve go. */
    @Override
    public void close() {
        try {
            try {
                references.fold();
            } catch (FsException e) {
                if (e.errno() != Errno.ENOSPC || !hostIsFull()) {
                    throw e;
                }
                references.fold();
            }
            store.durable(store.lastWritten());
        } finally {
            extents.close();
            device.close();
        }
    }

    /** What looks after this data. */
    public DataAudit audit() {
        return new DataAudit(this, store);
    }

    ExtentStore extents() {
        return extents;
    }

    UnnamedBlocks unnamed() {
        return unnamed;
    }

    References references() {
        return references;
    }

    SmallDataIndex smallIndex() {
        return small;
    }

    private RangeOperations range(DataTransaction transaction, ExtentRecords records) {
        return new RangeOperations(reader, transaction, records);
    }
}
