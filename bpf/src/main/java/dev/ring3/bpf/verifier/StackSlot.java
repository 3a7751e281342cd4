package dev.ring3.bpf.verifier;

import org.jspecify.annotations.Nullable;

/**
 * Eight bytes of stack. Each byte is unwritten, or written with something; of bytes that are known to be zero that is
 * known too, unless they are part of a value. A value that was stored whole lies at byte 0 ({@code low}), one of at most four bytes also at byte 4
 * ({@code high}). Immutable.
 *
 * @param lowBytes how many bytes {@code low} takes, 0 if there is none
 * @param highBytes how many bytes {@code high} takes, 0 if there is none
 * @param written a bit for each byte
 * @param zero a bit for each byte
 * @param read marked if a continuation of the checkpoint that holds this slot reads it
 */
record StackSlot(
        Value low,
        int lowBytes,
        Value high,
        int highBytes,
        int written,
        int zero,
        @Nullable Dependency read) {
    static final int BYTES = 8;
    static final int ALL = 0xff;
    private static final int HALF = 4;

    static final StackSlot EMPTY = new StackSlot(Value.NOTHING, 0, Value.NOTHING, 0, 0, 0, null);

    /** A slot that holds a whole value. */
    static StackSlot of(Value value) {
        return new StackSlot(value, BYTES, Value.NOTHING, 0, ALL, 0, null);
    }

    private static int mask(int at, int bytes) {
        return ((1 << bytes) - 1) << at;
    }

    /** This slot after a store of a value of some bytes. */
    StackSlot store(int at, int bytes, Value value) {
        if (bytes == BYTES) {
            return of(value);
        }
        boolean whole = value instanceof Scalar && bytes <= HALF && (at == 0 || at == HALF);
        boolean isZero = value instanceof Scalar scalar && scalar.isConstant() && scalar.range.constantValue() == 0;
        StackSlot cut = overwritten(at, bytes, isZero && !whole);
        if (whole && at == 0) {
            return new StackSlot(value, bytes, cut.high, cut.highBytes, cut.written, cut.zero, cut.read);
        }
        if (whole) {
            return new StackSlot(cut.low, cut.lowBytes, value, bytes, cut.written, cut.zero, cut.read);
        }
        return cut;
    }

    /** This slot after some bytes were written with something, or with zeros. */
    StackSlot overwritten(int at, int bytes, boolean isZero) {
        int bits = mask(at, bytes);
        boolean keepsLow = at >= lowBytes;
        boolean keepsHigh = at + bytes <= HALF || at >= HALF + highBytes;
        boolean all = bits == ALL;
        return new StackSlot(
                keepsLow ? low : Value.NOTHING,
                keepsLow ? lowBytes : 0,
                keepsHigh ? high : Value.NOTHING,
                keepsHigh ? highBytes : 0,
                written | bits,
                isZero ? zero | bits : zero & ~bits,
                all ? null : read);
    }

    /** This slot after a store that may have hit some bytes or not: what was written stays so, nothing more is known. */
    StackSlot maybeOverwritten(int at, int bytes) {
        int bits = mask(at, bytes);
        boolean keepsLow = at >= lowBytes;
        boolean keepsHigh = at + bytes <= HALF || at >= HALF + highBytes;
        return new StackSlot(
                keepsLow ? low : Value.NOTHING,
                keepsLow ? lowBytes : 0,
                keepsHigh ? high : Value.NOTHING,
                keepsHigh ? highBytes : 0,
                written,
                zero & ~bits,
                read);
    }

    boolean isWritten(int at, int bytes) {
        return (written & mask(at, bytes)) == mask(at, bytes);
    }

    boolean isZero(int at, int bytes) {
        return (zero & mask(at, bytes)) == mask(at, bytes);
    }

    /** A pointer or an iterator in these bytes, or null. */
    @Nullable
    Value untouchable(int at, int bytes) {
        return lowBytes == BYTES && !(low instanceof Scalar) && bytes > 0 && at < BYTES ? low : null;
    }

    /** The value that was stored with exactly these bytes, or null. */
    @Nullable
    Value exactly(int at, int bytes) {
        if (at == 0 && lowBytes == bytes) {
            return low;
        }
        return at == HALF && highBytes == bytes ? high : null;
    }

    /** The number of which these bytes are the lower part, or null. */
    @Nullable
    Scalar lowerPart(int at, int bytes) {
        if (at == 0 && lowBytes >= bytes && low instanceof Scalar scalar) {
            return scalar;
        }
        return at == HALF && highBytes >= bytes && high instanceof Scalar scalar ? scalar : null;
    }

    StackSlot withRead(@Nullable Dependency other) {
        return new StackSlot(low, lowBytes, high, highBytes, written, zero, other);
    }

    StackSlot withValues(Value newLow, Value newHigh) {
        return new StackSlot(newLow, lowBytes, newHigh, highBytes, written, zero, read);
    }
}
