package dev.ring3.server.metrics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last samples; thread-safe. */
final class History {
    /** Ten minutes, at one a second. */
    static final int SAMPLES_MAX = 600;

    // Guarded by this.
    private final Deque<Sample> samples = new ArrayDeque<>();

    synchronized void add(Sample sample) {
        if (samples.size() == SAMPLES_MAX) {
            samples.removeFirst();
        }
        samples.addLast(sample);
    }

    /**
     * The youngest samples, oldest first, each of as many taken together as a step says. A rest that fills no step is left
     * out at the old end.
     */
    List<Sample> last(int count, int step) {
        List<Sample> all;
        synchronized (this) {
            all = List.copyOf(samples);
        }
        int groups = Math.min(count, all.size()) / step;
        List<Sample> taken = new ArrayList<>(groups);
        for (int from = all.size() - groups * step; from < all.size(); from += step) {
            Sample sum = all.get(from);
            for (Sample next : all.subList(from + 1, from + step)) {
                sum = next.after(sum);
            }
            taken.add(sum);
        }
        return taken;
    }
}
