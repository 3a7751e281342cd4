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
    private static final int FLAG_READ_ONLY = 1 << 7;
    private static final int FLAG_WRITE_ONLY = 1 << 8;

    /** This map, whose values programs may only read. */
    public MapShape readOnly() {
        return copy(programsMayRead, false, spinLockOffset, timerOffset, inner);
    }

    /** This map, as a map of maps that look so. */
    public MapShape withInner(MapShape innerShape) {
        return copy(programsMayRead, programsMayWrite, spinLockOffset, timerOffset, innerShape);
    }

    /** This map, in whose values a {@code struct bpf_spin_lock} is. */
    public MapShape withSpinLock(int offset) {
        return copy(programsMayRead, programsMayWrite, OptionalInt.of(offset), timerOffset, inner);
    }

    /** This map, in whose values a {@code struct bpf_timer} is. */
    public MapShape withTimer(int offset) {
        return copy(programsMayRead, programsMayWrite, spinLockOffset, OptionalInt.of(offset), inner);
    }

    /** This map, of which programs may do what flags leave them ({@code BPF_F_RDONLY_PROG}, {@code BPF_F_WRONLY_PROG}). */
    public MapShape withAccess(int flags) {
        return copy((flags & FLAG_WRITE_ONLY) == 0, (flags & FLAG_READ_ONLY) == 0, spinLockOffset, timerOffset, inner);
    }

    private MapShape copy(
            boolean mayRead, boolean mayWrite, OptionalInt spinLock, OptionalInt timer, @Nullable MapShape innerShape) {
        return new MapShape(
                name,
                type,
                keyBytes,
                valueBytes,
                maxEntries,
                mayRead,
                mayWrite,
                spinLock,
                timer,
                constants,
                innerShape);
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
