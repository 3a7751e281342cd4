package dev.ring3.bpf.type;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfBuilder;
import dev.ring3.bpf.btf.BtfType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes BTF of structures, so that CO-RE relocations of programs are resolved against the host that they are loaded
 * into. It is what a compiler makes of the header that {@link HeaderWriter} writes. Not for several threads.
 */
public final class TypeBtf {
    private final BtfBuilder types = new BtfBuilder(ByteOrder.nativeOrder());
    private final Map<String, Integer> ids = new HashMap<>();

    private TypeBtf() {}

    /**
     * The types of structures, and of those that they lead to.
     *
     * @throws IllegalArgumentException if C cannot express one
     */
    public static Btf of(StructType... structs) {
        TypeBtf btf = new TypeBtf();
        for (StructType struct : structs) {
            btf.add(struct);
        }
        return btf.types.build();
    }

    private int add(StructType struct) {
        Integer known = ids.get(struct.name());
        if (known != null) {
            return known;
        }
        List<HeaderMember> headerMembers = HeaderMember.of(struct);
        if (headerMembers.isEmpty()) {
            return remember(struct.name(), types.add(new BtfType.Forward(struct.name(), false)));
        }
        List<BtfType.Member> members = new ArrayList<>();
        for (HeaderMember member : headerMembers) {
            members.add(new BtfType.Member(member.name(), typeOf(member), (long) member.offsetBytes() * Byte.SIZE));
        }
        return remember(struct.name(), types.add(new BtfType.Struct(struct.name(), struct.sizeBytes(), members)));
    }

    private int remember(String name, int id) {
        ids.put(name, id);
        return id;
    }

    private int typeOf(HeaderMember member) {
        int element = elementOf(member);
        return member.array() ? types.add(new BtfType.Array(element, number(Integer.BYTES), member.count())) : element;
    }

    private int elementOf(HeaderMember member) {
        if (!member.isAddress()) {
            return number(member.sizeBytes());
        }
        int target = member.target().map(this::add).orElse(0);
        return types.add(new BtfType.Pointer(target));
    }

    /** {@code __u8} to {@code __u64}, as the header has them. */
    private int number(int sizeBytes) {
        String alias = "__u" + sizeBytes * Byte.SIZE;
        Integer known = ids.get(alias);
        if (known != null) {
            return known;
        }
        String name = switch (sizeBytes) {
            case 1 -> "unsigned char";
            case 2 -> "unsigned short";
            case 4 -> "unsigned int";
            case 8 -> "unsigned long long";
            default -> throw new IllegalArgumentException("a number of %d bytes".formatted(sizeBytes));
        };
        int integer = types.add(new BtfType.Int(name, sizeBytes, BtfType.Encoding.UNSIGNED));
        return remember(alias, types.add(new BtfType.Typedef(alias, integer)));
    }
}
