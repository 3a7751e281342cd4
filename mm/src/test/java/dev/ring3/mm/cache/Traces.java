package dev.ring3.mm.cache;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Sequences of accesses that a cache of a given size is compared on. The same seed gives the same trace. */
final class Traces {
    /** Keys that are drawn from by Zipf's law. */
    static final int HOT_KEYS = 1 << 16;

    private static final int ACCESSES = 600_000;
    private static final int SCAN_EVERY = 2_000;

    /** A trace, and the cache it is for. */
    static final class Trace {
        private final String name;
        private final int percent; // the size of the cache, in percent of the keys
        private final int[] keys;

        private Trace(String name, int percent, int[] keys) {
            this.name = name;
            this.percent = percent;
            this.keys = keys;
        }

        int capacity() {
            return HOT_KEYS * percent / 100;
        }

        IntStream keys() {
            return Arrays.stream(keys);
        }

        int length() {
            return keys.length;
        }

        int keyCount() {
            return keys().max().orElse(0) + 1;
        }

        @Override
        public String toString() {
            return "%s, cache %d %%".formatted(name, percent);
        }
    }

    private Traces() {}

    static List<Trace> all() {
        return List.of(
                zipf(0.99, 1, false),
                zipf(0.99, 10, false),
                zipf(0.99, 1, true),
                zipf(0.99, 10, true),
                zipf(0.70, 1, false),
                zipf(0.70, 10, false),
                zipf(0.70, 1, true),
                zipf(0.70, 10, true),
                loop(10));
    }

    /** Draws by Zipf's law; with scans, every 2,000 draws are followed by 2,000 keys that are never used again. */
    private static Trace zipf(double exponent, int percent, boolean scans) {
        Zipf zipf = new Zipf(HOT_KEYS, exponent, new SplittableRandom(percent + (scans ? 100 : 0)));
        int[] names = shuffled(HOT_KEYS);
        int[] keys = new int[ACCESSES];
        int fresh = HOT_KEYS;
        for (int i = 0; i < ACCESSES; i++) {
            boolean scanning = scans && i / SCAN_EVERY % 2 == 1;
            keys[i] = scanning ? fresh++ : names[zipf.next()];
        }
        String name = "Zipf %.2f%s".formatted(exponent, scans ? " with scans" : "");
        return new Trace(name, percent, keys);
    }

    /** Round and round, over a tenth more than fits. */
    private static Trace loop(int percent) {
        int capacity = HOT_KEYS * percent / 100;
        int length = capacity + capacity / 10;
        int[] keys = new int[ACCESSES];
        for (int i = 0; i < ACCESSES; i++) {
            keys[i] = i % length;
        }
        return new Trace("loop of 1.1 times the cache", percent, keys);
    }

    private static int[] shuffled(int count) {
        SplittableRandom random = new SplittableRandom(7);
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            numbers[i] = numbers[j];
            numbers[j] = i;
        }
        return numbers;
    }

    /** Numbers from 0 on; {@code i} comes with a chance proportional to {@code (i + 1)^-exponent}. */
    static final class Zipf {
        private final double[] cumulative;
        private final SplittableRandom random;

        Zipf(int count, double exponent, SplittableRandom random) {
            this.random = random;
            this.cumulative = new double[count];
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += Math.pow(i + 1, -exponent);
                cumulative[i] = sum;
            }
        }

        int next() {
            double drawn = random.nextDouble() * cumulative[cumulative.length - 1];
            int index = Arrays.binarySearch(cumulative, drawn);
            return Math.min(index < 0 ? -index - 1 : index, cumulative.length - 1);
        }
    }
}
