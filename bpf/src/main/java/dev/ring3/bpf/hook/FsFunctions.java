package dev.ring3.bpf.hook;

import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.type.Argument.Kind;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.Result;

/**
 * What programs at the filesystem ask Ring3 about the operation that they are called for, beyond their context. All are
 * found by name. What a function does not fill of memory that it is given, it fills with zeros, also when it fails.
 */
public final class FsFunctions {
    /** The longest path that {@link #PATH} tells, in bytes. */
    public static final int PATH_BYTES_MAX = 4096;

    /** The longest record that {@link #EMIT} takes, in bytes. */
    public static final int RECORD_BYTES_MAX = 4096;

    /** For {@link #NAME}: {@code name} of the context. */
    public static final int NAME_FIRST = 0;

    /** For {@link #NAME}: {@code target_name} of the context. */
    public static final int NAME_TARGET = 1;

    private static final Result LENGTH = Result.scalar(HookTypes.RESULT_MIN, Integer.MAX_VALUE);

    /**
     * {@code long ring3_data_read(__u64 offset, void *into, __u32 length)}: copies from the data that a write brings,
     * {@code offset} bytes after its start. Returns how many bytes it copied, fewer at the end of the data; 0 where no
     * data is written.
     */
    public static final FunctionContract DATA_READ = FunctionContract.of(
                    "ring3_data_read", LENGTH, Kind.ANYTHING, Kind.OUTPUT, Kind.SIZE_OR_ZERO)
            .with(Effect.RETURNS_AT_MOST_SIZE);

    /**
     * {@code long ring3_name(__u32 which, void *into, __u32 size)}: copies a name of the operation, without a zero byte of
     * its own. Returns how many bytes it copied, or {@code -EINVAL}.
     */
    public static final FunctionContract NAME = FunctionContract.of(
                    "ring3_name", LENGTH, Kind.SCALAR, Kind.OUTPUT, Kind.SIZE_OR_ZERO)
            .with(Effect.RETURNS_AT_MOST_SIZE);

    /**
     * {@code long ring3_path(__u64 subvolume, __u64 ino, void *into, __u32 size)}: a path of an inode from the root of the
     * volume. Returns its length, {@code -ENOENT} where it has no name, {@code -ENAMETOOLONG} where there is no room.
     */
    public static final FunctionContract PATH = FunctionContract.of(
                    "ring3_path", LENGTH, Kind.SCALAR, Kind.SCALAR, Kind.OUTPUT, Kind.SIZE_OR_ZERO)
            .with(Effect.RETURNS_AT_MOST_SIZE);

    /**
     * {@code long ring3_xattr(const void *name, __u32 name_length, void *into, __u32 size)}: an extended attribute of the
     * inode, or of the directory where the operation has no inode yet. Returns its length, {@code -ENODATA},
     * {@code -ERANGE} where there is no room.
     */
    public static final FunctionContract XATTR =
            FunctionContract.of("ring3_xattr", LENGTH, Kind.MEMORY, Kind.SIZE, Kind.OUTPUT, Kind.SIZE_OR_ZERO);

    /**
     * {@code long ring3_subvolume_get(__u64 id, void *into, __u32 size)}: what is known of a subvolume, as {@link SubvolumeFacts}.
     * Returns how many bytes it filled, or {@code -ENOENT}.
     */
    public static final FunctionContract SUBVOLUME = FunctionContract.of(
                    "ring3_subvolume_get", LENGTH, Kind.SCALAR, Kind.OUTPUT, Kind.SIZE_OR_ZERO)
            .with(Effect.RETURNS_AT_MOST_SIZE);

    /**
     * {@code long ring3_emit_typed(__u64 type, const void *record, __u32 size)}: puts a record into the audit log. Returns 0,
     * or {@code -E2BIG}. The macro {@code ring3_emit} finds the type.
     */
    public static final FunctionContract EMIT =
            FunctionContract.of("ring3_emit_typed", Result.STATUS, Kind.SCALAR, Kind.MEMORY, Kind.SIZE);

    private FsFunctions() {}

    static HostFunctions declaredIn(HostFunctions functions) {
        return functions
                .declare(DATA_READ)
                .declare(NAME)
                .declare(PATH)
                .declare(XATTR)
                .declare(SUBVOLUME)
                .declare(EMIT);
    }
}
