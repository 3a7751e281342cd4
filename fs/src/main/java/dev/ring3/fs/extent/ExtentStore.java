package dev.ring3.fs.extent;

import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where the blocks of files are: space that is taken, written once, made durable, read, and given back. Small on purpose:
 * a segment may be a file, or an object in a bucket that is deleted when the last of its blocks is given back.
 *
 * <p><b>Contract.</b> A block is written only between being handed out by {@link #allocate} and the transaction that names
 * it, never in place. Who counts references and who decides that a block may be used again is above:
 * {@link #release} is called when no durable state of the metadata, and no state that may become durable, names it.
 *
 * <p>Thread-safe. Every method fails with {@link dev.ring3.fs.FsException}: EIO, ENOSPC where said.
 */
public interface ExtentStore extends AutoCloseable {
    /** When a volume is opened, once: these blocks are in use, in ascending order, and no others. */
    void adopt(Iterable<BlockRun> used);

    /** How many blocks can be had without asking the host for space. */
    long freeBlocks();

    /** How many blocks are not free: in use, or on the way there or back. */
    long busyBlocks();

    /**
     * Asks the host for space until so many blocks can be had.
     *
     * @return false if the host has not that many; what it has given is kept
     */
    boolean grow(long blocks);

    /**
     * Takes at most {@code blocksMax} blocks that follow each other, as many as can be had.
     *
     * @throws dev.ring3.fs.FsException ENOSPC if there is not one
     */
    BlockRun allocate(int blocksMax);

    /** Writes into blocks that were allocated and that nothing names yet. Durable only after {@link #force}. */
    void write(BlockRun run, MemorySegment data);

    /** Makes what was written to these blocks durable. If it fails, none of it may be named, whatever a later call says. */
    void force(Collection<BlockRun> runs);

    /** Whether a sync of these blocks has failed, so that what was written to them has to be written elsewhere. */
    boolean isFailed(BlockRun run);

    /** Reads blocks. They are as they were written, or damaged: who reads has the checksums. */
    void read(BlockRun run, MemorySegment into);

    /** Gives blocks back, to be handed out again at once. */
    void release(BlockRun run);

    /** Which blocks there were at some moment. */
    interface Image {
        /** Whether such a run could have come from here and had not been given back to the host. */
        boolean exists(BlockRun run);

        /** Hears of a block whether it is free. */
        interface BlockVisitor {
            void visit(long block, boolean busy);
        }

        /** All blocks, ascending. */
        void forEachBlock(BlockVisitor visitor);
    }

    /** For checks: what there is now. Nothing is between free and busy, because it waits for what grows or trims. */
    Image image();

    /** Who knows how much of the free space nobody counts on. */
    interface Spare {
        /** Does something with so many blocks, at most, while nobody can claim them. */
        <T extends @Nullable Object> T use(LongFunction<T> action);
    }

    /** Gives space that is free in long runs, and spare, back to the host; returns how many bytes. */
    long trim(Spare spare);

    @Override
    void close();
}
