package dev.ring3.fs.vfs;

/** What can be asked of a {@link Vfs}, each with the point that it passes; a program sees which it is. */
public enum Operation {
    LOOKUP(HookPoint.LOOKUP),
    STAT(HookPoint.LOOKUP),
    OPEN(HookPoint.OPEN),
    READ(HookPoint.READ),
    READDIR(HookPoint.READ),
    READLINK(HookPoint.READ),
    GETXATTR(HookPoint.READ),
    LISTXATTR(HookPoint.READ),
    SEEK(HookPoint.READ),
    COPY_SOURCE(HookPoint.READ),
    CLONE_SOURCE(HookPoint.READ),
    WRITE(HookPoint.WRITE),
    ALLOCATE(HookPoint.WRITE),
    COPY_TARGET(HookPoint.WRITE),
    CLONE_TARGET(HookPoint.WRITE),
    CREATE(HookPoint.CREATE),
    MKDIR(HookPoint.CREATE),
    MKNOD(HookPoint.CREATE),
    SYMLINK(HookPoint.CREATE),
    LINK(HookPoint.CREATE),
    RENAME(HookPoint.RENAME),
    EXCHANGE(HookPoint.RENAME),
    UNLINK(HookPoint.UNLINK),
    RMDIR(HookPoint.UNLINK),
    SETATTR(HookPoint.SETATTR),
    TRUNCATE(HookPoint.SETATTR),
    SETXATTR(HookPoint.SETATTR),
    REMOVEXATTR(HookPoint.SETATTR),
    SETACL(HookPoint.SETATTR),
    SUBVOLUME_CREATE(HookPoint.SNAPSHOT),
    SUBVOLUME_DELETE(HookPoint.SNAPSHOT),
    SUBVOLUME_CHANGE(HookPoint.SNAPSHOT),
    SNAPSHOT_CREATE(HookPoint.SNAPSHOT),
    SNAPSHOT_DELETE(HookPoint.SNAPSHOT),
    ROLLBACK(HookPoint.SNAPSHOT),
    SEND(HookPoint.SNAPSHOT),
    RECEIVE(HookPoint.SNAPSHOT);

    private final HookPoint point;

    Operation(HookPoint point) {
        this.point = point;
    }

    /** The point that it passes. */
    public HookPoint point() {
        return point;
    }
}
