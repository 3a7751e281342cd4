package dev.ring3.bpf.insn;

import java.util.Random;

/** The seed of one random test; {@code -Dring3.seed=N} sets it. */
record Seed(Class<?> test, long value) {

    static Seed of(Class<?> test) {
        return new Seed(test, Long.getLong("ring3.seed", System.nanoTime()));
    }

    Random random() {
        return new Random(value);
    }

    /** How to see a failure again, for the message of an assertion. */
    @Override
    public String toString() {
        return "seed %d: mvn -pl bpf test -Dtest=%s -Dring3.seed=%d".formatted(value, test.getSimpleName(), value);
    }
}
