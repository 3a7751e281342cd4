package dev.ring3.bpf.btf;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a type of the object and one of the host may stand for each other, names and contents of structs aside: what
 * libbpf asks of the types of fields, and of types themselves for all questions but TYPE_MATCHES.
 *
 * <p>Types compared already count as compatible while the question is open, so that a function that takes itself as a
 * parameter comes to an end.
 */
final class TypeCompatibility {
    private final Btf local;
    private final Btf target;

    TypeCompatibility(Btf local, Btf target) {
        this.local = local;
        this.target = target;
    }

    /** For the types of fields. */
    boolean fields(int localId, int targetId) {
        return fields(localId, targetId, 0);
    }

    private boolean fields(int localId, int targetId, int depth) {
        requireDepth(localId, depth);
        BtfType one = local.type(local.strip(localId));
        BtfType other = target.type(target.strip(targetId));
        if (one instanceof BtfType.Composite && other instanceof BtfType.Composite) {
            return true;
        }
        if (one instanceof BtfType.Array array && other instanceof BtfType.Array otherArray) {
            return fields(array.elementTypeId(), otherArray.elementTypeId(), depth + 1);
        }
        return sameKind(one.kind(), other.kind()) && fieldsEnd(one, other);
    }

    private static boolean fieldsEnd(BtfType one, BtfType other) {
        return switch (one.kind()) {
            case PTR, FLOAT -> true;
            case FWD, ENUM, ENUM64 ->
                one.name().isEmpty() || other.name().isEmpty() || EssentialName.matches(one.name(), other.name());
            case INT -> wholeInts(one, other);
            case VOID,
                    ARRAY,
                    STRUCT,
                    UNION,
                    TYPEDEF,
                    VOLATILE,
                    CONST,
                    RESTRICT,
                    FUNC,
                    FUNC_PROTO,
                    VAR,
                    DATASEC,
                    DECL_TAG,
                    TYPE_TAG -> false;
        };
    }

    /** For types as a whole, whose names are known to agree. */
    boolean types(int localId, int targetId) {
        return sameKind(local.kind(localId), target.kind(targetId)) && types(localId, targetId, new HashSet<>(), 0);
    }

    private record Pair(int localId, int targetId) {}

    private boolean types(int localRoot, int targetRoot, Set<Pair> open, int depth) {
        requireDepth(localRoot, depth);
        int localId = local.strip(localRoot);
        int targetId = target.strip(targetRoot);
        BtfType one = local.type(localId);
        BtfType other = target.type(targetId);
        if (one instanceof BtfType.Pointer pointer && other instanceof BtfType.Pointer otherPointer) {
            return types(pointer.typeId(), otherPointer.typeId(), open, depth + 1);
        }
        if (one instanceof BtfType.Array array && other instanceof BtfType.Array otherArray) {
            return types(array.elementTypeId(), otherArray.elementTypeId(), open, depth + 1);
        }
        if (one instanceof BtfType.Prototype prototype && other instanceof BtfType.Prototype otherPrototype) {
            return !open.add(new Pair(localId, targetId))
                    || (parameters(prototype.parameters(), otherPrototype.parameters(), open, depth + 1)
                            && types(prototype.resultTypeId(), otherPrototype.resultTypeId(), open, depth + 1));
        }
        return sameKind(one.kind(), other.kind()) && typesEnd(one, other);
    }

    private boolean parameters(
            List<BtfType.Parameter> ours, List<BtfType.Parameter> theirs, Set<Pair> open, int depth) {
        if (ours.size() != theirs.size()) {
            return false;
        }
        for (int i = 0; i < ours.size(); i++) {
            if (!types(ours.get(i).typeId(), theirs.get(i).typeId(), open, depth)) {
                return false;
            }
        }
        return true;
    }

    private static boolean typesEnd(BtfType one, BtfType other) {
        return switch (one.kind()) {
            case VOID, STRUCT, UNION, ENUM, ENUM64, FWD -> true;
            case INT -> wholeInts(one, other);
            case PTR,
                    ARRAY,
                    TYPEDEF,
                    VOLATILE,
                    CONST,
                    RESTRICT,
                    FUNC,
                    FUNC_PROTO,
                    VAR,
                    DATASEC,
                    FLOAT,
                    DECL_TAG,
                    TYPE_TAG -> false;
        };
    }

    /** Integers agree whatever their size and sign, but not those that stand for a bit field in an old manner. */
    private static boolean wholeInts(BtfType one, BtfType other) {
        return one instanceof BtfType.Int a
                && other instanceof BtfType.Int b
                && a.bitOffset() == 0
                && b.bitOffset() == 0;
    }

    /** Whether kinds are the same; the two of enumerations are. */
    static boolean sameKind(BtfKind one, BtfKind other) {
        return one == other || (one.isEnumeration() && other.isEnumeration());
    }

    private void requireDepth(int localId, int depth) {
        if (depth == Btf.RESOLVE_DEPTH_MAX) {
            throw new BtfException(
                    local.offset(localId), "type %d is reached through more than %d types".formatted(localId, depth));
        }
    }
}
