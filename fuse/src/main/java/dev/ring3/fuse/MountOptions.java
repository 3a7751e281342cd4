package dev.ring3.fuse;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.volume.SubvolumeControl;
import java.util.Optional;

/**
 * How a namespace is mounted.
 *
 * @param source what {@code /proc/mounts} shows in the first column
 * @param root the directory that the mount shows; empty for the namespace's own
 * @param readers how many threads answer requests
 * @param readOnly whether the kernel refuses every change
 * @param writeback whether the kernel keeps written data and brings it later: faster, but then writes reach programs and
 *     other front ends late, and what fsync did not confirm is lost with the machine
 * @param allowOther whether a user's mount lets others in; root's always does
 * @param subvolumes who answers queries about subvolumes; empty for a namespace without
 */
public record MountOptions(
        String source,
        Optional<NodeId> root,
        int readers,
        boolean readOnly,
        boolean writeback,
        boolean allowOther,
        Optional<SubvolumeControl> subvolumes) {
    private static final int READERS_MIN = 4;

    /** The whole namespace, writable, as many readers as processors, at least four: some may wait. */
    public static final MountOptions DEFAULT = new MountOptions(
            "ring3",
            Optional.empty(),
            Math.max(READERS_MIN, Runtime.getRuntime().availableProcessors()),
            false,
            false,
            false,
            Optional.empty());

    public MountOptions {
        if (readers < 1 || source.isEmpty()) {
            throw new IllegalArgumentException("a mount of \"%s\" with %d readers".formatted(source, readers));
        }
    }

    /** The same mounted from another source name. */
    public MountOptions withSource(String name) {
        return new MountOptions(name, root, readers, readOnly, writeback, allowOther, subvolumes);
    }

    /** The same with this directory as its root. */
    public MountOptions withRoot(NodeId directory) {
        return new MountOptions(source, Optional.of(directory), readers, readOnly, writeback, allowOther, subvolumes);
    }

    /** The same, that answers queries about the subvolumes of its volume. */
    public MountOptions withSubvolumes(SubvolumeControl control) {
        return new MountOptions(source, root, readers, readOnly, writeback, allowOther, Optional.of(control));
    }

    /** The same, that lets other users in also where it is a user who mounts. */
    public MountOptions withOthersAllowed() {
        return new MountOptions(source, root, readers, readOnly, writeback, true, subvolumes);
    }

    /** The same, that cannot be written to. */
    public MountOptions withReadOnly() {
        return new MountOptions(source, root, readers, true, writeback, allowOther, subvolumes);
    }
}
