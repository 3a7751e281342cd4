package dev.ring3.it.posix;

/** Where the suite runs. */
enum Target {
    /** The namespace itself. */
    VFS,
    /** The kernel, on a mount of it. */
    FUSE,
    /** The kernel, on a filesystem of the host: shows that the suite is right. */
    HOST
}
