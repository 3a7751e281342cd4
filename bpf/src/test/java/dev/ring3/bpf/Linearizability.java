package dev.ring3.bpf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether what several threads saw can be explained by their operations taking place one after the other, each at a
 * moment between its begin and its end (Herlihy and Wing 1990); searched for as Wing and Gong do, without the states that
 * were seen before.
 *
 * @param <S> states of the sequential model, immutable, with equals
 */
final class Linearizability<S> {
    /** What an operation that saw what it saw makes of a state; null if it cannot have seen that. */
    @FunctionalInterface
    interface Step<S> {
        @Nullable
        S after(S state);
    }

    /** An operation of a thread, in nanoseconds. */
    record Timed<S>(long begin, long end, String text, Step<S> step) {}

    private record Visited<S>(List<Integer> positions, S state) {}

    private final List<List<Timed<S>>> threads;
    private final Set<Visited<S>> visited = new HashSet<>();

    private Linearizability(List<List<Timed<S>>> threads) {
        this.threads = threads;
    }

    /** Whether there is such an order. */
    static <S> boolean holds(List<List<Timed<S>>> threads, S initial) {
        return new Linearizability<S>(threads).search(new int[threads.size()], initial);
    }

    /** All operations in the order in which they began, for messages. */
    static <S> String text(List<List<Timed<S>>> threads) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < threads.size(); i++) {
            for (Timed<S> operation : threads.get(i)) {
                lines.add("%d..%d thread %d: %s".formatted(operation.begin(), operation.end(), i, operation.text()));
            }
        }
        lines.sort(null);
        return String.join("\n", lines);
    }

    private boolean search(int[] positions, S state) {
        if (!visited.add(new Visited<>(Arrays.stream(positions).boxed().toList(), state))) {
            return false;
        }
        long firstEnd = Long.MAX_VALUE;
        boolean done = true;
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] < threads.get(i).size()) {
                done = false;
                firstEnd = Math.min(firstEnd, threads.get(i).get(positions[i]).end());
            }
        }
        for (int i = 0; i < positions.length && !done; i++) {
            if (positions[i] < threads.get(i).size()) {
                Timed<S> next = threads.get(i).get(positions[i]);
                S after = next.begin() <= firstEnd ? next.step().after(state) : null;
                if (after != null) {
                    positions[i]++;
                    done = search(positions, after);
                    positions[i]--;
                }
            }
        }
        return done;
    }
}
