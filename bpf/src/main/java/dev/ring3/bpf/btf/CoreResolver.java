package dev.ring3.bpf.btf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Answers the CO-RE relocations of an object for a host.
 *
 * <p>How: a relocation names a type of the object and a path in it. Candidates are the host's types of the same kind
 * and the same name but for what follows {@code ___}. In each, the path is retraced by the names of its members, through
 * anonymous structs and unions, and the types on the way must be compatible. All candidates that have the path must give
 * the same answer: otherwise the relocation is ambiguous, an error. If none has it, the questions for existence are
 * answered with 0, as are those for types, and the others fail: the instruction must not be executed.
 *
 * <p>Unlike libbpf, an answer never depends on relocations that came before. Not for several threads.
 */
public final class CoreResolver {
    private final Btf local;
    private final Btf target;
    private final CoreMatcher matcher;
    private final Map<Question, CoreResult> answers = new HashMap<>();

    /**
     * Resolves what {@code local}, an object's types, needs of {@code target}, the host's. They may have different byte
     * orders; the object's counts.
     */
    public CoreResolver(Btf local, Btf target) {
        this.local = local;
        this.target = target;
        this.matcher = new CoreMatcher(local, target);
    }

    private record Question(int typeId, String access, CoreKind kind) {}

    /**
     * Answers one relocation.
     *
     * @throws BtfException if the relocation is malformed or ambiguous, or a type on the way contains itself
     */
    public CoreResult resolve(CoreRelocation relocation) {
        Question question = new Question(relocation.typeId(), relocation.access(), relocation.kind());
        CoreResult known = answers.get(question);
        if (known == null) {
            known = answer(relocation);
            answers.put(question, known);
        }
        return known;
    }

    /**
     * Answers the one kind of relocation that needs no host, {@link CoreKind#TYPE_ID_LOCAL}.
     *
     * @throws BtfException if the relocation is malformed
     */
    public static CoreResult localTypeId(Btf local, CoreRelocation relocation) {
        CoreSpec.parse(local, relocation);
        // Linkers renumber types and leave the instruction: nothing is expected in it.
        return new CoreResult.Relocated(OptionalLong.empty(), relocation.typeId(), CoreResult.Access.NONE);
    }

    private CoreResult answer(CoreRelocation relocation) {
        if (relocation.kind() == CoreKind.TYPE_ID_LOCAL) {
            return localTypeId(local, relocation);
        }
        CoreSpec spec = CoreSpec.parse(local, relocation);
        String name = local.type(relocation.typeId()).name();
        if (name.isEmpty()) {
            throw CoreSpec.malformed(relocation, "an anonymous type cannot be found in the host");
        }
        CoreSpec chosen = null;
        CoreResult result = null;
        for (int candidate : candidates(relocation.typeId(), name)) {
            CoreSpec found = matcher.match(spec, relocation.kind(), candidate);
            if (found == null) {
                continue;
            }
            CoreResult next = evaluate(relocation, spec, found);
            if (chosen == null || result == null) {
                chosen = found;
                result = next;
            } else if (chosen.bitOffset() != found.bitOffset() || !sameAnswer(result, next)) {
                throw CoreSpec.malformed(
                        relocation,
                        "ambiguous: types %d and %d of the host, both %s, give different answers"
                                .formatted(chosen.rootTypeId(), found.rootTypeId(), EssentialName.of(name)));
            }
        }
        return result == null ? evaluate(relocation, spec, null) : result;
    }

    private List<Integer> candidates(int localId, String name) {
        BtfKind kind = local.kind(localId);
        return target.flavoursOf(EssentialName.of(name))
                .filter(id -> TypeCompatibility.sameKind(kind, target.kind(id)))
                .boxed()
                .toList();
    }

    private static boolean sameAnswer(CoreResult one, CoreResult other) {
        return one instanceof CoreResult.Relocated a
                && other instanceof CoreResult.Relocated b
                && a.value() == b.value();
    }

    private CoreResult evaluate(CoreRelocation relocation, CoreSpec spec, @Nullable CoreSpec found) {
        return switch (relocation.kind().subject()) {
            case TYPE -> evaluateType(relocation.kind(), spec, found);
            case ENUMERATOR -> evaluateEnumerator(relocation, spec, found);
            case FIELD -> evaluateField(relocation, spec, found);
        };
    }

    private CoreResult evaluateField(CoreRelocation relocation, CoreSpec spec, @Nullable CoreSpec found) {
        FieldValue ours = FieldValue.of(spec, relocation, local.order());
        OptionalLong expected = ours.certain() ? OptionalLong.of(ours.value()) : OptionalLong.empty();
        if (relocation.kind() == CoreKind.FIELD_EXISTS) {
            return new CoreResult.Relocated(expected, found == null ? 0 : 1, CoreResult.Access.NONE);
        }
        if (found == null) {
            return failed(relocation);
        }
        FieldValue theirs = FieldValue.of(found, relocation, local.order());
        boolean sound = ours.accessBytes() == theirs.accessBytes()
                || isResizable(local.type(ours.typeId()), target.type(theirs.typeId()));
        return new CoreResult.Relocated(
                expected, theirs.value(), new CoreResult.Access(ours.accessBytes(), theirs.accessBytes(), sound));
    }

    /** A load fills the rest of a register with zeros: that is right for pointers and unsigned integers alone. */
    private static boolean isResizable(BtfType ours, BtfType theirs) {
        if (ours instanceof BtfType.Pointer && theirs instanceof BtfType.Pointer) {
            return true;
        }
        return ours instanceof BtfType.Int a
                && theirs instanceof BtfType.Int b
                && a.encoding() != BtfType.Encoding.SIGNED
                && b.encoding() != BtfType.Encoding.SIGNED;
    }

    private CoreResult evaluateType(CoreKind kind, CoreSpec spec, @Nullable CoreSpec found) {
        boolean size = kind == CoreKind.TYPE_SIZE;
        OptionalLong expected = kind == CoreKind.TYPE_ID_TARGET
                ? OptionalLong.empty()
                : OptionalLong.of(size ? local.sizeBytes(spec.rootTypeId()) : 1);
        long value;
        if (found == null) {
            value = 0;
        } else if (kind == CoreKind.TYPE_ID_TARGET) {
            value = found.rootTypeId();
        } else {
            value = size ? target.sizeBytes(found.rootTypeId()) : 1;
        }
        return new CoreResult.Relocated(expected, value, CoreResult.Access.NONE);
    }

    private CoreResult evaluateEnumerator(CoreRelocation relocation, CoreSpec spec, @Nullable CoreSpec found) {
        boolean exists = relocation.kind() == CoreKind.ENUMVAL_EXISTS;
        OptionalLong expected = OptionalLong.of(exists ? 1 : enumerator(spec));
        if (found == null && !exists) {
            return failed(relocation);
        }
        long value = found == null ? 0 : exists ? 1 : enumerator(found);
        return new CoreResult.Relocated(expected, value, CoreResult.Access.NONE);
    }

    private static long enumerator(CoreSpec spec) {
        BtfType.Enumeration enumeration =
                (BtfType.Enumeration) spec.btf().type(spec.lastStep().typeId());
        return enumeration.enumerators().get(spec.lastStep().index()).value();
    }

    private CoreResult failed(CoreRelocation relocation) {
        return new CoreResult.Failed("%s of %s %s, access %s: the host has nothing that matches"
                .formatted(
                        relocation.kind(),
                        local.kind(relocation.typeId()),
                        local.type(relocation.typeId()).name(),
                        relocation.access()));
    }
}
