package dev.ring3.server.api;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Owner;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.SubvolumeControl;
import dev.ring3.fs.volume.Volume;
import dev.ring3.linux.Errno;
import dev.ring3.server.http.HttpException;
import dev.ring3.server.http.Percent;
import dev.ring3.server.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A volume whose files are named by paths, from the root of its first subvolume. Paths are bytes. */
final class VolumePaths {
    /** Whoever may use the API may do everything. */
    static final Caller CALLER = Caller.local(Credentials.ROOT);

    /** Whose is what they make. */
    static final Owner OWNER = Owner.ofProcess();

    private static final NodeId TOP = NodeId.rootOf(SubvolumeId.FIRST);

    private final Volume volume;
    private final Vfs vfs;
    private final PathWalk walk;

    VolumePaths(Volume volume, Vfs vfs) {
        this.volume = volume;
        this.vfs = vfs;
        this.walk = new PathWalk(vfs, CALLER, TOP);
    }

    Vfs vfs() {
        return vfs;
    }

    Volume volume() {
        return volume;
    }

    SubvolumeControl control() {
        return volume.subvolumes();
    }

    /** What is at a path; ENOENT. */
    Stat resolve(byte[] path, boolean follow) {
        Stat found = walk.resolve(TOP, path, follow, StatMask.QUIET);
        requireOfVolume(found.node(), path);
        return found;
    }

    /** What is mounted over the volume, the processes of this machine, is for who is on this machine alone. */
    private void requireOfVolume(NodeId node, byte[] path) {
        try {
            control().info(node.subvolume());
        } catch (FsException e) {
            throw new FsException(Errno.ENOENT, "lookup", new String(path, StandardCharsets.UTF_8));
        }
    }

    /** Where a path ends. */
    PathWalk.End end(byte[] path, boolean follow) {
        PathWalk.End end;
        try {
            end = walk.walk(TOP, path, follow, StatMask.QUIET);
        } catch (FsException e) {
            throw new FsException(e.errno(), "lookup", new String(path, StandardCharsets.UTF_8));
        }
        requireOfVolume(end.directory(), path);
        return end;
    }

    /** The subvolume at a path; a path to anything else is a mistake of who asks. */
    SubvolumeId subvolume(byte[] path) {
        Stat stat = resolve(path, true);
        if (!stat.has(StatFlags.SUBVOLUME_ROOT)) {
            throw HttpException.badRequest("%s is no subvolume; 'ring3 subvolume list' shows which there are"
                    .formatted(new String(path, StandardCharsets.UTF_8)));
        }
        return stat.node().subvolume();
    }

    /** The path of a subvolume. */
    String path(SubvolumeId id) {
        return control().path(NodeId.rootOf(id)).map(VolumePaths::text).orElse("?");
    }

    /** Puts a path into an answer: as text, and as bytes where these are not UTF-8. */
    JsonObject putPath(JsonObject into, NodeId node) {
        control().path(node).ifPresent(names -> putPath(into, "path", names));
        return into;
    }

    static void putPath(JsonObject into, String member, List<Name> names) {
        into.put(member, text(names));
        if (names.stream().anyMatch(VolumePaths::isNoText)) {
            into.put("raw" + Character.toUpperCase(member.charAt(0)) + member.substring(1), raw(names));
        }
    }

    private static boolean isNoText(Name name) {
        return !Arrays.equals(bytes(name.toString()), name.bytes());
    }

    private static String raw(List<Name> names) {
        return "/" + names.stream().map(name -> Percent.encode(name.bytes())).collect(Collectors.joining("/"));
    }

    /** A path as people write it. */
    static String text(List<Name> names) {
        return "/" + names.stream().map(Name::toString).collect(Collectors.joining("/"));
    }

    static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.UTF_8);
    }
}
