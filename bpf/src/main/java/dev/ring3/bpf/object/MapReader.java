package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfException;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.elf.ElfSection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a map from the type of its variable in {@code .maps}, as {@code bpf_helpers.h} defines it: a number is the
 * length of an array behind a pointer ({@code int (*max_entries)[16]}) or the one value of an enumeration, a type is
 * what a pointer points to, and {@code values} is an array of pointers to what the map holds from the start.
 */
final class MapReader {
    private static final long POINTER_VALUE_BYTES = 4;
    private static final String VALUES = "values";

    private final ElfSection section;
    private final Btf btf;

    /** Maps of a section, whose types are in an object's BTF. */
    MapReader(ElfSection section, Btf btf) {
        this.section = section;
        this.btf = btf;
    }

    /**
     * A map, without its initial values.
     *
     * @param valuesOffsetBytes where the array {@code values} begins in the variable, or -1
     */
    record Definition(MapSpec.Builder map, long valuesOffsetBytes) {}

    /** Reads the variable that begins at an offset of the section. */
    Definition read(BtfType.Variable variable, long at, long sizeBytes) {
        try {
            return read(variable.name(), variable.typeId(), at, sizeBytes, false);
        } catch (BtfException e) {
            throw ObjectException.in(section, at, "map %s: %s".formatted(variable.name(), e.getMessage()));
        }
    }

    private Definition read(String name, int typeId, long at, long sizeBytes, boolean inner) {
        if (!(btf.type(btf.strip(typeId)) instanceof BtfType.Struct definition)) {
            throw fault(name, at, "its definition is no struct");
        }
        if (definition.sizeBytes() > sizeBytes) {
            throw fault(
                    name,
                    at,
                    "its definition has %d bytes and the variable %d".formatted(definition.sizeBytes(), sizeBytes));
        }
        MapSpec.Builder map = new MapSpec.Builder(name, MapSpec.Origin.BTF);
        long valuesOffset = -1;
        for (BtfType.Member member : definition.members()) {
            if (!member.name().equals(VALUES)) {
                readField(map, member, at);
                continue;
            }
            if (inner) {
                throw fault(name, at, "a map in a map of maps holds nothing from the start");
            }
            valuesOffset = member.bitOffset() / Byte.SIZE;
            readValues(map, member, at);
        }
        return new Definition(map, valuesOffset);
    }

    private void readField(MapSpec.Builder map, BtfType.Member member, long at) {
        switch (member.name()) {
            case "type" -> map.type = (int) number(map, member, at);
            case "max_entries" -> map.maxEntries = number(map, member, at);
            case "map_flags" -> map.flags = (int) number(map, member, at);
            case "numa_node" -> map.numaNode = (int) number(map, member, at);
            case "map_extra" -> map.extra = number(map, member, at);
            case "key_size" -> map.keyBytes = same(map, at, "keys", map.keyBytes, number(map, member, at));
            case "value_size" -> map.valueBytes = same(map, at, "values", map.valueBytes, number(map, member, at));
            case "key" -> {
                map.keyTypeId = pointee(map, member, at);
                map.keyBytes = same(map, at, "keys", map.keyBytes, btf.sizeBytes(map.keyTypeId));
            }
            case "value" -> {
                map.valueTypeId = pointee(map, member, at);
                map.valueBytes = same(map, at, "values", map.valueBytes, btf.sizeBytes(map.valueTypeId));
            }
            case "pinning" -> {
                map.pinning = (int) number(map, member, at);
                if (map.pinning < 0 || map.pinning > 1) {
                    throw fault(map.name, at, "pinning %d; 0 (none) and 1 (by name) exist".formatted(map.pinning));
                }
            }
            default -> throw fault(map.name, at, "unknown field %s".formatted(member.name()));
        }
    }

    private void readValues(MapSpec.Builder map, BtfType.Member member, long at) {
        if (!(btf.type(btf.strip(member.typeId())) instanceof BtfType.Array array)
                || !(btf.type(btf.strip(array.elementTypeId())) instanceof BtfType.Pointer pointer)) {
            throw fault(map.name, at, "values is no array of pointers");
        }
        int held = btf.strip(pointer.typeId());
        boolean programs = btf.type(held) instanceof BtfType.Prototype;
        boolean wanted = programs
                ? map.type == MapSpec.TYPE_PROGRAM_ARRAY
                : map.type == MapSpec.TYPE_ARRAY_OF_MAPS || map.type == MapSpec.TYPE_HASH_OF_MAPS;
        if (!wanted) {
            throw fault(
                    map.name, at, "a map of type %d holds no %s".formatted(map.type, programs ? "programs" : "maps"));
        }
        map.valueBytes = same(map, at, "values", map.valueBytes, POINTER_VALUE_BYTES);
        if (!programs) {
            Definition inner = read(map.name + ".inner", held, at, Long.MAX_VALUE, true);
            map.inner = Optional.of(inner.map().build());
        }
    }

    private long same(MapSpec.Builder map, long at, String what, long before, long now) {
        if (before != 0 && before != now) {
            throw fault(map.name, at, "%s of %d bytes and of %d".formatted(what, before, now));
        }
        return now;
    }

    private long number(MapSpec.Builder map, BtfType.Member member, long at) {
        BtfType type = btf.type(btf.strip(member.typeId()));
        if (type instanceof BtfType.Enumeration enumeration
                && enumeration.enumerators().size() == 1) {
            return enumeration.enumerators().getFirst().value();
        }
        if (type instanceof BtfType.Pointer pointer
                && btf.type(btf.strip(pointer.typeId())) instanceof BtfType.Array array) {
            return array.count();
        }
        throw fault(map.name, at, "field %s is no number".formatted(member.name()));
    }

    private int pointee(MapSpec.Builder map, BtfType.Member member, long at) {
        if (btf.type(btf.strip(member.typeId())) instanceof BtfType.Pointer pointer) {
            return pointer.typeId();
        }
        throw fault(map.name, at, "field %s is no pointer to a type".formatted(member.name()));
    }

    private ObjectException fault(@Nullable String name, long at, String problem) {
        return ObjectException.in(section, at, "map %s: %s".formatted(name, problem));
    }
}
