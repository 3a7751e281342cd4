package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Puts filesystems into the tree of names and takes them out, {@code mount(2)} and {@code umount2(2)}; wants root. */
public final class Mounting {
    /** Set-id bits and capabilities of files count for nothing. */
    public static final int NO_SET_ID = 2;

    /** Device nodes cannot be opened. */
    public static final int NO_DEVICES = 4;

    /** Nothing can be changed. */
    public static final int READ_ONLY = 1;

    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    private Mounting() {}

    /**
     * Mounts a filesystem.
     *
     * @param source shown in the list of mounts; what it means is the type's
     * @param flags such as {@link #NO_SET_ID}
     * @param options the type's own, separated by commas
     * @throws LinuxException with {@link Errno#EPERM}, {@link Errno#ENODEV} for an unknown type, {@link Errno#EINVAL}
     */
    public static void mount(String source, Path target, String type, int flags, String options) {
        SystemCalls calls = HostSystemCalls.get();
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment from = memory.cString(source);
            MemorySegment to = memory.cString(PathBytes.of(target));
            MemorySegment kind = memory.cString(type);
            MemorySegment text = memory.cString(options);
            long result = calls.call(
                    memory, SystemCall.MOUNT, from.address(), to.address(), kind.address(), flags, text.address());
            LinuxException.require(result, "mount", "%s on %s".formatted(type, target));
        }
    }

    /**
     * Takes a mount out.
     *
     * @param lazily whether it goes at once also while it is in use, and its users keep what they have
     * @throws LinuxException with {@link Errno#EBUSY} if it is in use, {@link Errno#EINVAL} if nothing is mounted there
     */
    public static void unmount(Path target, boolean lazily) {
        SystemCalls calls = HostSystemCalls.get();
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment path = memory.cString(PathBytes.of(target));
            int flags = UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0);
            long result = calls.call(memory, SystemCall.UMOUNT2, path.address(), flags);
            LinuxException.require(result, "umount", target.toString());
        }
    }
}
