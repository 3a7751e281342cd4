package dev.ring3.fs.volume;

import dev.ring3.fs.DirectorySink;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.linux.Errno;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * Directories that are stored nowhere: {@code .snapshots} in the root of every subvolume, which is found by name and never
 * listed, and the empty ones that stand in snapshots where the original has another subvolume. Nothing can be made in
 * either.
 */
final class SnapshotsFolder {
    static final Name NAME = Name.of(Reserved.SNAPSHOTS_NAME);

    private static final int PERMISSIONS = 0555;

    /** Cookies of the folder's entries are numbers of subvolumes, above what is reserved. */
    private static final long COOKIE_BASE = Directories.COOKIE_MIN;

    private final VolumeCore core;

    SnapshotsFolder(VolumeCore core) {
        this.core = core;
    }

    static boolean isVirtual(NodeId id) {
        long ino = id.ino().value();
        return ino == Reserved.SNAPSHOTS || ino == Reserved.PLACEHOLDER;
    }

    static boolean isReserved(NodeId directory, Name name) {
        return directory.ino().value() == Reserved.ROOT && NAME.equals(name);
    }

    static NodeId of(NodeId root) {
        return new NodeId(root.subvolume(), new Ino(Reserved.SNAPSHOTS));
    }

    /** What an operation that would change one of them fails with. */
    static FsException refuse(String operation, NodeId id) {
        return new FsException(Errno.EROFS, operation, id + ", which is stored nowhere");
    }

    /** The state of either; its change attribute moves with the list of subvolumes. */
    Stat stat(NodeId id) {
        Subvolume subvolume = core.subvolumes().require(id.subvolume(), "stat");
        SubvolumeRecord record = subvolume.record();
        boolean folder = id.ino().value() == Reserved.SNAPSHOTS;
        int below = folder ? core.subvolumes().snapshotsOf(subvolume.id).size() : 0;
        return stat(
                id,
                record.created(),
                Math.max(core.changeFloor(subvolume), core.subvolumes().change()),
                below);
    }

    /** A placeholder in a directory; as old as the directory. */
    static Stat placeholder(VolumeCore core, Subvolume subvolume, InodeRecord directory) {
        NodeId id = new NodeId(subvolume.id, new Ino(Reserved.PLACEHOLDER));
        return stat(id, directory.birthTime, core.changeFloor(subvolume), 0);
    }

    private static Stat stat(NodeId id, Instant time, long change, int below) {
        return new Stat(
                id,
                StatMask.ALL,
                FileType.DIRECTORY.modeBits() | PERMISSIONS,
                2 + below,
                0,
                0,
                (long) below * Reserved.DIRECTORY_ENTRY_BYTES,
                0,
                time,
                time,
                time,
                time,
                change,
                0,
                0,
                StatFlags.READ_ONLY | StatFlags.INO_NOT_UNIQUE,
                0,
                0,
                null);
    }

    @Nullable
    NodeId find(NodeId directory, Name name) {
        if (directory.ino().value() != Reserved.SNAPSHOTS) {
            return null;
        }
        Subvolume found = core.subvolumes().snapshotsOf(directory.subvolume()).get(name);
        return found == null ? null : NodeId.rootOf(found.id);
    }

    void read(NodeId directory, long after, DirectorySink sink) {
        if (directory.ino().value() != Reserved.SNAPSHOTS) {
            return;
        }
        NavigableMap<Name, Subvolume> folder = core.subvolumes().snapshotsOf(directory.subvolume());
        List<Subvolume> rest = folder.values().stream()
                .filter(each -> COOKIE_BASE + each.id.value() > after)
                .sorted(Comparator.comparing(each -> each.id))
                .toList();
        for (Subvolume each : rest) {
            long cookie = COOKIE_BASE + each.id.value();
            if (!sink.entry(each.record().name(), cookie, NodeId.rootOf(each.id), FileType.DIRECTORY)) {
                return;
            }
        }
    }

    NodeId parent(NodeId directory) {
        if (directory.ino().value() == Reserved.SNAPSHOTS) {
            return NodeId.rootOf(directory.subvolume());
        }
        throw new FsException(Errno.ENOENT, "lookup", "above " + directory);
    }
}
