package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.BtfBuilder;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.btf.BtfType.Linkage;
import dev.ring3.bpf.btf.BtfType.Member;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Types of variables in {@code .maps}, as the macros of {@code bpf_helpers.h} make them. */
final class MapTypes {
    final BtfBuilder types;
    final int u32;
    final int u64;
    private final List<BtfType.Placed> maps = new ArrayList<>();

    MapTypes(ByteOrder order) {
        types = new BtfBuilder(order);
        u32 = types.add(new BtfType.Int("unsigned int", 4, BtfType.Encoding.UNSIGNED));
        u64 = types.add(new BtfType.Int("unsigned long", 8, BtfType.Encoding.UNSIGNED));
    }

    record Field(String name, int typeId) {}

    /** {@code __uint(name, value)}. */
    Field number(String name, long value) {
        return new Field(name, types.add(new BtfType.Pointer(types.add(new BtfType.Array(u32, u32, value)))));
    }

    /** {@code __type(name, type)}. */
    Field type(String name, int typeId) {
        return new Field(name, types.add(new BtfType.Pointer(typeId)));
    }

    /** {@code __array(values, type)}. */
    Field values(int typeId) {
        return new Field("values", types.add(new BtfType.Array(types.add(new BtfType.Pointer(typeId)), u32, 0)));
    }

    /** The struct of these fields, 8 bytes each. */
    int definition(Field... fields) {
        List<Member> members = new ArrayList<>();
        for (Field field : fields) {
            members.add(new Member(field.name(), field.typeId(), members.size() * 64L));
        }
        return types.add(new BtfType.Struct("", members.size() * 8L, members));
    }

    /** A variable of a definition. */
    MapTypes map(String name, long offset, long size, int definition) {
        int variable = types.add(new BtfType.Variable(name, definition, Linkage.GLOBAL));
        maps.add(new BtfType.Placed(variable, offset, size));
        return this;
    }

    /** The contents of {@code .BTF}. */
    byte[] toBytes() {
        types.add(new BtfType.DataSection(".maps", 0, maps));
        return types.toBytes();
    }
}
