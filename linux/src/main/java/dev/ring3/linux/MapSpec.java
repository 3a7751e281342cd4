package dev.ring3.linux;

import java.util.Optional;

/**
 * A map to create. Sizes are checked by the kernel, which refuses with {@link Errno#EINVAL} or {@link Errno#E2BIG}.
 *
 * @param keyBytes length of a key; 4 for an array
 * @param valueBytes length of a value
 * @param entriesMax how many elements the map holds at most; an array always holds that many
 * @param flags the kernel's {@code BPF_F_...} flags for maps, mostly 0
 * @param name what {@code bpftool} shows, up to 15 of {@code A-Z a-z 0-9 _ .}; may be empty
 * @param inner for a map of maps, one that is like those that will be in it; it may be closed when the map is created
 */
public record MapSpec(
        KernelMapType type,
        int keyBytes,
        int valueBytes,
        int entriesMax,
        int flags,
        String name,
        Optional<KernelMap> inner) {
    /** A map that is no map of maps. */
    public MapSpec(KernelMapType type, int keyBytes, int valueBytes, int entriesMax, int flags, String name) {
        this(type, keyBytes, valueBytes, entriesMax, flags, name, Optional.empty());
    }

    public MapSpec {
        ObjectName.require(name);
        requireNotNegative("key", keyBytes);
        requireNotNegative("value", valueBytes);
        requireNotNegative("capacity", entriesMax);
    }

    /** An array of values, indexed by 4 bytes in the host's order. */
    public static MapSpec array(int valueBytes, int entries) {
        return new MapSpec(KernelMapType.ARRAY, Integer.BYTES, valueBytes, entries, 0, "");
    }

    /** A hash map. */
    public static MapSpec hash(int keyBytes, int valueBytes, int entriesMax) {
        return new MapSpec(KernelMapType.HASH, keyBytes, valueBytes, entriesMax, 0, "");
    }

    /** The same map under a name. */
    public MapSpec withName(String other) {
        return new MapSpec(type, keyBytes, valueBytes, entriesMax, flags, other, inner);
    }

    /** The same, a map of maps like this one. */
    public MapSpec withInner(KernelMap like) {
        return new MapSpec(type, keyBytes, valueBytes, entriesMax, flags, name, Optional.of(like));
    }

    /** How messages name the map. */
    String describe() {
        return "map \"%s\" (%s, keys of %d, values of %d bytes, %d entries)"
                .formatted(name, type, keyBytes, valueBytes, entriesMax);
    }

    private static void requireNotNegative(String what, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + " of " + value);
        }
    }
}
