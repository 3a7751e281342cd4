package dev.ring3.cli;

import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.SubvolumeControl;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.fs.volume.Volume;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** A volume whose subvolumes are named by paths, from the root of its first one. */
final class VolumePaths {
    private static final NodeId TOP = NodeId.rootOf(SubvolumeId.FIRST);

    private final Volume volume;
    private final PathWalk walk;

    VolumePaths(Volume volume) {
        this.volume = volume;
        this.walk = new PathWalk(new Vfs(volume), Caller.local(Credentials.ROOT), TOP);
    }

    SubvolumeControl control() {
        return volume.subvolumes();
    }

    /** The subvolume at a path; a path to anything else is a mistake of who typed it. */
    SubvolumeInfo subvolume(String path) {
        Stat stat = walk.resolve(TOP, bytes(path), true, StatMask.QUIET);
        if (!stat.has(StatFlags.SUBVOLUME_ROOT)) {
            throw CommandException.usage(
                    "%s is no subvolume; 'ring3 subvolume list' shows which there are".formatted(path));
        }
        return control().info(stat.node().subvolume());
    }

    /** Where something new can be made. */
    PathWalk.End free(String path) {
        PathWalk.End end = walk.walk(TOP, bytes(path), false, StatMask.QUIET);
        if (end.node() != null || end.name() == null) {
            throw CommandException.negative(path + " is there already");
        }
        return end;
    }

    /** The path of a subvolume. */
    String path(SubvolumeId id) {
        return control().path(NodeId.rootOf(id)).map(VolumePaths::text).orElse("?");
    }

    /** A path as people write it. */
    static String text(List<Name> names) {
        return "/" + names.stream().map(Name::toString).collect(Collectors.joining("/"));
    }

    /** The snapshots of a subvolume, the oldest first. */
    List<SubvolumeInfo> snapshotsOf(SubvolumeId source) {
        return control().list().stream()
                .filter(info -> source.equals(info.origin()))
                .toList();
    }

    private static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }
}
