package dev.ring3.fs;

/** What an extended attribute that is set may have been before; {@code setxattr(2)}. */
public enum XattrMode {
    ANY,
    /** It must not be there: EEXIST. */
    CREATE,
    /** It must be there: ENODATA. */
    REPLACE
}
