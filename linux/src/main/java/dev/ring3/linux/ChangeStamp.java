package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What tells whether a file has changed: take one, and another later. If they differ, it has. If they are equal, it has
 * not as far as the {@link Promise} goes. {@link Object#equals} compares all but the promise.
 *
 * @param device of the filesystem
 * @param subvolume within it
 * @param inode within that
 * @param generation of the inode, so that its number given to a new file is noticed
 * @param born when the file was made, to the same end
 * @param changed when data or metadata last changed
 * @param change the change attribute, of filesystems that show theirs
 * @param sizeBytes the size
 * @param promise what equality is worth
 */
public record ChangeStamp(
        DeviceNumber device,
        OptionalLong subvolume,
        long inode,
        Optional<Integer> generation,
        Optional<Instant> born,
        Instant changed,
        OptionalLong change,
        long sizeBytes,
        Promise promise) {
    private static final int PROBES = 64;

    /** What equal stamps mean. */
    public enum Promise {
        /** Nothing changed, whatever the clock did, and over crashes: by a change attribute that is never the same again. */
        ALWAYS,
        /**
         * Nothing changed, whatever the clock did: the filesystem gives a change that comes after a look another time
         * (multigrain timestamps, Linux 6.13). A crash may still take back changes, and times with them.
         */
        EVERY_CHANGE,
        /** Nothing changed, unless within the same tick of the kernel's clock, a few milliseconds, as the first look. */
        WITHIN_A_TICK,
        /** Not found out, because no file could be made here to try. */
        UNKNOWN
    }

    /**
     * Of the file that a path leads to.
     *
     * @param promise of its filesystem, see {@link #promiseOf}
     */
    public static ChangeStamp of(Path path, Promise promise) {
        SystemCalls calls = HostSystemCalls.get();
        Statx statx = Statx.of(calls, path, 0, StatxField.BIRTH_TIME, StatxField.SUBVOLUME);
        return of(statx, generation(calls, path, statx), promise);
    }

    static ChangeStamp of(Statx statx, Optional<Integer> generation, Promise promise) {
        return new ChangeStamp(
                statx.device(),
                statx.subvolume(),
                statx.inode().orElseThrow(),
                generation,
                statx.birthTime(),
                statx.changeTime().orElseThrow(),
                OptionalLong.empty(),
                statx.sizeBytes().orElseThrow(),
                promise);
    }

    /** Files that may be read alone are asked; birth time says the same of the others. */
    private static Optional<Integer> generation(SystemCalls calls, Path path, Statx statx) {
        FileType type = statx.type().orElse(FileType.SOCKET);
        if (type != FileType.REGULAR && type != FileType.DIRECTORY) {
            return Optional.empty();
        }
        try (RawFile file = Ioctl.open(calls, path)) {
            return FileSystems.generation(file);
        } catch (LinuxException e) {
            return Optional.empty();
        }
    }

    /** Whether the file has changed since the other stamp was taken, see {@link Promise}. */
    public boolean differsFrom(ChangeStamp other) {
        return !equals(other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChangeStamp stamp
                && stamp.device.equals(device)
                && stamp.subvolume.equals(subvolume)
                && stamp.inode == inode
                && stamp.generation.equals(generation)
                && stamp.born.equals(born)
                && stamp.changed.equals(changed)
                && stamp.change.equals(change)
                && stamp.sizeBytes == sizeBytes;
    }

    @Override
    public int hashCode() {
        return 31 * changed.hashCode() + Long.hashCode(inode);
    }

    /**
     * What a filesystem can promise, found by changing a nameless file of its own and looking, many times within a tick:
     * with coarse times most looks see the time of the one before.
     *
     * @param folder a directory on the filesystem, in which this process may make files
     */
    public static Promise promiseOf(Path folder) {
        return promiseOf(HostSystemCalls.get(), folder);
    }

    static Promise promiseOf(SystemCalls calls, Path folder) {
        try (RawFile file = RawFile.open(calls, folder, Access.READ_WRITE, 0600, OpenFlag.UNNAMED);
                CallMemory memory = CallMemory.open()) {
            MemorySegment one = memory.allocate(1);
            Optional<Instant> before = file.statx().changeTime();
            for (int i = 0; i < PROBES; i++) {
                file.write(one, 0);
                Optional<Instant> after = file.statx().changeTime();
                if (after.equals(before)) {
                    return Promise.WITHIN_A_TICK;
                }
                before = after;
            }
            return Promise.EVERY_CHANGE;
        } catch (LinuxException e) {
            return Promise.UNKNOWN;
        }
    }
}
