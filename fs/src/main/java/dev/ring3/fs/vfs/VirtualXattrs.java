package dev.ring3.fs.vfs;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.Stat;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Errno;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes that no inode stores: what Ring3 knows of one and {@code stat(2)} has no field for, as text. They can
 * be read like any other {@code user.} attribute, are in no list, so that a copy does not carry them, and nobody sets them.
 *
 * <ul>
 *   <li>{@code user.ring3.ino}: its number in its subvolume, decimal; that of a mount is derived from both
 *   <li>{@code user.ring3.subvolume}: the number of its subvolume, decimal
 *   <li>{@code user.ring3.change}: {@link Stat#change}, decimal, unsigned
 *   <li>{@code user.ring3.flags}: {@link dev.ring3.fs.StatFlags}, hexadecimal: {@code 0x10}
 * </ul>
 */
final class VirtualXattrs {
    private static final byte[] PREFIX = "ring3.".getBytes(StandardCharsets.US_ASCII);

    private VirtualXattrs() {}

    /** Whether a name is one of these, or could become one. */
    static boolean isReserved(XattrName name) {
        return name.namespace() == XattrName.Namespace.USER && startsWithPrefix(name.name());
    }

    private static boolean startsWithPrefix(Name name) {
        byte[] bytes = name.bytes();
        return bytes.length >= PREFIX.length && Arrays.equals(bytes, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    /** The value of a reserved name; null if there is none. */
    static byte @Nullable [] value(XattrName name, Stat stat) {
        String text = switch (name.name().toString()) {
            case "ring3.ino" -> Long.toUnsignedString(stat.node().ino().value());
            case "ring3.subvolume" ->
                Long.toUnsignedString(stat.node().subvolume().value());
            case "ring3.change" -> Long.toUnsignedString(stat.change());
            case "ring3.flags" -> "0x%x".formatted(stat.flags());
            default -> null;
        };
        return text == null ? null : text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Refuses to change one. */
    static void requireStored(XattrName name, String operation) {
        if (isReserved(name)) {
            throw new FsException(Errno.EPERM, operation, name + ", which Ring3 alone makes");
        }
    }
}
