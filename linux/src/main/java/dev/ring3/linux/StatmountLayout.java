package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * {@code struct mnt_id_req} and {@code struct statmount} of {@code include/uapi/linux/mount.h} (Linux 6.18), in the
 * host's byte order. The strings of a statmount follow it; its fields hold their offsets from {@link #STRINGS_AT}.
 */
final class StatmountLayout {
    /** The request's first version, without the namespace, which every kernel accepts that has the call. */
    static final int REQUEST_BYTES = 24;

    static final int REQUEST_SIZE_AT = 0; // u32
    static final int REQUEST_MOUNT_AT = 8; // u64
    static final int REQUEST_PARAMETER_AT = 16; // u64: the mask, or after which mount to go on

    static final int STRINGS_AT = 512;

    static final int OPTIONS_AT = 4; // u32, a string, as all that follow by that width where said
    static final int MASK_AT = 8; // u64
    static final int DEV_MAJOR_AT = 16; // u32
    static final int DEV_MINOR_AT = 20; // u32
    static final int SB_MAGIC_AT = 24; // u64
    static final int SB_FLAGS_AT = 32; // u32
    static final int FS_TYPE_AT = 36; // string
    static final int MNT_ID_AT = 40; // u64
    static final int MNT_PARENT_ID_AT = 48; // u64
    static final int MNT_ID_OLD_AT = 56; // u32
    static final int MNT_PARENT_ID_OLD_AT = 60; // u32
    static final int MNT_ATTR_AT = 64; // u64
    static final int MNT_PROPAGATION_AT = 72; // u64
    static final int MNT_ROOT_AT = 104; // string
    static final int MNT_POINT_AT = 108; // string
    static final int FS_SUBTYPE_AT = 120; // string
    static final int SB_SOURCE_AT = 124; // string

    static final int SB_BASIC = 0x1;
    static final int MNT_BASIC = 0x2;
    static final int MNT_ROOT = 0x8;
    static final int MNT_POINT = 0x10;
    static final int FS_TYPE = 0x20;
    static final int MNT_OPTS = 0x80;
    static final int FS_SUBTYPE = 0x100;
    static final int SB_SOURCE = 0x200;

    static final int EVERYTHING =
            SB_BASIC | MNT_BASIC | MNT_ROOT | MNT_POINT | FS_TYPE | MNT_OPTS | FS_SUBTYPE | SB_SOURCE;

    private StatmountLayout() {}

    static void encodeRequest(MemorySegment request, long mount, long parameter) {
        request.set(ValueLayout.JAVA_INT, REQUEST_SIZE_AT, REQUEST_BYTES);
        request.set(ValueLayout.JAVA_LONG, REQUEST_MOUNT_AT, mount);
        request.set(ValueLayout.JAVA_LONG, REQUEST_PARAMETER_AT, parameter);
    }

    static boolean has(MemorySegment statmount, int bit) {
        return (statmount.get(ValueLayout.JAVA_LONG, MASK_AT) & bit) != 0;
    }

    static Optional<String> string(MemorySegment statmount, int bit, int at) {
        return has(statmount, bit)
                ? Optional.of(statmount.getString(
                        STRINGS_AT + Integer.toUnsignedLong(statmount.get(ValueLayout.JAVA_INT, at)),
                        StandardCharsets.UTF_8))
                : Optional.empty();
    }
}
