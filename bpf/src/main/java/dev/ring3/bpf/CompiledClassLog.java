package dev.ring3.bpf;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was seen of one compiled program. Not thread-safe. */
final class CompiledClassLog {
    /** Fewer do not tell a slow method from one that hardly runs. */
    private static final int SLOW_SAMPLES_MIN = 5;

    /** A method since it was last seen compiled. */
    private static final class Interpreted {
        final Instant first;
        Instant last;
        int samples;

        Interpreted(Instant first) {
            this.first = first;
            this.last = first;
        }

        boolean isSlow() {
            return samples >= SLOW_SAMPLES_MIN
                    && first.plus(CompilerWatch.SLOW_AFTER).isBefore(last);
        }
    }

    private final Map<String, Interpreted> interpreted = new TreeMap<>(); // by method
    private final ArrayDeque<String> failures = new ArrayDeque<>();
    private long compiledSamples;
    private long interpretedSamples;

    /**
     * A thread was found in a method.
     *
     * @param isTop whether it is in no other method of the program that this one called
     */
    void sampled(String method, boolean isInterpreted, Instant at, boolean isTop) {
        if (isInterpreted) {
            Interpreted since = interpreted.computeIfAbsent(method, _ -> new Interpreted(at));
            since.last = at;
            since.samples++;
        } else {
            interpreted.remove(method);
        }
        if (isTop) {
            compiledSamples += isInterpreted ? 0 : 1;
            interpretedSamples += isInterpreted ? 1 : 0;
        }
    }

    /** A compiler gave up. */
    void failed(String message) {
        if (failures.size() == CompilerWatch.FAILURES_MAX) {
            failures.removeFirst();
        }
        failures.addLast(message);
    }

    Compilation compilation(int methods) {
        List<String> slow = new ArrayList<>();
        interpreted.forEach((method, since) -> {
            if (since.isSlow()) {
                slow.add(method);
            }
        });
        return new Compilation(methods, compiledSamples, interpretedSamples, slow, List.copyOf(failures));
    }
}
