package dev.ring3.fs;

/**
 * The number of an atomic batch. Numbers ascend in the order in which batches took effect, with gaps, also over
 * restarts; a number that was lost in a crash before it was durable may come again.
 *
 * @param value 0 for none, else positive
 */
public record TransactionId(long value) implements Comparable<TransactionId> {
    /** Before all transactions: always durable. */
    public static final TransactionId NONE = new TransactionId(0);

    public TransactionId {
        if (value < 0) {
            throw new IllegalArgumentException("transaction " + value);
        }
    }

    @Override
    public int compareTo(TransactionId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return "transaction " + value;
    }
}
