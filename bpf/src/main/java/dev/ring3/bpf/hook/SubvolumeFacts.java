package dev.ring3.bpf.hook;

import static dev.ring3.bpf.type.Field.scalar;

import dev.ring3.bpf.type.StructType;
import java.util.Map;

/** What {@code ring3_subvolume_get} tells: {@code struct ring3_subvolume}. New fields go to the end. */
public final class SubvolumeFacts {
    public static final int ID = 0;
    public static final int ORIGIN = 8;
    public static final int PARENT = 16;
    public static final int REFERENCED = 24;
    public static final int WRITTEN = 32;
    public static final int INODES = 40;
    public static final int QUOTA = 48;
    public static final int QUOTA_INODES = 56;
    public static final int AVAILABLE = 64;
    public static final int FLAGS = 72;
    public static final int SNAPSHOTS = 76;

    /** The whole size. */
    public static final int BYTES = 80;

    /** Bits of {@link #FLAGS}. */
    public static final int FLAG_READ_ONLY = 1;

    public static final int FLAG_SNAPSHOT = 2;

    private static final ContextFields FIELDS = new ContextFields()
            .add(scalar("id", ID, 8), "the subvolume")
            .add(scalar("origin", ORIGIN, 8), "what it is a snapshot of, 0 if it is none")
            .add(scalar("parent", PARENT, 8), "the subvolume in which it is found, 0 for the first")
            .add(scalar("referenced", REFERENCED, 8), "the space that its files take, in bytes")
            .add(scalar("written", WRITTEN, 8), "what was written since its last snapshot, in bytes")
            .add(scalar("inodes", INODES, 8), "how many inodes it has")
            .add(scalar("quota", QUOTA, 8), "what referenced may become, in bytes; all ones for no limit")
            .add(scalar("quota_inodes", QUOTA_INODES, 8), "what inodes may become; all ones for no limit")
            .add(scalar("available", AVAILABLE, 8), "what can still be written in it, in bytes")
            .add(scalar("flags", FLAGS, 4), "RING3_SUBVOLUME_...")
            .add(scalar("snapshots", SNAPSHOTS, 4), "how many snapshots of it there are");

    /** The structure. */
    public static final StructType TYPE = FIELDS.type("ring3_subvolume", BYTES);

    private SubvolumeFacts() {}

    /** What each field holds, by name. */
    static Map<String, String> comments() {
        return FIELDS.comments();
    }
}
