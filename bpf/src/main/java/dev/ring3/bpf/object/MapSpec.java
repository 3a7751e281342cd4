package dev.ring3.bpf.object;

import java.util.List;
import java.util.Optional;

/**
 * A map that an object wants. Numbers are those of the kernel's {@code bpf.h} and not checked for sense: who creates
 * the map does that.
 *
 * @param name as in the source; the section's name for data
 * @param origin where it was found
 * @param type {@code BPF_MAP_TYPE_...}
 * @param keyBytes 0 to 2<sup>32</sup> - 1
 * @param valueBytes 0 to 2<sup>32</sup> - 1
 * @param maxEntries 0 to 2<sup>32</sup> - 1
 * @param flags {@code BPF_F_...}
 * @param extra {@code map_extra}: for a bloom filter the number of hashes
 * @param numaNode the memory node asked for; of no consequence without the flag for it
 * @param pinning 0, or 1 for "by name"
 * @param keyTypeId the type of keys in the object's BTF, or 0
 * @param valueTypeId the type of values in the object's BTF, or 0
 * @param inner for a map of maps, what they look like
 * @param initialValues for a map of maps or of programs, its contents
 * @param data for a section of data, its contents
 * @param trailingWords what follows the first five words of a legacy definition, as it is; empty if zero
 */
public record MapSpec(
        String name,
        Origin origin,
        int type,
        long keyBytes,
        long valueBytes,
        long maxEntries,
        int flags,
        long extra,
        int numaNode,
        int pinning,
        int keyTypeId,
        int valueTypeId,
        Optional<MapSpec> inner,
        List<InitialValue> initialValues,
        Optional<MapData> data,
        List<Integer> trailingWords) {
    /** {@code BPF_MAP_TYPE_ARRAY}. */
    public static final int TYPE_ARRAY = 2;

    /** {@code BPF_MAP_TYPE_PROG_ARRAY}. */
    public static final int TYPE_PROGRAM_ARRAY = 3;

    /** {@code BPF_MAP_TYPE_ARRAY_OF_MAPS}. */
    public static final int TYPE_ARRAY_OF_MAPS = 12;

    /** {@code BPF_MAP_TYPE_HASH_OF_MAPS}. */
    public static final int TYPE_HASH_OF_MAPS = 13;

    /** {@code BPF_F_RDONLY_PROG}: programs may only read. */
    public static final int FLAG_READ_ONLY_FOR_PROGRAMS = 1 << 7;

    /** Where a map was found. */
    public enum Origin {
        /** A variable in {@code .maps}. */
        BTF,
        /** A symbol in {@code maps}. */
        LEGACY,
        /** A section of data: {@code .data}, {@code .rodata}, {@code .bss} and those whose names begin like them. */
        DATA,
        /** The variables in {@code .kconfig}. */
        KCONFIG
    }

    /** What an element holds from the start. */
    public sealed interface InitialValue {
        /** The element. */
        long index();
    }

    /** A map in a map of maps. */
    public record InitialMap(long index, int mapIndex) implements InitialValue {}

    /** A program in an array of programs. */
    public record InitialProgram(long index, String program) implements InitialValue {}

    public MapSpec {
        initialValues = List.copyOf(initialValues);
        trailingWords = List.copyOf(trailingWords);
    }

    /** Fields as they are found; what is not set is 0 or empty. */
    static final class Builder {
        final String name;
        final Origin origin;
        int type;
        long keyBytes;
        long valueBytes;
        long maxEntries;
        int flags;
        long extra;
        int numaNode;
        int pinning;
        int keyTypeId;
        int valueTypeId;
        Optional<MapSpec> inner = Optional.empty();
        List<InitialValue> initialValues = List.of();
        Optional<MapData> data = Optional.empty();
        List<Integer> trailingWords = List.of();

        Builder(String name, Origin origin) {
            this.name = name;
            this.origin = origin;
        }

        MapSpec build() {
            return new MapSpec(
                    name,
                    origin,
                    type,
                    keyBytes,
                    valueBytes,
                    maxEntries,
                    flags,
                    extra,
                    numaNode,
                    pinning,
                    keyTypeId,
                    valueTypeId,
                    inner,
                    initialValues,
                    data,
                    trailingWords);
        }
    }
}
