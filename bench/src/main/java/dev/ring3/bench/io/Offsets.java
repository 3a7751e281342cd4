package dev.ring3.bench.io;

import java.util.SplittableRandom;

/**
 * Where a thread of a job reads and writes, one offset after the other. For one thread. They are made outside of what is
 * measured: a draw costs as much as a read that finds its page.
 */
final class Offsets {
    /** Stands for the offset of a write: {@code ~offset}. */
    static boolean isWrite(long offset) {
        return offset < 0;
    }

    private static final int ROUNDS = 4;
    private static final int PERCENT = 100;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final IoJob job;
    private final long blocks;
    private final SplittableRandom random;
    private final Distribution.Draw draw;
    private final int halfBits;
    private final long key;
    private long sequence;
    private long turn;
    private long last;

    Offsets(IoJob job, int thread) {
        this.job = job;
        this.blocks = job.blocks();
        this.random = new SplittableRandom(job.seed() * GOLDEN + thread);
        this.draw = job.distribution().of(blocks);
        this.halfBits = (Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, blocks - 1)) + 1) / 2;
        this.key = random.nextLong();
        // Sequential threads of one file begin at places of their own, as those of fio with offset_increment do.
        this.last = (blocks * thread / job.threads() - 1 + blocks) % blocks;
    }

    /** The next ones. */
    void fill(long[] into, int count) {
        for (int i = 0; i < count; i++) {
            long offset = block() * job.blockBytes();
            into[i] = isNextWrite() ? ~offset : offset;
        }
    }

    private boolean isNextWrite() {
        return job.pattern().writes() && (!job.pattern().reads() || random.nextInt(PERCENT) >= job.readPercent());
    }

    private long block() {
        boolean jump = job.pattern().random()
                && (job.randomPercent() == PERCENT || random.nextInt(PERCENT) < job.randomPercent());
        last = jump ? drawn() : (last + 1) % blocks;
        return last;
    }

    private long drawn() {
        if (!(job.distribution() instanceof Distribution.Uniform)) {
            return shuffled(draw.next(random), key); // so that the frequent ones are no neighbours
        }
        if (!job.randomMap()) {
            return draw.next(random);
        }
        if (sequence == blocks) {
            sequence = 0;
            turn++;
        }
        return shuffled(sequence++, key + turn);
    }

    /** A permutation of the blocks: a Feistel network, walked until it comes to a number that is one. */
    private long shuffled(long number, long with) {
        long mask = (1L << halfBits) - 1;
        long at = number;
        do {
            long left = at >>> halfBits;
            long right = at & mask;
            for (int round = 0; round < ROUNDS; round++) {
                long mixed = (right + round + with) * GOLDEN;
                long next = left ^ ((mixed ^ (mixed >>> 32)) & mask);
                left = right;
                right = next;
            }
            at = left << halfBits | right;
        } while (at >= blocks);
        return at;
    }
}
