package dev.ring3.linux;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What can be asked of a filesystem that has subvolumes, snapshots and change detection, whoever keeps it: the kernel
 * ({@link KernelFilesystem}) or a program that implements this. Paths are relative to the top of what is asked,
 * {@code ""} being the top itself; names within them are separated by {@code /}.
 *
 * <p>Failures are {@link LinuxException}s with the errno that the kernel gives in the same case.
 */
public interface FilesystemQueries {
    /** What is known about a file; symbolic links are not followed. */
    Statx stat(String path);

    /** The filesystem's identity, if it has one. */
    Optional<UUID> identity();

    /** Its subvolumes and snapshots, by ascending number; none where it has no such thing. */
    List<Subvolume> subvolumes();

    /** What tells whether a file has changed. */
    ChangeStamp changeStamp(String path);
}
