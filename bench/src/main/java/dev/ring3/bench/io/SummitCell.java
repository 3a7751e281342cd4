package dev.ring3.bench.io;

import java.util.ArrayList;
import java.util.List;

/**
 * One place of the matrix.
 *
 * @param cached whether the file is in memory before and, where something is written, need not be durable after; else it is
 *     on the device alone, and what is written is durable at the end
 */
record SummitCell(IoPattern pattern, int blockBytes, int threads, boolean cached) {
    private static final List<Integer> BLOCKS = List.of(64, 512, 4096, 65_536, 1 << 20);
    private static final List<IoPattern> PATTERNS =
            List.of(IoPattern.READ, IoPattern.RANDREAD, IoPattern.WRITE, IoPattern.RANDWRITE);

    /** All of them, by one thread and, in memory, by several. */
    static List<SummitCell> all(int threads) {
        List<SummitCell> cells = new ArrayList<>();
        for (boolean cached : new boolean[] {true, false}) {
            for (int count : cached && threads > 1 ? List.of(1, threads) : List.of(1)) {
                for (IoPattern pattern : PATTERNS) {
                    BLOCKS.forEach(bytes -> cells.add(new SummitCell(pattern, bytes, count, cached)));
                }
            }
        }
        return cells;
    }

    /** The job for a mode. */
    IoJob job(IoJob base, SummitMode mode) {
        return base.with(pattern, blockBytes, threads, base.runtimeMillis())
                .with(mode.direct(), !cached, !cached && pattern.writes());
    }

    String state() {
        if (cached) {
            return "in memory";
        }
        return pattern.writes() ? "durable at the end" : "not in memory";
    }

    /** The words of a figure's group. */
    String group() {
        return "%s %s, %d %s, %s"
                .formatted(pattern.id(), IoJob.size(blockBytes), threads, threads == 1 ? "thread" : "threads", state());
    }
}
