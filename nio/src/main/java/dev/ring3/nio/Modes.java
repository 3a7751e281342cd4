package dev.ring3.nio;

import dev.ring3.fs.FileType;
import dev.ring3.fs.NewNode;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** Permission bits as sets, and what new inodes begin with. */
final class Modes {
    static final int FILE = 0666;
    static final int DIRECTORY = 0777;

    private Modes() {}

    /** The bit of a permission: the order of the enum is that of the bits, from the highest. */
    private static int bit(PosixFilePermission permission) {
        return 0400 >> permission.ordinal();
    }

    static int bits(Set<?> permissions) {
        int bits = 0;
        for (Object permission : permissions) {
            bits |= bit((PosixFilePermission) Objects.requireNonNull(permission));
        }
        return bits;
    }

    static Set<PosixFilePermission> permissions(int bits) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((bits & bit(permission)) != 0) {
                set.add(permission);
            }
        }
        return set;
    }

    /** The permissions among attributes that a new file is given; UnsupportedOperationException for any other. */
    static int initial(int otherwise, FileAttribute<?>... attributes) {
        int mode = otherwise;
        for (FileAttribute<?> attribute : attributes) {
            String name = Objects.requireNonNull(attribute).name();
            if (!name.equals("posix:permissions") && !name.equals("unix:permissions")) {
                throw new UnsupportedOperationException("'" + name + "' not supported as initial attribute");
            }
            mode = bits((Set<?>) attribute.value());
        }
        return mode;
    }

    static NewNode file(int permissions, Session session) {
        return NewNode.of(FileType.REGULAR, permissions, session.umask(), 0, 0);
    }

    static NewNode directory(int permissions, Session session) {
        return NewNode.of(FileType.DIRECTORY, permissions, session.umask(), 0, 0);
    }
}
