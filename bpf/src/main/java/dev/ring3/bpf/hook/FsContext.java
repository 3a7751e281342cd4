package dev.ring3.bpf.hook;

import static dev.ring3.bpf.type.Field.bytes;
import static dev.ring3.bpf.type.Field.scalar;

import dev.ring3.bpf.type.StructType;
import java.util.Map;

/**
 * The context of programs at the filesystem: {@code struct ring3_fs}. Flat, in the byte order of the machine; what does
 * not apply to an operation is zero. Programs read it only. New fields go to the end.
 */
public final class FsContext {
    public static final int OP = 0;
    public static final int FLAGS = 4;
    public static final int SUBVOLUME = 8;
    public static final int INO = 16;
    public static final int PARENT = 24;
    public static final int TARGET_PARENT = 32;
    public static final int TARGET_INO = 40;
    public static final int TARGET_SUBVOLUME = 48;
    public static final int OFFSET = 56;
    public static final int LENGTH = 64;
    public static final int FILE_SIZE = 72;
    public static final int OPEN_ID = 80;
    public static final int PIDFS_ID = 88;
    public static final int CGROUP = 96;
    public static final int CLIENT_ADDRESS = 104;
    public static final int CLIENT_ADDRESS_BYTES = 16;
    public static final int UID = 120;
    public static final int GID = 124;
    public static final int PID = 128;
    public static final int TID = 132;
    public static final int ORIGIN = 136;
    public static final int MODE = 140;
    public static final int ATTRIBUTES = 144;
    public static final int NEW_UID = 148;
    public static final int NEW_GID = 152;
    public static final int EXIT_STATUS = 156;
    public static final int VERDICT = 160;
    public static final int NAME_LENGTH = 164;
    public static final int TARGET_NAME_LENGTH = 168;
    public static final int NAME = 176;
    public static final int TARGET_NAME = 432;

    /** Room for a name of 255 bytes and the zero byte behind it. */
    public static final int NAME_BYTES = 256;

    /** The whole size. */
    public static final int BYTES = 688;

    /** Bits of {@link #ATTRIBUTES}: what an operation changes. */
    public static final int ATTRIBUTE_MODE = 1;

    public static final int ATTRIBUTE_UID = 2;
    public static final int ATTRIBUTE_GID = 4;
    public static final int ATTRIBUTE_SIZE = 8;
    public static final int ATTRIBUTE_ATIME = 16;
    public static final int ATTRIBUTE_MTIME = 32;
    public static final int ATTRIBUTE_FLAGS = 64;

    private static final ContextFields FIELDS = new ContextFields()
            .add(scalar("op", OP, 4), "what is about to happen, RING3_OP_...")
            .add(scalar("flags", FLAGS, 4), "of the system call that asks, such as open(2), as it has them")
            .add(scalar("subvolume", SUBVOLUME, 8), "the subvolume")
            .add(scalar("ino", INO, 8), "the inode, 0 if there is none yet")
            .add(scalar("parent", PARENT, 8), "the directory that name is in")
            .add(scalar("target_parent", TARGET_PARENT, 8), "the directory that target_name is in")
            .add(scalar("target_ino", TARGET_INO, 8), "the other inode: replaced by a rename, other side of a copy")
            .add(scalar("target_subvolume", TARGET_SUBVOLUME, 8), "the other subvolume or snapshot")
            .add(scalar("offset", OFFSET, 8), "where in the file, in bytes")
            .add(scalar("length", LENGTH, 8), "how many bytes; for a change of size the new one")
            .add(
                    scalar("file_size", FILE_SIZE, 8),
                    "the size of the file before, in bytes; for a truncation and what passes fs/open and fs/write")
            .add(scalar("open_id", OPEN_ID, 8), "the open file, not used again while the server runs; 0 for none")
            .add(scalar("pidfs_id", PIDFS_ID, 8), "the calling process, not used again until a reboot; 0 if unknown")
            .add(scalar("cgroup", CGROUP, 8), "the control group of the calling process, 0 if unknown")
            .add(
                    bytes("client_address", CLIENT_ADDRESS, CLIENT_ADDRESS_BYTES),
                    "the address of the client, an IPv4 address as ::ffff:a.b.c.d; zeros for this machine")
            .add(scalar("uid", UID, 4), "on whose behalf, after root was squashed")
            .add(scalar("gid", GID, 4), "the group on whose behalf")
            .add(scalar("pid", PID, 4), "the calling process as the server numbers it, 0 if unknown")
            .add(scalar("tid", TID, 4), "the calling thread as the server numbers it, 0 if unknown")
            .add(scalar("origin", ORIGIN, 4), "through which door, RING3_ORIGIN_...")
            .add(scalar("mode", MODE, 4), "type and permissions, of what is made or as they shall be")
            .add(scalar("attributes", ATTRIBUTES, 4), "what changes, RING3_ATTRIBUTE_...")
            .add(scalar("new_uid", NEW_UID, 4), "the owner to be")
            .add(scalar("new_gid", NEW_GID, 4), "the group to be")
            .add(scalar("exit_status", EXIT_STATUS, 4), "of a process that has ended, as wait(2) tells it")
            .add(scalar("verdict", VERDICT, 4), "the errno with which a program before this one refused, 0 if none did")
            .add(scalar("name_length", NAME_LENGTH, 4), "the length of name in bytes")
            .add(scalar("target_name_length", TARGET_NAME_LENGTH, 4), "the length of target_name in bytes")
            .add(bytes("name", NAME, NAME_BYTES), "the name, at most 255 bytes, zeros behind it")
            .add(bytes("target_name", TARGET_NAME, NAME_BYTES), "the second name, at most 255 bytes, zeros behind it");

    /** The structure. */
    public static final StructType TYPE = FIELDS.type("ring3_fs", BYTES);

    private FsContext() {}

    /** What each field holds, by name. */
    static Map<String, String> comments() {
        return FIELDS.comments();
    }
}
