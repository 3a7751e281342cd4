package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Width;
import dev.ring3.bpf.verifier.RangeCases.Case;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/** Looks for a value that an operation on ranges has lost; what it returns is the first such counterexample. */
final class RangeChecker {
    private RangeChecker() {}

    static Optional<String> unary(List<Case> cases, UnaryOperator<Range> tested, LongUnaryOperator reference) {
        for (Case a : cases) {
            Range result = tested.apply(a.range());
            Optional<String> flaw = flaw(result);
            if (flaw.isPresent()) {
                return flaw.map(text -> "%s gives %s".formatted(a, text));
            }
            for (long x : a.members()) {
                long expected = reference.applyAsLong(x);
                if (!result.contains(expected)) {
                    return Optional.of("%s gives %s, but 0x%x gives 0x%x".formatted(a, result, x, expected));
                }
            }
        }
        return Optional.empty();
    }

    static Optional<String> binary(
            List<Case> lefts, List<Case> rights, BinaryOperator<Range> tested, LongBinaryOperator reference) {
        for (Case a : lefts) {
            for (Case b : rights) {
                Range result = tested.apply(a.range(), b.range());
                Optional<String> flaw = flaw(result);
                if (flaw.isPresent()) {
                    return flaw.map(text -> "%s and %s give %s".formatted(a, b, text));
                }
                for (long x : a.members()) {
                    for (long y : b.members()) {
                        long expected = reference.applyAsLong(x, y);
                        if (!result.contains(expected)) {
                            return Optional.of("%s and %s give %s, but 0x%x and 0x%x give 0x%x"
                                    .formatted(a, b, result, x, y, expected));
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** A comparison and both its branches. */
    static Optional<String> branches(List<Case> lefts, List<Case> rights, Width width, Condition condition) {
        for (Case a : lefts) {
            for (Case b : rights) {
                Optional<String> found = branch(a, b, width, condition);
                if (found.isPresent()) {
                    return found.map(text -> "%s %s %s %s: %s".formatted(a, condition, width, b, text));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> branch(Case a, Case b, Width width, Condition condition) {
        RangeTruth truth = a.range().test(width, condition, b.range());
        for (boolean holds : new boolean[] {true, false}) {
            RangePair pair = Range.refine(width, condition, a.range(), b.range(), holds);
            if (pair != null) {
                Optional<String> flaw = flaw(pair.left()).or(() -> flaw(pair.right()));
                if (flaw.isPresent()) {
                    return flaw;
                }
                if (!a.range().contains(pair.left()) || !b.range().contains(pair.right())) {
                    return Optional.of("wider if %s: %s".formatted(holds, pair));
                }
            }
            for (long x : a.members()) {
                for (long y : b.members()) {
                    if (RangeReference.test(width, condition, x, y) != holds) {
                        continue;
                    }
                    if (truth == (holds ? RangeTruth.NEVER : RangeTruth.ALWAYS)) {
                        return Optional.of("%s, but not for 0x%x and 0x%x".formatted(truth, x, y));
                    }
                    if (pair == null
                            || !pair.left().contains(x)
                            || !pair.right().contains(y)) {
                        return Optional.of("if %s: %s loses 0x%x and 0x%x".formatted(holds, pair, x, y));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** What normalisation promises: the ends of each view are values that the number can have. */
    static Optional<String> flaw(Range range) {
        if (!range.contains(range.unsignedMin())
                || !range.contains(range.unsignedMax())
                || !range.contains(range.signedMin())
                || !range.contains(range.signedMax())) {
            return Optional.of("an end that is no member in " + range);
        }
        boolean empty32 = range.unsignedMin32() > range.unsignedMax32() || range.signedMin32() > range.signedMax32();
        return empty32 ? Optional.of("an empty low half in " + range) : Optional.empty();
    }
}
