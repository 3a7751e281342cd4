package dev.ring3.linux;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One mount. Text that is no UTF-8 has lost bytes.
 *
 * @param id its number in {@code /proc/self/mountinfo}, which is used again after it is gone
 * @param parentId that of the mount on which it lies; the root's is its own, or that of a mount out of sight
 * @param uniqueId its number for ever, since the machine started (Linux 6.8)
 * @param uniqueParentId that of the mount on which it lies
 * @param device of the filesystem
 * @param root what of the filesystem is mounted: {@code /} for all of it
 * @param point where, seen from this process's root
 * @param type of the filesystem: {@code ext4}
 * @param subtype what the type leaves open: {@code sshfs} of {@code fuse} (Linux 6.13)
 * @param source what was mounted: {@code /dev/vda1} (Linux 6.13)
 * @param options of the filesystem, comma-separated (Linux 6.11)
 * @param attributes of the mount
 * @param propagation of mounts made below it
 */
public record Mount(
        int id,
        int parentId,
        OptionalLong uniqueId,
        OptionalLong uniqueParentId,
        DeviceNumber device,
        Optional<String> root,
        Optional<String> point,
        Optional<String> type,
        Optional<String> subtype,
        Optional<String> source,
        Optional<String> options,
        Set<MountAttribute> attributes,
        Propagation propagation) {}
