package dev.ring3.fs.vfs;

/**
 * Kinds of operations as they are measured: what front ends call, one for one. Not the same set as {@link Operation}, which
 * is what programs decide on: nobody decides on a stat or a sync.
 */
public enum ObservedOperation {
    LOOKUP,
    STAT,
    OPEN,
    READ,
    READDIR,
    READLINK,
    GETXATTR,
    WRITE,
    ALLOCATE,
    COPY,
    SYNC,
    CREATE,
    LINK,
    RENAME,
    UNLINK,
    SETATTR,
    SETXATTR
}
