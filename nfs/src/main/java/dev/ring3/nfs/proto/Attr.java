package dev.ring3.nfs.proto;

/** Numbers of attributes (RFC 8881 section 5, RFC 7862 section 12.2, RFC 8275, RFC 8276, RFC 9754). */
public final class Attr {
    public static final int SUPPORTED_ATTRS = 0;
    public static final int TYPE = 1;
    public static final int FH_EXPIRE_TYPE = 2;
    public static final int CHANGE = 3;
    public static final int SIZE = 4;
    public static final int LINK_SUPPORT = 5;
    public static final int SYMLINK_SUPPORT = 6;
    public static final int NAMED_ATTR = 7;
    public static final int FSID = 8;
    public static final int UNIQUE_HANDLES = 9;
    public static final int LEASE_TIME = 10;
    public static final int RDATTR_ERROR = 11;
    public static final int ACL = 12;
    public static final int ACLSUPPORT = 13;
    public static final int CANSETTIME = 15;
    public static final int CASE_INSENSITIVE = 16;
    public static final int CASE_PRESERVING = 17;
    public static final int CHOWN_RESTRICTED = 18;
    public static final int FILEHANDLE = 19;
    public static final int FILEID = 20;
    public static final int FILES_AVAIL = 21;
    public static final int FILES_FREE = 22;
    public static final int FILES_TOTAL = 23;
    public static final int HOMOGENEOUS = 26;
    public static final int MAXFILESIZE = 27;
    public static final int MAXLINK = 28;
    public static final int MAXNAME = 29;
    public static final int MAXREAD = 30;
    public static final int MAXWRITE = 31;
    public static final int MODE = 33;
    public static final int NO_TRUNC = 34;
    public static final int NUMLINKS = 35;
    public static final int OWNER = 36;
    public static final int OWNER_GROUP = 37;
    public static final int QUOTA_AVAIL_HARD = 38;
    public static final int QUOTA_AVAIL_SOFT = 39;
    public static final int QUOTA_USED = 40;
    public static final int RAWDEV = 41;
    public static final int SPACE_AVAIL = 42;
    public static final int SPACE_FREE = 43;
    public static final int SPACE_TOTAL = 44;
    public static final int SPACE_USED = 45;
    public static final int TIME_ACCESS = 47;
    public static final int TIME_ACCESS_SET = 48;
    public static final int TIME_CREATE = 50;
    public static final int TIME_DELTA = 51;
    public static final int TIME_METADATA = 52;
    public static final int TIME_MODIFY = 53;
    public static final int TIME_MODIFY_SET = 54;
    public static final int MOUNTED_ON_FILEID = 55;
    public static final int FS_LAYOUT_TYPES = 62;
    public static final int MODE_SET_MASKED = 74;
    public static final int SUPPATTR_EXCLCREAT = 75;
    public static final int FS_CHARSET_CAP = 76;
    public static final int CLONE_BLKSIZE = 77;
    public static final int CHANGE_ATTR_TYPE = 79;
    public static final int MODE_UMASK = 81;
    public static final int XATTR_SUPPORT = 82;
    public static final int OPEN_ARGUMENTS = 86;

    /** What can only be set. */
    public static final Bitmap WRITE_ONLY = Bitmap.of(TIME_ACCESS_SET, TIME_MODIFY_SET, MODE_SET_MASKED, MODE_UMASK);

    /** Two more ways to set a mode. */
    public static final Bitmap OTHER_MODES = Bitmap.of(MODE_SET_MASKED, MODE_UMASK);

    private static final Bitmap SETTABLE_FIRST =
            Bitmap.of(SIZE, ACL, MODE, OWNER, OWNER_GROUP, TIME_ACCESS_SET, TIME_MODIFY_SET);

    private static final Bitmap FIRST = Bitmap.of(
                    SUPPORTED_ATTRS,
                    TYPE,
                    FH_EXPIRE_TYPE,
                    CHANGE,
                    LINK_SUPPORT,
                    SYMLINK_SUPPORT,
                    NAMED_ATTR,
                    FSID,
                    UNIQUE_HANDLES,
                    LEASE_TIME,
                    RDATTR_ERROR,
                    ACLSUPPORT,
                    CANSETTIME,
                    CASE_INSENSITIVE,
                    CASE_PRESERVING,
                    CHOWN_RESTRICTED,
                    FILEHANDLE,
                    FILEID,
                    FILES_AVAIL,
                    FILES_FREE,
                    FILES_TOTAL,
                    HOMOGENEOUS,
                    MAXFILESIZE,
                    MAXLINK,
                    MAXNAME,
                    MAXREAD,
                    MAXWRITE,
                    NO_TRUNC,
                    NUMLINKS,
                    QUOTA_AVAIL_HARD,
                    QUOTA_AVAIL_SOFT,
                    QUOTA_USED,
                    RAWDEV,
                    SPACE_AVAIL,
                    SPACE_FREE,
                    SPACE_TOTAL,
                    SPACE_USED,
                    TIME_ACCESS,
                    TIME_CREATE,
                    TIME_DELTA,
                    TIME_METADATA,
                    TIME_MODIFY,
                    MOUNTED_ON_FILEID)
            .or(SETTABLE_FIRST);

    private static final Bitmap SECOND =
            Bitmap.of(FS_LAYOUT_TYPES, MODE_SET_MASKED, SUPPATTR_EXCLCREAT, FS_CHARSET_CAP);

    private static final Bitmap THIRD =
            Bitmap.of(CLONE_BLKSIZE, CHANGE_ATTR_TYPE, MODE_UMASK, XATTR_SUPPORT, OPEN_ARGUMENTS);

    private Attr() {}

    /** What a minor version has here. */
    public static Bitmap supported(int minor) {
        return switch (minor) {
            case 0 -> FIRST;
            case 1 -> FIRST.or(SECOND);
            default -> FIRST.or(SECOND).or(THIRD);
        };
    }

    /** What can be set in a minor version. */
    public static Bitmap settable(int minor) {
        return switch (minor) {
            case 0 -> SETTABLE_FIRST;
            case 1 -> SETTABLE_FIRST.with(MODE_SET_MASKED);
            default -> SETTABLE_FIRST.with(MODE_SET_MASKED).with(MODE_UMASK);
        };
    }

    /** What can be set as a file is made exclusively: the times hold the verifier then, and there are no bits of a mode to keep. */
    public static Bitmap settableExclusively(int minor) {
        return settable(minor).without(Bitmap.of(TIME_ACCESS_SET, TIME_MODIFY_SET, MODE_SET_MASKED));
    }
}
