package dev.ring3.fs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.linux.Errno;

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
     * A name with its prefix, as {@code getfattr} prints it.
     *
     * @throws FsException EOPNOTSUPP for another prefix than those of {@link Namespace}, EINVAL for nothing behind it
     */
    public static XattrName parse(String text) {
        for (Namespace namespace : Namespace.values()) {
            if (text.startsWith(namespace.prefix())) {
                String rest = text.substring(namespace.prefix().length());
                if (rest.isEmpty()) {
                    throw new FsException(Errno.EINVAL, "xattr", text);
                }
                byte[] bytes = rest.getBytes(UTF_8);
                if (namespace.prefix().length() + bytes.length > BYTES_MAX) {
                    throw new FsException(Errno.ERANGE, "xattr", "a name of more than " + BYTES_MAX + " bytes");
                }
                return new XattrName(namespace, Name.of(bytes));
            }
        }
        throw new FsException(Errno.EOPNOTSUPP, "xattr", text);
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
