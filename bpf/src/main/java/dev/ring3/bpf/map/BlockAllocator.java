package dev.ring3.bpf.map;

import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Hands out blocks of one to some units of 64 bytes, a line of a processor's cache, by the number of their first unit,
 * from 1. A block that is taken back waits until nobody can have its address, as in {@link RowAllocator}.
 *
 * <p>A free block of another size is split where none fits; blocks are not put together again.
 *
 * <p>Not thread-safe: everything happens under the lock of the structure. Free blocks are linked through their first int.
 */
final class BlockAllocator {
    /** The size of a unit. */
    static final int UNIT_BYTES = 64;

    /** No block. */
    static final int NONE = 0;

    /** Blocks that are taken back before an epoch is begun for them. */
    private static final int BATCH_BLOCKS = 32;

    private final long base; // of block 0, which there is not
    private final int units;
    private final int[] free; // by size in units: the first of a list
    private final Reclamation reclamation;

    private int fresh = 1; // units from here on were never handed out
    private final Blocks young = new Blocks(); // belong to no epoch yet
    private final Blocks waiting = new Blocks(); // belong to an epoch
    private long waitingEpoch;

    /** Blocks that nobody finds any more: their numbers and sizes. */
    private static final class Blocks {
        private int[] numbers = new int[BATCH_BLOCKS];
        private byte[] sizes = new byte[BATCH_BLOCKS];
        private int count;

        void add(int number, int size) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
                sizes = Arrays.copyOf(sizes, 2 * count);
            }
            numbers[count] = number;
            sizes[count++] = (byte) size;
        }
    }

    /**
     * An allocator.
     *
     * @param address of the memory, a multiple of {@link #UNIT_BYTES}
     * @param sizeMax the largest block, in units
     */
    BlockAllocator(long address, int units, int sizeMax, Reclamation reclamation) {
        this.base = address - UNIT_BYTES;
        this.units = units;
        this.free = new int[sizeMax + 1];
        this.reclamation = reclamation;
    }

    long address(int block) {
        return base + (long) block * UNIT_BYTES;
    }

    /** A block of a size in units, or {@link #NONE}: the memory is used up, or waits for a run to end. */
    int take(int size) {
        if (free[size] != NONE) {
            return unlink(size);
        }
        if (fresh + size <= units + 1) {
            int block = fresh;
            fresh += size;
            return block;
        }
        reclaim();
        for (int larger = size; larger < free.length; larger++) {
            if (free[larger] != NONE) {
                int block = unlink(larger);
                if (larger != size) {
                    link(block + size, larger - size);
                }
                return block;
            }
        }
        return NONE;
    }

    /** Takes a block back that nobody can find any more, but somebody may have found before. */
    void retire(int block, int size) {
        young.add(block, size);
        if (young.count >= BATCH_BLOCKS) {
            release();
            if (waiting.count == 0) {
                beginEpoch();
            }
        }
    }

    private void reclaim() {
        release();
        if (waiting.count == 0 && young.count != 0) {
            beginEpoch();
            release();
        }
    }

    private void beginEpoch() {
        for (int i = 0; i < young.count; i++) {
            waiting.add(young.numbers[i], young.sizes[i]);
        }
        young.count = 0;
        waitingEpoch = reclamation.advance();
    }

    private void release() {
        if (waiting.count != 0 && reclamation.hasPassed(waitingEpoch)) {
            for (int i = 0; i < waiting.count; i++) {
                link(waiting.numbers[i], waiting.sizes[i]);
            }
            waiting.count = 0;
        }
    }

    private int unlink(int size) {
        int block = free[size];
        free[size] = BpfMemory.SEGMENT.get(ValueLayout.JAVA_INT, address(block));
        return block;
    }

    private void link(int block, int size) {
        BpfMemory.SEGMENT.set(ValueLayout.JAVA_INT, address(block), free[size]);
        free[size] = block;
    }
}
