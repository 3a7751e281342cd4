package dev.ring3.bpf.verifier;

import java.util.List;

/** Mistakes in the compiler, as changes of its source: in what it takes for known, in what it emits, in what it calls. */
final class EngineFaults {
    private EngineFaults() {}

    static List<SeededFault> all() {
        return List.of(
                new SeededFault(
                        "a 32-bit comparison tells of 64 bits",
                        "JitConditions",
                        "if (!left.isPositiveInt() || !right.isPositiveInt()) {",
                        "if (left.equals(right)) {"),
                new SeededFault(
                        "what is greater than a positive number is positive",
                        "JitConditions",
                        "case GREATER -> bothPositive ?",
                        "case GREATER -> other.isNotNegative() ?"),
                new SeededFault(
                        "what is not less, as a signed number, is not negative",
                        "JitConditions",
                        "case SIGNED_GREATER_OR_EQUAL -> value.meet(other.low(), Long.MAX_VALUE);",
                        "case SIGNED_GREATER_OR_EQUAL -> value.meet(Math.max(0, other.low()), Long.MAX_VALUE);"),
                new SeededFault(
                        "what one register is found to be its copy is, whatever was added",
                        "JitState",
                        "range.plus(JitRange.of(deltas[other] - delta))",
                        "range"),
                new SeededFault(
                        "sums do not wrap",
                        "JitRange",
                        "return (wraps ? ALL : new JitRange(newLow, newHigh))",
                        "return (wraps ? new JitRange(0, INT_MAX) : new JitRange(newLow, newHigh))"),
                new SeededFault(
                        "a number that is not negative and another: never above the second",
                        "JitRange",
                        "a.isNotNegative() ? new JitRange(0, a.high) : b.isNotNegative()",
                        "a.isNotNegative() ? new JitRange(0, Math.max(0, b.high)) : b.isNotNegative()"),
                new SeededFault(
                        "sign-extending loads are not negative",
                        "JitRanges",
                        "            return new JitRange(-max - 1, max);\n",
                        "            return new JitRange(0, max);\n"),
                new SeededFault(
                        "ranges are those of the first round of a loop",
                        "JitRanges",
                        "JitRange joined = old.join(other);",
                        "JitRange joined = visit < 1 ? old.join(other) : old;"),
                new SeededFault(
                        "shifts by a number in a range leave the most zeros",
                        "JitRange",
                        "a.zeros + (int) b.low",
                        "a.zeros + (int) b.high"),
                new SeededFault(
                        "accesses that begin in what the program was called with end there",
                        "JitState",
                        "place.isIn(0, entryBytesMin - bytes)",
                        "place.isIn(0, entryBytesMin)"),
                new SeededFault(
                        "accesses that begin in the frame end there",
                        "JitState",
                        "place.isIn(-Execution.FRAME_BYTES, -bytes)",
                        "place.isIn(-Execution.FRAME_BYTES, 0)"),
                new SeededFault(
                        "where paths meet, there is as much memory as on one",
                        "JitRanges",
                        "Math.min(known.entryBytesMin, state.entryBytesMin)",
                        "Math.max(known.entryBytesMin, state.entryBytesMin)"),
                new SeededFault(
                        "pointers stay where they were before a loop",
                        "JitRanges",
                        "new JitPointer(old.area(), joined(old.offset(), other.offset(), visit))",
                        "new JitPointer(old.area(), old.offset())"),
                new SeededFault(
                        "the way to the next test of fuel is any",
                        "JitLoops",
                        "behind = Math.max(behind, need(successor));",
                        "behind = need(successor);"),
                new SeededFault(
                        "there are as many turns as there is fuel for, whatever comes behind the loop",
                        "JitFuel",
                        "loadConstant(loops.need(start) - turn)",
                        "loadConstant(0)"),
                new SeededFault(
                        "sign-extending loads are ints", "JitKinds", "!load.signed() && (load.size()", "(load.size()"),
                new SeededFault(
                        "where paths meet, ints of one are ints",
                        "JitKinds",
                        "known == null ? after : known & after;",
                        "known == null ? after : known | after;"),
                new SeededFault(
                        "logical shift of ints keeps the sign",
                        "JitArithmetic",
                        "case RSH -> either(ints, c::iushr, c::lushr);",
                        "case RSH -> either(ints, c::ishr, c::lushr);"),
                new SeededFault(
                        "division by what may be zero",
                        "JitArithmetic",
                        "dividend.isNotNegative() && divisor.low() > 0;",
                        "dividend.isNotNegative() && divisor.low() >= 0;"),
                new SeededFault(
                        "unsigned division of ints with sign",
                        "JitArithmetic",
                        "m.state.range(dst).isPositiveInt() && divisor.isIn(1, JitRange.INT_MAX)",
                        "divisor.isIn(1, JitRange.INT_MAX)"),
                new SeededFault(
                        "halves are extended without sign",
                        "JitArithmetic",
                        "case HALF -> c.conversion(TypeKind.INT, TypeKind.SHORT);",
                        "case HALF -> c.conversion(TypeKind.INT, TypeKind.CHAR);"),
                new SeededFault(
                        "swapped halves keep what was above", "JitArithmetic", "c.loadConstant(0xffff).iand();", ""),
                new SeededFault(
                        "comparison with sign if one side is positive",
                        "JitJumps",
                        "boolean sameSigned = left.isPositiveInt() && right.isPositiveInt();",
                        "boolean sameSigned = left.isPositiveInt() || right.isPositiveInt();"),
                new SeededFault(
                        "64-bit numbers are compared as ints if one is",
                        "JitJumps",
                        "JitKinds.isInt(jump.left(), m.ints) && JitKinds.isInt(jump.right(), m.ints)",
                        "JitKinds.isInt(jump.left(), m.ints) || JitKinds.isInt(jump.right(), m.ints)"),
                new SeededFault(
                        "bits are tested for being positive",
                        "JitJumps",
                        "c.iand().ifne(target);",
                        "c.iand().ifgt(target);"),
                new SeededFault(
                        "the frame is one byte longer",
                        "JitState",
                        "place.isIn(-Execution.FRAME_BYTES, -bytes)",
                        "place.isIn(-Execution.FRAME_BYTES - 1, -bytes)"),
                new SeededFault(
                        "memory is longer than it is",
                        "JitSupport",
                        "Math.max(0, bytes - size + 1)",
                        "Math.max(0, bytes - size + 9)"),
                new SeededFault(
                        "stores ask whether they may read",
                        "JitAccess",
                        "check(\"writable\", store.base(), store.offset(), bytes, slot);\n        if",
                        "check(\"readable\", store.base(), store.offset(), bytes, slot);\n        if"),
                new SeededFault("words are aligned", "JitAccess", "if (bytes > 1) {", "if (bytes != 4) {"),
                new SeededFault(
                        "a compare-exchange gives its result to its source",
                        "JitAccess",
                        "int result = compares ? 0 : atomic.source().number();",
                        "int result = atomic.source().number();"),
                new SeededFault(
                        "callees leave their callers' scratch registers alone",
                        "JitCalls",
                        "            m.save();\n            c.labelBinding(noCaller);",
                        "            c.labelBinding(noCaller);"),
                new SeededFault(
                        "programs that are followed by others are not counted",
                        "JitProgram",
                        "case Insn.CallHelper(int number) -> mayTailCall(image, number);",
                        ""),
                new SeededFault(
                        "verified programs are never interpreted for their budget",
                        "JitCode",
                        "if (x.budget() < insnsMax) {",
                        "if (x.budget() < 0) {"),
                new SeededFault(
                        "parts of long functions begin where they are left",
                        "JitParts",
                        ".if_icmpge(other);",
                        ".if_icmpgt(other);"));
    }
}
