package dev.ring3.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The mounts of this process's namespace that its root can reach. By {@code listmount(2)} and {@code statmount(2)}
 * where the kernel has them (Linux 6.8), which name a mount for ever; otherwise from {@code /proc/self/mountinfo}.
 */
public final class Mounts {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    /** {@code LSMT_ROOT}. */
    private static final long ROOT = -1;

    /** {@code MNT_UNIQUE_ID_OFFSET}: numbers for ever are greater, so that nobody mistakes one kind for the other. */
    private static final long REUSED_ID_MAX = 1L << 31;

    private static final int IDS_PER_CALL = 256;
    private static final int BUFFER_BYTES_START = 4096;

    /** Options of an overlay can be long; beyond this nothing sensible is. */
    private static final int BUFFER_BYTES_MAX = 1 << 20;

    private static final long MS_UNBINDABLE = 1 << 17;
    private static final long MS_SLAVE = 1 << 19;
    private static final long MS_SHARED = 1 << 20;

    private final SystemCalls calls;

    Mounts(SystemCalls calls) {
        this.calls = calls;
    }

    /** Whether the kernel has {@code listmount(2)} and {@code statmount(2)} for this process. */
    public static boolean hasUniqueIds() {
        return new Mounts(HostSystemCalls.get()).ids().isPresent();
    }

    /**
     * All mounts, in the order in which they were made. Not one moment's picture: mounts that come and go meanwhile are
     * there or not.
     *
     * @throws LinuxException if neither way is open, {@code /proc} being hidden
     */
    public static List<Mount> list() {
        return new Mounts(HostSystemCalls.get()).all();
    }

    /**
     * One mount by its number for ever.
     *
     * @param uniqueId of {@link Statx#uniqueMountId} or {@link Mount#uniqueId}
     * @return empty if it is gone or out of sight
     * @throws LinuxException with {@link Errno#ENOSYS} before Linux 6.8
     */
    public static Optional<Mount> find(long uniqueId) {
        boolean isOfOtherKind = Long.compareUnsigned(uniqueId, REUSED_ID_MAX) <= 0;
        return isOfOtherKind ? Optional.empty() : new Mounts(HostSystemCalls.get()).stat(uniqueId);
    }

    /** The mount on which a path lies; empty only if it is gone the next moment. */
    public static Optional<Mount> of(Path path) {
        return new Mounts(HostSystemCalls.get()).holding(path);
    }

    List<Mount> all() {
        Optional<List<Long>> ids = ids();
        return ids.isEmpty()
                ? mountinfo()
                : ids.get().stream().flatMap(id -> stat(id).stream()).toList();
    }

    private Optional<Mount> holding(Path path) {
        Statx statx = Statx.of(calls, path, 0, StatxField.MOUNT_ID);
        if (statx.mountId().isPresent()) {
            return all().stream()
                    .filter(mount -> mount.id() == statx.mountId().getAsLong())
                    .findFirst();
        }
        // Linux before 5.8: the last mount over the device is the best that can be said.
        return all().stream()
                .filter(mount -> mount.device().equals(statx.device()))
                .reduce((_, later) -> later);
    }

    /** The numbers for ever; empty if the kernel has not the call. */
    private Optional<List<Long>> ids() {
        List<Long> ids = new ArrayList<>();
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment request = memory.allocate(StatmountLayout.REQUEST_BYTES, Long.BYTES);
            MemorySegment into = memory.allocate((long) IDS_PER_CALL * Long.BYTES, Long.BYTES);
            long last = 0;
            while (true) {
                StatmountLayout.encodeRequest(request, ROOT, last);
                long count =
                        calls.call(memory, SystemCall.LISTMOUNT, request.address(), into.address(), IDS_PER_CALL, 0);
                if (count == -Errno.ENOSYS.number() || count == -Errno.EPERM.number()) {
                    return Optional.empty();
                }
                LinuxException.require(count, "listmount", "the root");
                for (int i = 0; i < count; i++) {
                    last = into.getAtIndex(ValueLayout.JAVA_LONG, i);
                    ids.add(last);
                }
                if (count < IDS_PER_CALL) {
                    return Optional.of(ids);
                }
            }
        }
    }

    private Optional<Mount> stat(long id) {
        for (int bytes = BUFFER_BYTES_START; ; bytes *= 2) {
            try (CallMemory memory = CallMemory.open()) {
                MemorySegment request = memory.allocate(StatmountLayout.REQUEST_BYTES, Long.BYTES);
                StatmountLayout.encodeRequest(request, id, StatmountLayout.EVERYTHING);
                MemorySegment answer = memory.allocate(bytes, Long.BYTES);
                long result = calls.call(memory, SystemCall.STATMOUNT, request.address(), answer.address(), bytes, 0);
                if (result == -Errno.ENOENT.number()) {
                    return Optional.empty();
                }
                if (result == -Errno.EOVERFLOW.number() && bytes < BUFFER_BYTES_MAX) {
                    continue;
                }
                LinuxException.require(result, "statmount", "mount " + Long.toUnsignedString(id));
                return Optional.of(decode(answer));
            }
        }
    }

    private static Mount decode(MemorySegment answer) {
        return new Mount(
                answer.get(ValueLayout.JAVA_INT, StatmountLayout.MNT_ID_OLD_AT),
                answer.get(ValueLayout.JAVA_INT, StatmountLayout.MNT_PARENT_ID_OLD_AT),
                OptionalLong.of(answer.get(ValueLayout.JAVA_LONG, StatmountLayout.MNT_ID_AT)),
                OptionalLong.of(answer.get(ValueLayout.JAVA_LONG, StatmountLayout.MNT_PARENT_ID_AT)),
                new DeviceNumber(
                        answer.get(ValueLayout.JAVA_INT, StatmountLayout.DEV_MAJOR_AT),
                        answer.get(ValueLayout.JAVA_INT, StatmountLayout.DEV_MINOR_AT)),
                StatmountLayout.string(answer, StatmountLayout.MNT_ROOT, StatmountLayout.MNT_ROOT_AT),
                StatmountLayout.string(answer, StatmountLayout.MNT_POINT, StatmountLayout.MNT_POINT_AT),
                StatmountLayout.string(answer, StatmountLayout.FS_TYPE, StatmountLayout.FS_TYPE_AT),
                StatmountLayout.string(answer, StatmountLayout.FS_SUBTYPE, StatmountLayout.FS_SUBTYPE_AT),
                StatmountLayout.string(answer, StatmountLayout.SB_SOURCE, StatmountLayout.SB_SOURCE_AT),
                StatmountLayout.string(answer, StatmountLayout.MNT_OPTS, StatmountLayout.OPTIONS_AT),
                MountAttribute.ofBits(answer.get(ValueLayout.JAVA_LONG, StatmountLayout.MNT_ATTR_AT)),
                propagation(answer.get(ValueLayout.JAVA_LONG, StatmountLayout.MNT_PROPAGATION_AT)));
    }

    private static Propagation propagation(long bits) {
        if ((bits & MS_SHARED) != 0) {
            return (bits & MS_SLAVE) != 0 ? Propagation.SHARED_SLAVE : Propagation.SHARED;
        }
        if ((bits & MS_SLAVE) != 0) {
            return Propagation.SLAVE;
        }
        return (bits & MS_UNBINDABLE) != 0 ? Propagation.UNBINDABLE : Propagation.PRIVATE;
    }

    private static List<Mount> mountinfo() {
        try {
            // Not readAllLines: a mount point may hold bytes that are no UTF-8.
            String text = new String(Files.readAllBytes(MOUNTINFO), StandardCharsets.UTF_8);
            return text.lines().map(MountinfoLine::parse).toList();
        } catch (IOException e) {
            LinuxException failure = new LinuxException("read", MOUNTINFO + ": " + e.getMessage(), Errno.EIO.number());
            failure.initCause(e);
            throw failure;
        }
    }
}
