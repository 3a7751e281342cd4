package dev.ring3.fs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.linux.Errno;
import java.util.Arrays;

/**
 * The name of an extended attribute.
 *
 * @param name the part after the namespace's prefix; at most {@value #BYTES_MAX} bytes with it
 */
public record XattrName(Namespace namespace, Name name) implements Comparable<XattrName> {
    /** Linux's XATTR_NAME_MAX, with the prefix. */
    public static final int BYTES_MAX = 255;

    /** Linux's XATTR_SIZE_MAX. */
    public static final int VALUE_BYTES_MAX = 65_536;

    /** Linux's XATTR_LIST_MAX: what all names of an inode take together, each with its prefix and a NUL. */
    public static final int LIST_BYTES_MAX = 65_536;

    /** Who may see and set it; Vfs holds to that. The order is part of the format. */
    public enum Namespace {
        USER("user."),
        TRUSTED("trusted."),
        SECURITY("security.");

        private final String prefix;

        Namespace(String prefix) {
            this.prefix = prefix;
        }

        public String prefix() {
            return prefix;
        }
    }

    public XattrName {
        if (namespace.prefix().length() + name.length() > BYTES_MAX) {
            throw new FsException(Errno.ERANGE, "xattr", "a name of more than " + BYTES_MAX + " bytes");
        }
    }

    /**
     * A name with its prefix, as {@code getfattr} prints it; errors as {@link #parse(byte[])}.
     */
    public static XattrName parse(String text) {
        return parse(text.getBytes(UTF_8));
    }

    /**
     * A name with its prefix, as {@code setxattr(2)} has it.
     *
     * @throws FsException EOPNOTSUPP for another prefix than those of {@link Namespace}, EINVAL for nothing behind it,
     *     ERANGE for one that is too long
     */
    public static XattrName parse(byte[] text) {
        for (Namespace namespace : Namespace.values()) {
            byte[] prefix = namespace.prefix().getBytes(UTF_8);
            if (text.length >= prefix.length && Arrays.equals(text, 0, prefix.length, prefix, 0, prefix.length)) {
                if (text.length == prefix.length) {
                    throw new FsException(Errno.EINVAL, "xattr", namespace.prefix());
                }
                if (text.length > BYTES_MAX) {
                    throw new FsException(Errno.ERANGE, "xattr", "a name of more than " + BYTES_MAX + " bytes");
                }
                return new XattrName(namespace, Name.of(Arrays.copyOfRange(text, prefix.length, text.length)));
            }
        }
        throw new FsException(Errno.EOPNOTSUPP, "xattr", new String(text, UTF_8));
    }

    @Override
    public int compareTo(XattrName other) {
        int order = namespace.compareTo(other.namespace);
        return order != 0 ? order : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace.prefix() + name;
    }
}
