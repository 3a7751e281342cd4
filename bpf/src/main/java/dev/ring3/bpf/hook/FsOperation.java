package dev.ring3.bpf.hook;

import java.util.Arrays;
import java.util.List;

/**
 * What the filesystem is about to do when it asks a program: the field {@code op} of {@link FsContext}. Numbers are part
 * of the interface to programs and are never used again for something else.
 */
public enum FsOperation {
    LOOKUP(1, "fs/lookup", "finds name in parent"),
    STAT(2, "fs/lookup", "tells the attributes of ino"),
    OPEN(16, "fs/open", "opens ino; flags are those of open(2)"),
    READ(32, "fs/read", "reads length bytes at offset"),
    READDIR(33, "fs/read", "lists the directory ino"),
    READLINK(34, "fs/read", "tells the target of the symbolic link ino"),
    GETXATTR(35, "fs/read", "tells the extended attribute name"),
    LISTXATTR(36, "fs/read", "lists the names of extended attributes"),
    SEEK(39, "fs/read", "tells where data or a hole begins from offset on"),
    COPY_SOURCE(37, "fs/read", "reads what is copied into target_ino"),
    CLONE_SOURCE(38, "fs/read", "shares what target_ino is a clone of"),
    WRITE(48, "fs/write", "writes length bytes at offset"),
    FALLOCATE(49, "fs/write", "allocates, zeroes or punches length bytes at offset; flags are those of fallocate(2)"),
    COPY_TARGET(50, "fs/write", "writes what is copied from target_ino"),
    CLONE_TARGET(51, "fs/write", "becomes a clone of target_ino from offset on"),
    CREATE(64, "fs/create", "makes the file name in parent"),
    MKDIR(65, "fs/create", "makes the directory name in parent"),
    MKNOD(66, "fs/create", "makes the special file name in parent"),
    SYMLINK(67, "fs/create", "makes the symbolic link name in parent; its target is target_name, cut if it is long"),
    LINK(68, "fs/create", "gives ino another name, name in parent"),
    RENAME(80, "fs/rename", "moves name in parent to target_name in target_parent"),
    EXCHANGE(81, "fs/rename", "exchanges name in parent with target_name in target_parent"),
    UNLINK(96, "fs/unlink", "removes name from parent"),
    RMDIR(97, "fs/unlink", "removes the directory name from parent"),
    SETATTR(112, "fs/setattr", "changes the attributes that attributes says"),
    TRUNCATE(113, "fs/setattr", "changes the size to length"),
    SETXATTR(114, "fs/setattr", "sets the extended attribute name to length bytes"),
    REMOVEXATTR(115, "fs/setattr", "removes the extended attribute name"),
    SETACL(116, "fs/setattr", "sets an access control list"),
    SNAPSHOT_CREATE(128, "fs/snapshot", "takes the snapshot name of subvolume"),
    SNAPSHOT_DELETE(129, "fs/snapshot", "deletes the snapshot target_subvolume"),
    SUBVOLUME_CREATE(130, "fs/snapshot", "makes the subvolume name"),
    SUBVOLUME_DELETE(131, "fs/snapshot", "deletes subvolume"),
    ROLLBACK(132, "fs/snapshot", "sets subvolume back to the snapshot target_subvolume"),
    SEND(133, "fs/snapshot", "sends subvolume, or what it has since target_subvolume"),
    RECEIVE(134, "fs/snapshot", "receives into subvolume"),
    SUBVOLUME_CHANGE(
            135, "fs/snapshot", "changes the name, the quota, the holds of subvolume, or makes it the default"),
    PROCESS_EXIT(144, "proc/exit", "a process has ended: pid with exit_status");

    private final int number;
    private final String section;
    private final String about;

    FsOperation(int number, String section, String about) {
        this.number = number;
        this.section = section;
        this.about = about;
    }

    /** The number that programs see. */
    public int number() {
        return number;
    }

    /** Where programs that are asked about it attach, as {@code SEC} names it. */
    public String section() {
        return section;
    }

    /** What it is, in a few words. */
    public String about() {
        return about;
    }

    /** The name that programs know it by. */
    String constant() {
        return "RING3_OP_" + name();
    }

    /** All places to attach to, in order. */
    public static List<String> sections() {
        return Arrays.stream(values()).map(FsOperation::section).distinct().toList();
    }
}
