package dev.ring3.bpf.btf;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.ToIntFunction;

/** Writes types; {@link BtfDecoder} is its inverse. */
final class BtfEncoder {
    private final ByteBuffer out;
    private final ToIntFunction<String> nameOffset;

    /** Writes into a buffer at its position; the function gives the offset of each name. */
    BtfEncoder(ByteBuffer out, ToIntFunction<String> nameOffset) {
        this.out = out;
        this.nameOffset = nameOffset;
    }

    static int bytes(BtfType type) {
        return BtfLayout.TYPE_BYTES + BtfLayout.tailBytes(type.kind(), count(type));
    }

    /** How many entries follow. */
    static int count(BtfType type) {
        return switch (type) {
            case BtfType.Composite composite -> composite.members().size();
            case BtfType.Enumeration enumeration -> enumeration.enumerators().size();
            case BtfType.Prototype prototype -> prototype.parameters().size();
            case BtfType.DataSection section -> section.contents().size();
            case BtfType.VoidType _,
                    BtfType.Int _,
                    BtfType.Pointer _,
                    BtfType.Array _,
                    BtfType.Forward _,
                    BtfType.Typedef _,
                    BtfType.Volatile _,
                    BtfType.Const _,
                    BtfType.Restrict _,
                    BtfType.Function _,
                    BtfType.Variable _,
                    BtfType.FloatType _,
                    BtfType.DeclarationTag _,
                    BtfType.TypeTag _ -> 0;
        };
    }

    void encode(BtfType type) {
        switch (type) {
            case BtfType.VoidType _ -> throw new IllegalArgumentException("void is not stored, its id is 0");
            case BtfType.Int integer -> {
                head(integer, false, integer.sizeBytes());
                out.putInt(BtfLayout.intWord(integer));
            }
            case BtfType.Pointer pointer -> head(pointer, false, pointer.typeId());
            case BtfType.Array array -> {
                head(array, false, 0);
                out.putInt(array.elementTypeId()).putInt(array.indexTypeId()).putInt((int) array.count());
            }
            case BtfType.Composite composite -> composite(composite);
            case BtfType.Enum32 enumeration -> {
                head(enumeration, enumeration.signed(), enumeration.sizeBytes());
                enumeration.enumerators().forEach(value -> name(value.name()).putInt((int) value.value()));
            }
            case BtfType.Enum64 enumeration -> {
                head(enumeration, enumeration.signed(), enumeration.sizeBytes());
                enumeration
                        .enumerators()
                        .forEach(value -> name(value.name())
                                .putInt((int) value.value())
                                .putInt((int) (value.value() >>> Integer.SIZE)));
            }
            case BtfType.Forward forward -> head(forward, forward.union(), 0);
            case BtfType.Typedef typedef -> head(typedef, false, typedef.typeId());
            case BtfType.Volatile modifier -> head(modifier, false, modifier.typeId());
            case BtfType.Const modifier -> head(modifier, false, modifier.typeId());
            case BtfType.Restrict modifier -> head(modifier, false, modifier.typeId());
            case BtfType.Function function ->
                head(function, function.linkage().ordinal(), false, function.prototypeId());
            case BtfType.Prototype prototype -> {
                head(prototype, false, prototype.resultTypeId());
                prototype
                        .parameters()
                        .forEach(parameter -> name(parameter.name()).putInt(parameter.typeId()));
            }
            case BtfType.Variable variable -> {
                head(variable, false, variable.typeId());
                out.putInt(variable.linkage().ordinal());
            }
            case BtfType.DataSection section -> {
                head(section, false, (int) section.sizeBytes());
                section.contents()
                        .forEach(placed -> out.putInt(placed.typeId())
                                .putInt((int) placed.offsetBytes())
                                .putInt((int) placed.sizeBytes()));
            }
            case BtfType.FloatType number -> head(number, false, number.sizeBytes());
            case BtfType.DeclarationTag tag -> {
                head(tag, tag.attribute(), tag.typeId());
                out.putInt(tag.componentIndex());
            }
            case BtfType.TypeTag tag -> head(tag, tag.attribute(), tag.typeId());
        }
    }

    private void composite(BtfType.Composite composite) {
        List<BtfType.Member> members = composite.members();
        boolean bitFields = members.stream().anyMatch(member -> member.bitFieldBits() != 0);
        head(composite, bitFields, (int) composite.sizeBytes());
        for (BtfType.Member member : members) {
            if (bitFields && member.bitOffset() > BtfLayout.BIT_OFFSET_MASK) {
                throw new IllegalArgumentException("member %s: a struct with bit fields has offsets up to bit %d"
                        .formatted(member.name(), BtfLayout.BIT_OFFSET_MASK));
            }
            name(member.name())
                    .putInt(member.typeId())
                    .putInt((int) member.bitOffset() | member.bitFieldBits() << BtfLayout.BIT_FIELD_SHIFT);
        }
    }

    private void head(BtfType type, boolean flag, int sizeOrType) {
        head(type, count(type), flag, sizeOrType);
    }

    private void head(BtfType type, int count, boolean flag, int sizeOrType) {
        if (count > BtfLayout.COUNT_MAX) {
            throw new IllegalArgumentException("%d entries in %s %s, at most %d fit"
                    .formatted(count, type.kind(), type.name(), BtfLayout.COUNT_MAX));
        }
        name(type.name()).putInt(BtfLayout.info(type.kind(), count, flag)).putInt(sizeOrType);
    }

    private ByteBuffer name(String name) {
        return out.putInt(nameOffset.applyAsInt(name));
    }
}
