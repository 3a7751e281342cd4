package dev.ring3.server.metrics;

import dev.ring3.fs.vfs.ObservedOperation;
import java.util.Arrays;

/** What operations have come to, since the start or over some time. Immutable. */
public final class OperationTotals {
    // Of one operation, one after the other: how many took how long, by class, then the rest.
    private static final int NANOS = LatencyScale.CLASSES;
    private static final int BYTES = NANOS + 1;
    private static final int FAILURES = NANOS + 2;
    private static final int COUNT = NANOS + 3;

    /** Values of one operation, rounded up to whole cache lines. */
    private static final int WIDTH = (NANOS + 4 + 7) / 8 * 8;

    private static final ObservedOperation[] OPERATIONS = ObservedOperation.values();

    static final int LENGTH = OPERATIONS.length * WIDTH;

    /** Nothing. */
    public static final OperationTotals NONE = new OperationTotals(new long[LENGTH]);

    private final long[] values;

    OperationTotals(long[] values) {
        this.values = values;
    }

    static int indexOfClass(ObservedOperation operation, int latencyClass) {
        return operation.ordinal() * WIDTH + latencyClass;
    }

    static int indexOfNanos(ObservedOperation operation) {
        return operation.ordinal() * WIDTH + NANOS;
    }

    static int indexOfBytes(ObservedOperation operation) {
        return operation.ordinal() * WIDTH + BYTES;
    }

    static int indexOfCount(ObservedOperation operation) {
        return operation.ordinal() * WIDTH + COUNT;
    }

    static int indexOfFailures(ObservedOperation operation) {
        return operation.ordinal() * WIDTH + FAILURES;
    }

    /** How many ended, with success or without. */
    public long count(ObservedOperation operation) {
        return values[indexOfCount(operation)];
    }

    /** How many had no effect. */
    public long failures(ObservedOperation operation) {
        return values[indexOfFailures(operation)];
    }

    /** Bytes of content that they moved. */
    public long bytes(ObservedOperation operation) {
        return values[indexOfBytes(operation)];
    }

    /** How long they took together; an estimate for frequent kinds, as {@link #latencies(ObservedOperation)}. */
    public long nanos(ObservedOperation operation) {
        return values[indexOfNanos(operation)];
    }

    /**
     * How many took how long, by class of {@link LatencyScale}. Of frequent kinds each that was timed stands for {@link
     * ObservedOperation#weight} of them.
     */
    public long[] latencies(ObservedOperation operation) {
        int from = indexOfClass(operation, 0);
        return Arrays.copyOfRange(values, from, from + LatencyScale.CLASSES);
    }

    /** What came since an earlier moment. */
    OperationTotals since(OperationTotals earlier) {
        long[] growth = new long[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            growth[i] = values[i] - earlier.values[i];
        }
        return new OperationTotals(growth);
    }

    OperationTotals plus(OperationTotals other) {
        long[] sum = new long[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            sum[i] = values[i] + other.values[i];
        }
        return new OperationTotals(sum);
    }
}
