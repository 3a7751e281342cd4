package dev.ring3.bpf.btf;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Retraces the steps of a place in the object's types in a type of the host. */
final class CoreMatcher {
    private final Btf local;
    private final Btf target;
    private final TypeCompatibility compatibility;

    CoreMatcher(Btf local, Btf target) {
        this.local = local;
        this.target = target;
        this.compatibility = new TypeCompatibility(local, target);
    }

    /** The same place in a candidate, or null if it has none. */
    @Nullable
    CoreSpec match(CoreSpec spec, CoreKind kind, int candidateId) {
        return switch (kind.subject()) {
            case TYPE -> {
                boolean matches = kind == CoreKind.TYPE_MATCHES
                        ? new TypeMatch(local, target).matches(spec.rootTypeId(), candidateId)
                        : compatibility.types(spec.rootTypeId(), candidateId);
                yield matches ? new CoreSpec(target, candidateId, List.of(), 0) : null;
            }
            case ENUMERATOR -> matchEnumerator(spec, candidateId);
            case FIELD -> matchField(spec, candidateId);
        };
    }

    private @Nullable CoreSpec matchEnumerator(CoreSpec spec, int candidateId) {
        int id = target.strip(candidateId);
        String name = spec.lastStep().name();
        if (name == null || !(target.type(id) instanceof BtfType.Enumeration enumeration)) {
            return null;
        }
        List<BtfType.Enumerator> enumerators = enumeration.enumerators();
        for (int i = 0; i < enumerators.size(); i++) {
            String candidate = enumerators.get(i).name();
            if (EssentialName.matches(name, candidate)) {
                return new CoreSpec(target, candidateId, List.of(new CoreSpec.Step(id, i, candidate)), 0);
            }
        }
        return null;
    }

    private @Nullable CoreSpec matchField(CoreSpec spec, int candidateId) {
        List<CoreSpec.Step> steps = new ArrayList<>();
        int id = target.strip(candidateId);
        long bits = 0;
        for (CoreSpec.Step step : spec.steps()) {
            String name = step.name();
            if (name != null) {
                Member member = findMember(step, name, id, new HashSet<>(), 0);
                if (member == null) {
                    return null;
                }
                steps.add(member.step());
                bits += member.bitOffset();
                id = target.strip(member.typeId());
                continue;
            }
            // The first step counts whole structs, the type is the element's already.
            if (!steps.isEmpty()) {
                if (!(target.type(id) instanceof BtfType.Array array)
                        || (step.index() >= array.count() && !CoreSpec.isFlexible(target, steps.getLast(), array))) {
                    return null;
                }
                id = target.strip(array.elementTypeId());
            }
            steps.add(new CoreSpec.Step(id, step.index(), null));
            bits += CoreSpec.elementBits(target, id, step.index());
        }
        return new CoreSpec(target, candidateId, steps, bits);
    }

    private record Member(CoreSpec.Step step, int typeId, long bitOffset) {}

    /** Looks through anonymous members; each type is searched once, however many of them lead to it. */
    private @Nullable Member findMember(CoreSpec.Step step, String name, int typeId, Set<Integer> searched, int depth) {
        int id = target.strip(typeId);
        if (!(target.type(id) instanceof BtfType.Composite composite) || !searched.add(id)) {
            return null;
        }
        if (depth == Btf.RESOLVE_DEPTH_MAX) {
            throw new BtfException(
                    target.offset(id), "type %d: anonymous members are nested more than %d deep".formatted(id, depth));
        }
        List<BtfType.Member> members = composite.members();
        for (int i = 0; i < members.size(); i++) {
            BtfType.Member member = members.get(i);
            if (member.name().isEmpty()) {
                Member found = findMember(step, name, member.typeId(), searched, depth + 1);
                if (found != null) {
                    return new Member(found.step(), found.typeId(), found.bitOffset() + member.bitOffset());
                }
            } else if (member.name().equals(name)) {
                return compatibility.fields(localMemberType(step), member.typeId())
                        ? new Member(new CoreSpec.Step(id, i, name), member.typeId(), member.bitOffset())
                        : null;
            }
        }
        return null;
    }

    private int localMemberType(CoreSpec.Step step) {
        BtfType.Composite composite = (BtfType.Composite) local.type(step.typeId());
        return composite.members().get(step.index()).typeId();
    }
}
