package dev.ring3.fs.volume;

import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From numbers to paths, by way of what each inode knows of its names: as many steps as the path has. */
final class Paths {
    private final Subvolumes subvolumes;

    Paths(Subvolumes subvolumes) {
        this.subvolumes = subvolumes;
    }

    /** One path from the root of the first subvolume; empty if the inode is gone or has no name. */
    Optional<List<Name>> fromTop(NodeId node) {
        Deque<Name> names = new ArrayDeque<>();
        NodeId at = node;
        while (at != null) {
            Subvolume subvolume = subvolumes.find(at.subvolume());
            if (subvolume == null || !climb(subvolume.view(), at.ino().value(), names)) {
                return Optional.empty();
            }
            SubvolumeRecord record = subvolume.record();
            at = above(record);
            if (at != null) {
                names.push(record.name());
            }
            if (record.isInSnapshotsFolder()) {
                names.push(SnapshotsFolder.NAME);
            }
        }
        return Optional.of(new ArrayList<>(names));
    }

    private static @Nullable NodeId above(SubvolumeRecord record) {
        if (record.parent() == 0) {
            return null;
        }
        long directory = record.directory() == 0 ? Reserved.ROOT : record.directory();
        return new NodeId(new SubvolumeId(record.parent()), new Ino(directory));
    }

    /** One path from the root of what a view shows. */
    static Optional<List<Name>> within(View view, long ino) {
        Deque<Name> names = new ArrayDeque<>();
        return climb(view, ino, names) ? Optional.of(new ArrayList<>(names)) : Optional.empty();
    }

    /** Puts the names from the root of a view to an inode in front; false if there is no such path. */
    private static boolean climb(View view, long from, Deque<Name> names) {
        long ino = from;
        while (ino != Reserved.ROOT && ino != Reserved.SNAPSHOTS) {
            Version version = view.find(Item.inode(ino));
            if (version == null || version.isWhiteout()) {
                return false;
            }
            Links.Place place = Links.any(view, ino, InodeLayout.decode(version.value()));
            Version entry = place == null ? null : view.find(Item.dirent(place.directory(), place.cookie()));
            Name name = entry == null || entry.isWhiteout()
                    ? null
                    : Dirent.decode(entry.value()).name();
            if (place == null || name == null) {
                return false;
            }
            names.push(name);
            ino = place.directory();
        }
        if (ino == Reserved.SNAPSHOTS) {
            names.push(SnapshotsFolder.NAME);
        }
        return true;
    }
}
