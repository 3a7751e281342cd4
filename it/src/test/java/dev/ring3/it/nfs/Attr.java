package dev.ring3.it.nfs;

/** Numbers of file attributes (RFC 8881, 5; RFC 7862, 12.2; RFC 8276, 8.2; RFC 8275). */
final class Attr {
    static final int SUPPORTED_ATTRS = 0;
    static final int TYPE = 1;
    static final int FH_EXPIRE_TYPE = 2;
    static final int CHANGE = 3;
    static final int SIZE = 4;
    static final int LINK_SUPPORT = 5;
    static final int SYMLINK_SUPPORT = 6;
    static final int NAMED_ATTR = 7;
    static final int FSID = 8;
    static final int UNIQUE_HANDLES = 9;
    static final int LEASE_TIME = 10;
    static final int RDATTR_ERROR = 11;
    static final int ACL = 12;
    static final int FILEHANDLE = 19;
    static final int FILEID = 20;
    static final int MAXFILESIZE = 27;
    static final int MAXNAME = 29;
    static final int MAXREAD = 30;
    static final int MAXWRITE = 31;
    static final int MODE = 33;
    static final int NUMLINKS = 35;
    static final int OWNER = 36;
    static final int OWNER_GROUP = 37;
    static final int RAWDEV = 41;
    static final int SPACE_AVAIL = 42;
    static final int SPACE_FREE = 43;
    static final int SPACE_TOTAL = 44;
    static final int SPACE_USED = 45;
    static final int TIME_ACCESS = 47;
    static final int TIME_ACCESS_SET = 48;
    static final int TIME_DELTA = 51;
    static final int TIME_METADATA = 52;
    static final int TIME_MODIFY = 53;
    static final int TIME_MODIFY_SET = 54;
    static final int MOUNTED_ON_FILEID = 55;
    static final int MODE_SET_MASKED = 74;
    static final int SUPPATTR_EXCLCREAT = 75;
    static final int CLONE_BLKSIZE = 77;
    static final int CHANGE_ATTR_TYPE = 79;
    static final int MODE_UMASK = 81;
    static final int XATTR_SUPPORT = 82;
    static final int OPEN_ARGUMENTS = 86;

    /** Those that every server has (RFC 8881, 5.6), in order; 4.1 adds the last. */
    static final int[] REQUIRED = {
        SUPPORTED_ATTRS,
        TYPE,
        FH_EXPIRE_TYPE,
        CHANGE,
        SIZE,
        LINK_SUPPORT,
        SYMLINK_SUPPORT,
        NAMED_ATTR,
        FSID,
        UNIQUE_HANDLES,
        LEASE_TIME,
        FILEHANDLE
    };

    /** Of type nfs_ftype4. */
    enum FileType {
        NONE,
        REG,
        DIR,
        BLK,
        CHR,
        LNK,
        SOCK,
        FIFO
    }

    private Attr() {}
}
