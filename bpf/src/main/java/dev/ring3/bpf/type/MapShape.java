package dev.ring3.bpf.type;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What programs can rely on of a map.
 *
 * @param name for messages
 * @param type the kernel's number ({@code BPF_MAP_TYPE_*})
 * @param programsMayRead whether programs may read its values
 * @param programsMayWrite whether programs may write its values
 * @param spinLockOffset where in a value its {@code struct bpf_spin_lock} is
 * @param timerOffset where in a value its {@code struct bpf_timer} is
 * @param constants the content of the only value, if nobody changes it any more
 * @param inner for a map of maps, what they look like
 */
public record MapShape(
        String name,
        int type,
        long keyBytes,
        long valueBytes,
        long maxEntries,
        boolean programsMayRead,
        boolean programsMayWrite,
        OptionalInt spinLockOffset,
        OptionalInt timerOffset,
        Optional<byte[]> constants,
        @Nullable MapShape inner) {
    /** This map, whose values programs may only read. */
    public MapShape readOnly() {
        return new MapShape(
                name,
                type,
                keyBytes,
                valueBytes,
                maxEntries,
                programsMayRead,
                false,
                spinLockOffset,
                timerOffset,
                constants,
                inner);
    }

    /** A map whose values programs may read and write, and nothing special in them. */
    public static MapShape of(String name, int type, long keyBytes, long valueBytes, long maxEntries) {
        return new MapShape(
                name,
                type,
                keyBytes,
                valueBytes,
                maxEntries,
                true,
                true,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                null);
    }
}
