package dev.ring3.bpf.btf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Whether the host's type has all that the object's declares, the question of TYPE_MATCHES: the same names but for
 * flavours, the same kinds; integers of the same size and sign; every member and every enumerator, in any order; behind
 * a pointer only the name of a struct counts, and a forward declaration stands for it.
 *
 * <p>Every pair of types is compared once. One that is still being compared counts as matching, so that a function that
 * takes itself as a parameter comes to an end.
 */
final class TypeMatch {
    private final Btf local;
    private final Btf target;
    private final Map<Question, Boolean> answers = new HashMap<>();

    TypeMatch(Btf local, Btf target) {
        this.local = local;
        this.target = target;
    }

    private record Question(int localId, int targetId, boolean behindPointer) {}

    /** One question; a new object for the next. */
    boolean matches(int localId, int targetId) {
        return matches(localId, targetId, false, 0);
    }

    private boolean matches(int localRoot, int targetRoot, boolean behindPointer, int depth) {
        if (depth == Btf.RESOLVE_DEPTH_MAX) {
            throw new BtfException(
                    local.offset(localRoot),
                    "type %d is reached through more than %d types".formatted(localRoot, depth));
        }
        int localId = local.strip(localRoot);
        int targetId = target.strip(targetRoot);
        BtfType one = local.type(localId);
        BtfType other = target.type(targetId);
        if (!EssentialName.matches(one.name(), other.name())) {
            return false;
        }
        return switch (one) {
            case BtfType.Pointer pointer ->
                other instanceof BtfType.Pointer otherPointer
                        && matches(pointer.typeId(), otherPointer.typeId(), true, depth + 1);
            case BtfType.Array array ->
                other instanceof BtfType.Array otherArray
                        && array.count() == otherArray.count()
                        && matches(array.elementTypeId(), otherArray.elementTypeId(), behindPointer, depth + 1);
            case BtfType.Prototype prototype ->
                other instanceof BtfType.Prototype otherPrototype
                        && once(
                                new Question(localId, targetId, behindPointer),
                                () -> prototypesMatch(prototype, otherPrototype, behindPointer, depth + 1));
            case BtfType.Composite _ when behindPointer -> namedAlike(one, other);
            case BtfType.Composite composite ->
                one.kind() == other.kind()
                        && other instanceof BtfType.Composite otherComposite
                        && once(
                                new Question(localId, targetId, false),
                                () -> membersMatch(composite, otherComposite, depth + 1));
            case BtfType.VoidType _ -> other instanceof BtfType.VoidType;
            case BtfType.Forward _ -> (behindPointer || other instanceof BtfType.Forward) && namedAlike(one, other);
            case BtfType.Enumeration enumeration ->
                other instanceof BtfType.Enumeration otherEnumeration
                        && enumeratorsMatch(enumeration, otherEnumeration);
            case BtfType.Int integer ->
                other instanceof BtfType.Int otherInteger
                        && integer.sizeBytes() == otherInteger.sizeBytes()
                        && (integer.encoding() == BtfType.Encoding.SIGNED)
                                == (otherInteger.encoding() == BtfType.Encoding.SIGNED);
            case BtfType.FloatType _,
                    BtfType.Function _,
                    BtfType.Variable _,
                    BtfType.DataSection _,
                    BtfType.DeclarationTag _,
                    BtfType.Typedef _,
                    BtfType.Volatile _,
                    BtfType.Const _,
                    BtfType.Restrict _,
                    BtfType.TypeTag _ -> false;
        };
    }

    /** Behind a pointer: both structs or both unions, defined or not. */
    private static boolean namedAlike(BtfType one, BtfType other) {
        return isComposite(one) && isComposite(other) && isUnion(one) == isUnion(other);
    }

    private static boolean isComposite(BtfType type) {
        return type instanceof BtfType.Composite || type instanceof BtfType.Forward;
    }

    private static boolean isUnion(BtfType type) {
        return type instanceof BtfType.Union || (type instanceof BtfType.Forward forward && forward.union());
    }

    private boolean once(Question question, BooleanSupplier compare) {
        Boolean known = answers.putIfAbsent(question, true);
        if (known != null) {
            return known;
        }
        boolean answer = compare.getAsBoolean();
        answers.put(question, answer);
        return answer;
    }

    private boolean prototypesMatch(BtfType.Prototype one, BtfType.Prototype other, boolean behindPointer, int depth) {
        List<BtfType.Parameter> ours = one.parameters();
        List<BtfType.Parameter> theirs = other.parameters();
        if (ours.size() != theirs.size()) {
            return false;
        }
        for (int i = 0; i < ours.size(); i++) {
            if (!matches(ours.get(i).typeId(), theirs.get(i).typeId(), behindPointer, depth)) {
                return false;
            }
        }
        return matches(one.resultTypeId(), other.resultTypeId(), behindPointer, depth);
    }

    private boolean membersMatch(BtfType.Composite one, BtfType.Composite other, int depth) {
        if (one.members().size() > other.members().size()) {
            return false;
        }
        Map<String, List<BtfType.Member>> theirs =
                other.members().stream().collect(Collectors.groupingBy(member -> EssentialName.of(member.name())));
        return one.members().stream()
                .allMatch(member -> theirs.getOrDefault(EssentialName.of(member.name()), List.of()).stream()
                        .anyMatch(candidate -> matches(member.typeId(), candidate.typeId(), false, depth)));
    }

    private static boolean enumeratorsMatch(BtfType.Enumeration one, BtfType.Enumeration other) {
        if (one.sizeBytes() != other.sizeBytes()
                || one.enumerators().size() > other.enumerators().size()) {
            return false;
        }
        Set<String> theirs = other.enumerators().stream()
                .map(enumerator -> EssentialName.of(enumerator.name()))
                .collect(Collectors.toSet());
        return one.enumerators().stream().allMatch(enumerator -> theirs.contains(EssentialName.of(enumerator.name())));
    }
}
