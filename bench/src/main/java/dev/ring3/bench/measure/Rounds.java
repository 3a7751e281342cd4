package dev.ring3.bench.measure;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the time of several subjects in rounds: in each, every subject runs for some milliseconds, the next round begins
 * with the next subject. What else goes on then hits all of them, and a ratio within a round is one of neighbours.
 *
 * <p>A round in which the thread had the processor for less than nine tenths of the time is taken anew; where that never
 * ends, starved rounds count too, and the share of each round tells of it.
 */
public final class Rounds {
    private static final double SHARE_MIN = 0.9;
    private static final int RETRIES_PER_ROUND = 2;
    private static final double NANOS_PER_MILLI = 1e6;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final List<Subject> subjects;
    private final double batchMillis;
    private final long[] times;

    /**
     * Rounds of subjects, which must have been warmed up or be {@link #warmUp} first.
     *
     * @param batchMillis how long each runs in a round
     */
    public Rounds(List<Subject> subjects, double batchMillis) {
        this.subjects = List.copyOf(subjects);
        this.batchMillis = batchMillis;
        this.times = new long[subjects.size()];
    }

    /**
     * One round.
     *
     * @param nanos a run of each subject
     * @param share of the time of the round in which the thread had a processor
     */
    public record Round(List<Double> nanos, double share) {}

    /** Runs every subject for so long, and finds out how often it runs in a batch. */
    public void warmUp(double millis) {
        for (int i = 0; i < subjects.size(); i++) {
            long count = 1;
            long begin =
                    threads.getCurrentThreadCpuTime(); // so that a busy machine takes longer, and compiles meanwhile
            double last = 0;
            while (last == 0 || threads.getCurrentThreadCpuTime() - begin < millis * NANOS_PER_MILLI) {
                last = Math.max(1, subjects.get(i).nanos(count));
                if (last < batchMillis * NANOS_PER_MILLI / 2) {
                    count = Math.min(2 * count, 1L << 30);
                }
            }
            times[i] = Math.clamp(Math.round(count * batchMillis * NANOS_PER_MILLI / last), 1, 1L << 30);
        }
    }

    /** So many rounds. */
    public List<Round> take(int count) {
        List<Round> good = new ArrayList<>();
        List<Round> starved = new ArrayList<>();
        for (int turn = 0; good.size() < count && turn < count * (1 + RETRIES_PER_ROUND); turn++) {
            Round round = round(turn);
            (round.share() >= SHARE_MIN ? good : starved).add(round);
        }
        while (good.size() < count) {
            good.add(starved.remove(starved.size() - 1));
        }
        return good;
    }

    private Round round(int turn) {
        Double[] nanos = new Double[subjects.size()];
        long wallBegin = System.nanoTime();
        long cpuBegin = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < nanos.length; i++) {
            int subject = (i + turn) % nanos.length;
            nanos[subject] = subjects.get(subject).nanos(times[subject]) / times[subject];
        }
        double cpu = threads.getCurrentThreadCpuTime() - cpuBegin;
        return new Round(List.of(nanos), cpu / Math.max(1, System.nanoTime() - wallBegin));
    }
}
