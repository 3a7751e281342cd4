package dev.ring3.nfs.op;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.PosixAcl;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;

/**
 * {@code nfsace4} (RFC 8881, section 6.2.1), of those that POSIX lists can say.
 *
 * @param allow whether it allows or denies
 * @param flags {@code ACE4_*_INHERIT*}
 * @param tag whom it is about; MASK never
 * @param permissions read 4, write 2, execute 1
 */
record Ace(boolean allow, int flags, PosixAcl.Tag tag, int id, int permissions) {
    static final int FILE_INHERIT = 0x1;
    static final int DIRECTORY_INHERIT = 0x2;
    static final int INHERIT_ONLY = 0x8;
    private static final int IDENTIFIER_GROUP = 0x40;
    private static final int KNOWN_FLAGS = FILE_INHERIT | DIRECTORY_INHERIT | INHERIT_ONLY | IDENTIFIER_GROUP;

    private static final int ALLOW = 0;
    private static final int DENY = 1;

    private static final int READ_DATA = 0x1;
    private static final int WRITE_DATA = 0x2;
    private static final int APPEND_DATA = 0x4;
    private static final int READ_NAMED_ATTRS = 0x8;
    private static final int EXECUTE = 0x20;
    private static final int DELETE_CHILD = 0x40;
    private static final int READ_ATTRIBUTES = 0x80;
    private static final int WRITE_ATTRIBUTES = 0x100;
    private static final int DELETE = 0x1_0000;
    private static final int READ_ACL = 0x2_0000;
    private static final int WRITE_ACL = 0x4_0000;
    private static final int WRITE_OWNER = 0x8_0000;
    private static final int SYNCHRONIZE = 0x10_0000;

    /** What everybody has who reaches a file. */
    private static final int ALWAYS = READ_ATTRIBUTES | READ_ACL | SYNCHRONIZE | READ_NAMED_ATTRS;

    /** What the owner has, and nobody else. */
    private static final int OF_OWNER = WRITE_ATTRIBUTES | WRITE_ACL;

    private static final int WHO_BYTES_MAX = 1024;

    void write(XdrWriter out, boolean directory) {
        int mask = mask(directory);
        if (allow) {
            mask |= ALWAYS | (tag == PosixAcl.Tag.OWNER ? OF_OWNER : 0);
        }
        out.putInt(allow ? ALLOW : DENY)
                .putInt(flags | (tag == PosixAcl.Tag.NAMED_GROUP ? IDENTIFIER_GROUP : 0))
                .putInt(mask)
                .putOpaque(who());
    }

    private int mask(boolean directory) {
        int write = WRITE_DATA | APPEND_DATA | (directory ? DELETE_CHILD : 0);
        return ((permissions & 4) != 0 ? READ_DATA : 0)
                | ((permissions & 2) != 0 ? write : 0)
                | ((permissions & 1) != 0 ? EXECUTE : 0);
    }

    private byte[] who() {
        return switch (tag) {
            case OWNER -> "OWNER@".getBytes(UTF_8);
            case GROUP -> "GROUP@".getBytes(UTF_8);
            case OTHER -> "EVERYONE@".getBytes(UTF_8);
            case USER, NAMED_GROUP -> Identities.text(id);
            case MASK -> throw new IllegalStateException("a mask is no entry of NFS");
        };
    }

    /** Reads one; ATTRNOTSUPP for what POSIX lists cannot say, BADOWNER, INVAL. */
    static Ace read(XdrReader in, Identities identities) {
        int type = in.getInt();
        int flags = in.getInt();
        int mask = in.getInt();
        byte[] who = in.getOpaque(WHO_BYTES_MAX);
        boolean allow = type == ALLOW;
        boolean inherits = (flags & (FILE_INHERIT | DIRECTORY_INHERIT)) != 0;
        boolean both = (flags & (FILE_INHERIT | DIRECTORY_INHERIT)) == (FILE_INHERIT | DIRECTORY_INHERIT);
        boolean half = (mask & WRITE_DATA) != 0 != ((mask & APPEND_DATA) != 0);
        boolean more = allow ? (mask & (WRITE_OWNER | DELETE)) != 0 : (mask & ALWAYS) != 0;
        boolean never = (flags & INHERIT_ONLY) != 0 && !inherits;
        boolean wrongFlags = (flags & ~KNOWN_FLAGS) != 0 || (inherits && !both) || never;
        if ((type != ALLOW && type != DENY) || wrongFlags || half || more) {
            throw new NfsException(NfsStatus.ATTRNOTSUPP);
        }
        int permissions = ((mask & READ_DATA) != 0 ? 4 : 0)
                | ((mask & WRITE_DATA) != 0 ? 2 : 0)
                | ((mask & EXECUTE) != 0 ? 1 : 0);
        int inheritance = flags & ~IDENTIFIER_GROUP;
        return switch (Utf8.decode(who)) {
            case "OWNER@" -> new Ace(allow, inheritance, PosixAcl.Tag.OWNER, -1, permissions);
            case "GROUP@" -> new Ace(allow, inheritance, PosixAcl.Tag.GROUP, -1, permissions);
            case "EVERYONE@" -> new Ace(allow, inheritance, PosixAcl.Tag.OTHER, -1, permissions);
            default ->
                (flags & IDENTIFIER_GROUP) != 0
                        ? new Ace(allow, inheritance, PosixAcl.Tag.NAMED_GROUP, identities.gid(who), permissions)
                        : new Ace(allow, inheritance, PosixAcl.Tag.USER, identities.uid(who), permissions);
        };
    }
}
