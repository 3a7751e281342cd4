package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random walks of a range together with one of its values, the witness, which no step may lose. */
final class RangeRandom {
    private static final AluOp[] OPS = AluOp.values();
    private static final Condition[] CONDITIONS = Condition.values();
    private static final Size[] SIZES = Size.values();
    private static final SwapKind[] SWAPS = SwapKind.values();

    private final Random random;

    RangeRandom(Random random) {
        this.random = random;
    }

    /** A range and a value in it. */
    record Witnessed(Range range, long witness) {}

    int nextInt(int bound) {
        return random.nextInt(bound);
    }

    long nextLong() {
        return random.nextLong();
    }

    Width width() {
        return random.nextBoolean() ? Width.BITS_32 : Width.BITS_64;
    }

    Condition condition() {
        return CONDITIONS[random.nextInt(CONDITIONS.length)];
    }

    /** Mostly near zero, a power of two or the ends. */
    long number() {
        long near = random.nextInt(9) - 4L;
        return switch (random.nextInt(8)) {
            case 0 -> near;
            case 1 -> (1L << random.nextInt(64)) + near;
            case 2 -> -(1L << random.nextInt(64)) + near;
            case 3 -> random.nextInt(512) - 256;
            case 4 -> random.nextInt();
            case 5 -> Integer.toUnsignedLong(random.nextInt());
            case 6 -> random.nextLong() >> random.nextInt(64);
            default -> random.nextLong();
        };
    }

    Witnessed start() {
        long witness = number();
        Range range = switch (random.nextInt(5)) {
            case 0 -> Range.constant(witness);
            case 1 -> Range.UNKNOWN;
            case 2 -> Range.constant(witness).union(Range.constant(number()));
            case 3 -> {
                long mask = number();
                mask &= number();
                yield Range.ofBits(new Tnum(witness & ~mask, mask));
            }
            default -> {
                long other = number();
                yield witness <= other ? Range.signed(witness, other) : Range.signed(other, witness);
            }
        };
        return new Witnessed(range, witness);
    }

    /** One step; what it does goes to the log, if there is one. Null if a comparison or branch lost a witness. */
    @Nullable
    Witnessed step(Witnessed from, @Nullable StringBuilder log) {
        Range range = from.range();
        long witness = from.witness();
        Width width = width();
        Size size = SIZES[random.nextInt(SIZES.length)];
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                AluOp op = OPS[random.nextInt(OPS.length)];
                Witnessed right = random.nextInt(4) == 0 ? from : start();
                note(log, op, width, right);
                yield new Witnessed(
                        range.alu(width, op, right.range()), RangeReference.alu(width, op, witness, right.witness()));
            }
            case 3, 4, 5, 6 -> branch(from, width, log);
            case 7 -> {
                long other = number();
                note(log, "union", Range.constant(other));
                yield new Witnessed(range.union(Range.constant(other)), witness);
            }
            case 8 -> {
                note(log, "sign extension", size, width);
                yield new Witnessed(range.signExtend(size, width), RangeReference.signExtend(size, width, witness));
            }
            default -> {
                SwapKind kind = SWAPS[random.nextInt(SWAPS.length)];
                note(log, kind, size);
                yield new Witnessed(range.swap(kind, size), RangeReference.swap(kind, size, witness));
            }
        };
    }

    private static void note(@Nullable StringBuilder log, Object... parts) {
        if (log != null) {
            for (Object part : parts) {
                log.append(part).append(' ');
            }
            log.append(System.lineSeparator());
        }
    }

    /** Takes the branch that the witness takes, with the range on either side. */
    private @Nullable Witnessed branch(Witnessed from, Width width, @Nullable StringBuilder log) {
        Condition condition = condition();
        Witnessed other = start();
        boolean left = random.nextBoolean();
        Witnessed a = left ? from : other;
        Witnessed b = left ? other : from;
        boolean holds = RangeReference.test(width, condition, a.witness(), b.witness());
        note(log, condition, width, left ? "right" : "left", other, "is", holds);
        RangeTruth truth = a.range().test(width, condition, b.range());
        RangePair pair = Range.refine(width, condition, a.range(), b.range(), holds);
        if (pair == null
                || truth == (holds ? RangeTruth.NEVER : RangeTruth.ALWAYS)
                || !a.range().contains(pair.left())
                || !b.range().contains(pair.right())
                || !pair.left().contains(a.witness())
                || !pair.right().contains(b.witness())) {
            return null;
        }
        return new Witnessed(left ? pair.left() : pair.right(), from.witness());
    }
}
