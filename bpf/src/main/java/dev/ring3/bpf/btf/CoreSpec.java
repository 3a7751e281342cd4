package dev.ring3.bpf.btf;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a type: the steps that lead to it, and the bit where it begins. Anonymous members leave no step, so that
 * the same steps find the place in a type that nests it differently.
 *
 * @param btf the types that ids refer to
 * @param rootTypeId where the steps begin
 * @param steps for a type none; for an enumerator one; for a field first an array index, then members and indices
 * @param bitOffset from the start of the root
 */
record CoreSpec(Btf btf, int rootTypeId, List<Step> steps, long bitOffset) {
    /** libbpf's limit, {@code BPF_CORE_SPEC_MAX_LEN}. */
    static final int STEPS_MAX = 64;

    /** Far beyond any type, and so that the sum of all steps fits a long. */
    private static final long STEP_BITS_MAX = 1L << 48;

    /**
     * A step.
     *
     * @param typeId for a member the struct it is in; for an array index the element's type
     * @param index of the member, element or enumerator
     * @param name the name of the member or enumerator; null for an array index
     */
    record Step(int typeId, int index, @Nullable String name) {}

    CoreSpec {
        steps = List.copyOf(steps);
    }

    Step lastStep() {
        return steps.getLast();
    }

    /** Understands a relocation's access string in the object's own types. */
    static CoreSpec parse(Btf btf, CoreRelocation relocation) {
        int[] access = indices(relocation);
        return switch (relocation.kind().subject()) {
            case TYPE -> {
                if (access.length != 1 || access[0] != 0) {
                    throw malformed(relocation, "a type is accessed by 0 alone");
                }
                yield new CoreSpec(btf, relocation.typeId(), List.of(), 0);
            }
            case ENUMERATOR -> parseEnumerator(btf, relocation, access);
            case FIELD -> parseField(btf, relocation, access);
        };
    }

    private static CoreSpec parseEnumerator(Btf btf, CoreRelocation relocation, int[] access) {
        int id = btf.strip(relocation.typeId());
        if (!(btf.type(id) instanceof BtfType.Enumeration enumeration)) {
            throw malformed(relocation, "type %d is a %s and no enumeration".formatted(id, btf.kind(id)));
        }
        List<BtfType.Enumerator> enumerators = enumeration.enumerators();
        if (access.length != 1 || access[0] >= enumerators.size()) {
            throw malformed(relocation, "the enumeration has %d enumerators".formatted(enumerators.size()));
        }
        Step step = new Step(id, access[0], enumerators.get(access[0]).name());
        return new CoreSpec(btf, relocation.typeId(), List.of(step), 0);
    }

    private static CoreSpec parseField(Btf btf, CoreRelocation relocation, int[] access) {
        List<Step> steps = new ArrayList<>();
        int id = btf.strip(relocation.typeId());
        steps.add(new Step(id, access[0], null));
        long bits = elementBits(btf, id, access[0]);
        for (int i = 1; i < access.length; i++) {
            int index = access[i];
            switch (btf.type(id)) {
                case BtfType.Composite composite -> {
                    if (index >= composite.members().size()) {
                        throw malformed(
                                relocation,
                                "type %d has %d members"
                                        .formatted(id, composite.members().size()));
                    }
                    BtfType.Member member = composite.members().get(index);
                    bits += member.bitOffset();
                    if (!member.name().isEmpty()) {
                        steps.add(new Step(id, index, member.name()));
                    }
                    id = btf.strip(member.typeId());
                }
                case BtfType.Array array -> {
                    if (index >= array.count() && !isFlexible(btf, steps.getLast(), array)) {
                        throw malformed(relocation, "array type %d has %d elements".formatted(id, array.count()));
                    }
                    id = btf.strip(array.elementTypeId());
                    steps.add(new Step(id, index, null));
                    bits += elementBits(btf, id, index);
                }
                case BtfType type ->
                    throw malformed(relocation, "type %d is a %s and has no parts".formatted(id, type.kind()));
            }
        }
        return new CoreSpec(btf, relocation.typeId(), steps, bits);
    }

    /** The bits before an element of an array. */
    static long elementBits(Btf btf, int elementTypeId, int index) {
        long bits = btf.sizeBytes(elementTypeId) * Byte.SIZE;
        if (bits > 0 && index > STEP_BITS_MAX / bits) {
            throw new BtfException(
                    btf.offset(elementTypeId), "element %d of type %d lies too far".formatted(index, elementTypeId));
        }
        return index * bits;
    }

    /** Whether an array is the last member of a struct and has no length, so that any index may be in it. */
    static boolean isFlexible(Btf btf, Step before, BtfType.Array array) {
        return array.count() == 0
                && before.name() != null
                && btf.type(before.typeId()) instanceof BtfType.Composite composite
                && before.index() == composite.members().size() - 1;
    }

    private static int[] indices(CoreRelocation relocation) {
        String[] parts = relocation.access().split(":", -1);
        if (parts.length > STEPS_MAX) {
            throw malformed(relocation, "at most %d steps are accepted".formatted(STEPS_MAX));
        }
        int[] indices = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                indices[i] = Integer.parseUnsignedInt(parts[i]);
            } catch (NumberFormatException e) {
                indices[i] = -1;
            }
            if (indices[i] < 0) {
                throw malformed(relocation, "indices are decimal numbers with colons between them");
            }
        }
        return indices;
    }

    static BtfException malformed(CoreRelocation relocation, String problem) {
        return new BtfException(
                "BTF.ext",
                relocation.at(),
                "CO-RE relocation %s of type %d, access \"%s\": %s"
                        .formatted(relocation.kind(), relocation.typeId(), relocation.access(), problem));
    }
}
