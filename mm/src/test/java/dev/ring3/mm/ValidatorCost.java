package dev.ring3.mm;

import dev.ring3.mm.lock.LockClass;
import dev.ring3.mm.lock.LockValidator;
import dev.ring3.mm.lock.ValidatedLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/** Measures, in a JVM of its own, what locks and allocations cost; the validator is on or off as that JVM was told. */
final class ValidatorCost {
    private static final int ROUNDS = 60;
    private static final int OPERATIONS = 100_000;

    private ValidatorCost() {}

    /** Writes a line for each case, name and nanoseconds, to the file that the argument names. */
    public static void main(String[] arguments) throws IOException {
        ReentrantLock plain = new ReentrantLock();
        ValidatedLock outer = new ValidatedLock(LockClass.named("outer"));
        ValidatedLock validated = new ValidatedLock(LockClass.named("inner"));
        FrameAllocator frames = FrameAllocator.create(16L << 20);
        long[] out = new long[64];
        List<Case> cases = List.of(
                new Case("plain lock", () -> {
                    plain.lock();
                    try {
                        out[0]++;
                    } finally {
                        plain.unlock();
                    }
                }),
                new Case("validated lock", () -> {
                    validated.lock();
                    try {
                        out[0]++;
                    } finally {
                        validated.unlock();
                    }
                }),
                new Case("allocate and free", () -> frames.free(frames.allocate(FolioOrder.PAGE), FolioOrder.PAGE)),
                new Case(
                        "validated lock under another, allocate and free",
                        () -> outer.run(() -> {
                            validated.lock();
                            validated.unlock();
                            frames.free(frames.allocate(FolioOrder.PAGE), FolioOrder.PAGE);
                        })),
                new Case("64 allocated, then freed", () -> {
                    for (int i = 0; i < out.length; i++) {
                        out[i] = frames.allocate(FolioOrder.PAGE);
                    }
                    for (long frame : out) {
                        frames.free(frame, FolioOrder.PAGE);
                    }
                }));
        List<String> lines = new ArrayList<>();
        lines.add("validator " + LockValidator.ENABLED);
        for (Case one : cases) {
            lines.add(one.name() + "\t" + String.format(Locale.ROOT, "%.1f", one.bestNanos()));
        }
        Files.write(Path.of(arguments[0]), lines);
        frames.close();
    }

    private record Case(String name, Runnable operation) {
        /** The best round: on a machine that does other things too, the least disturbed one. */
        double bestNanos() {
            double best = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                for (int i = 0; i < OPERATIONS; i++) {
                    operation.run();
                }
                best = Math.min(best, (System.nanoTime() - start) / (double) OPERATIONS);
            }
            return best;
        }
    }
}
