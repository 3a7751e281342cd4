package dev.ring3.bpf.verifier;

import java.util.List;

/**
 * A mistake in one rule of the verifier, as a change of its source. The harness is worth something if it finds these.
 *
 * @param name what the wrong rule does
 * @param file the source file, without {@code .java}
 * @param from what stands there, once
 * @param to what is put there
 */
public record SeededFault(String name, String file, String from, String to) {
    /** One fault for each of the rules that soundness rests on. */
    static List<SeededFault> all() {
        return List.of(
                new SeededFault(
                        "packet: one byte too many", "Bounds", "end > pointer.room)", "end > pointer.room + 1)"),
                new SeededFault(
                        "packet: a comparison tells of one byte too many",
                        "Packets",
                        "case GREATER -> holds ? Scalar.NO_ROOM : distance;",
                        "case GREATER -> holds ? Scalar.NO_ROOM : distance + 1;"),
                new SeededFault("room survives a subtraction that wraps", "Room", "return wraps || ", "return "),
                new SeededFault(
                        "packet: a comparison tells of offsets below 0",
                        "Packets",
                        "&& scalar.range.signedMin() >= 0",
                        ""),
                new SeededFault(
                        "memory: offsets below 0",
                        "Bounds",
                        "if (place.min() < 0 || place.max() > size - bytes)",
                        "if (place.max() > size - bytes)"),
                new SeededFault(
                        "memory: one byte too many",
                        "Bounds",
                        "place.max() > size - bytes)",
                        "place.max() > size - bytes + 1)"),
                new SeededFault(
                        "null is dereferenced",
                        "Bounds",
                        "if (pointer.nullable) {",
                        "if (pointer.nullable && register == Register.R9) {"),
                new SeededFault(
                        "read-only maps are written",
                        "Bounds",
                        "requireAllowed(place, write ? map.programsMayWrite() : map.programsMayRead(), write)",
                        "requireAllowed(place, true, write)"),
                new SeededFault(
                        "stack: only the first byte of a read must be written",
                        "StackSteps",
                        "!slot.isWritten(within, here)",
                        "!slot.isWritten(within, 1)"),
                new SeededFault(
                        "stack: values survive a store at a variable offset",
                        "StackSteps",
                        "frame.slot(index).maybeOverwritten(within, here)",
                        "frame.slot(index)"),
                new SeededFault(
                        "32-bit addition is one of 64 bits",
                        "Range",
                        "RangeAlu.apply(width, op, this, right)",
                        "RangeAlu.apply(op == AluOp.ADD ? Width.BITS_64 : width, op, this, right)"),
                new SeededFault(
                        "a signed comparison refines as an unsigned one",
                        "Range",
                        "refine(width, condition, left, right, holds)",
                        "refine(width, condition == Condition.SIGNED_GREATER ? Condition.GREATER : condition, left, right, holds)"),
                new SeededFault(
                        "copies by 32-bit operations stay copies",
                        "ArithmeticSteps",
                        "boolean plusConstant = alu.width() == Width.BITS_64 && b.isConstant();",
                        "boolean plusConstant = b.isConstant();"),
                new SeededFault(
                        "copies are told without their distance",
                        "BranchSteps",
                        "long distance = other.delta - now.delta;",
                        "long distance = 0;"),
                new SeededFault(
                        "pruning: offsets of pointers need not be alike",
                        "PointerSteps",
                        "Dependency.mark(scalar.dependency); // offsets decide what is accepted",
                        ""),
                new SeededFault(
                        "pruning: decisions need not be alike",
                        "BranchSteps",
                        "Dependency.mark(a.dependency);\n",
                        "\n"),
                new SeededFault(
                        "pruning: what is read from the stack need not be alike",
                        "StackSteps",
                        "Dependency.mark(slot.read());",
                        ""),
                new SeededFault(
                        "pruning: bytes stored as zero need not be alike",
                        "StackSteps",
                        "ArgumentChecks.mark(stored); // the slot may remember only that these bytes are zero",
                        ""),
                new SeededFault(
                        "pruning: numbers that pointers are compared with need not be alike",
                        "BranchSteps",
                        "mark(left); // what is learned of the pointer depends on the number\n            mark(right);",
                        ""),
                new SeededFault(
                        "pruning: callbacks may run more often than before",
                        "StateComparison",
                        "if (old.frame(depth).callbackDepth > state.frame(depth).callbackDepth) {",
                        "if (old.frame(depth).callbackDepth < 0) {"),
                new SeededFault(
                        "pruning: a register is not compared",
                        "StateComparison",
                        "if ((live >> i & 1) != 0 &&",
                        "if (i != 8 && (live >> i & 1) != 0 &&"),
                new SeededFault(
                        "pruning: ranges are compared the wrong way round",
                        "StateComparison",
                        "return old.range.contains(now.range)",
                        "return now.range.contains(old.range)"),
                new SeededFault(
                        "callbacks return anything",
                        "CallbackSteps",
                        "        requireResult(\n                result, caller != null && caller.has(Effect.CALLS_FOR_EACH_NUMBER) ? Range.UNKNOWN : GO_ON_OR_STOP);\n",
                        ""),
                new SeededFault("what was given back is used", "CallSteps", "        forget(state, resource);\n", ""),
                new SeededFault(
                        "a lookup by a known index: one element too many",
                        "CallSteps",
                        "< map.maxEntries()",
                        "<= map.maxEntries()"));
    }
}
