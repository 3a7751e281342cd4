package dev.ring3.fs.vfs;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.linux.Errno;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Walks paths for those that have some: java.nio and commands. Follows symbolic links as {@code path_resolution(7)} says. */
public final class PathWalk {
    /** How many symbolic links one walk follows. */
    public static final int LINKS_MAX = 40;

    /** How long a path is, and what a link makes of it. */
    public static final int PATH_BYTES_MAX = 4095;

    /**
     * Where a path ends.
     *
     * @param directory the directory of its last name
     * @param name the last name; null where the path is that of the directory itself: {@code /}, {@code a/..}
     * @param node what is there, if anything is
     */
    public record End(
            NodeId directory, @Nullable Name name, @Nullable Stat node) {}

    private final Vfs vfs;
    private final Caller caller;
    private final NodeId root;

    /** Walks for a caller who takes this directory for the root: no path gets above it. */
    public PathWalk(Vfs vfs, Caller caller, NodeId root) {
        this.vfs = vfs;
        this.caller = caller;
        this.root = root;
    }

    /**
     * Walks a path.
     *
     * @param start where one that does not begin with a slash does
     * @param follow whether a symbolic link at its end is followed; one before a trailing slash is anyway
     * @param mask what is asked of the last inode
     * @throws FsException ENOENT if anything but the last name is missing, or the path is empty; ENOTDIR; EACCES; ELOOP;
     *     ENAMETOOLONG
     */
    public End walk(NodeId start, byte[] path, boolean follow, int mask) {
        if (path.length == 0) {
            throw new FsException(Errno.ENOENT, "lookup", "an empty path");
        }
        requireLength(path.length);
        Deque<byte[]> open = new ArrayDeque<>();
        push(open, path);
        NodeId directory = path[0] == '/' ? root : start;
        boolean mustBeDirectory = path[path.length - 1] == '/';
        End end = new End(directory, null, vfs.attributes().stat(directory, mask));
        int links = 0;
        while (!open.isEmpty()) {
            Stat at = end.node();
            if (at == null) {
                throw new FsException(Errno.ENOENT, "lookup", "\"%s\" in %s".formatted(end.name(), end.directory()));
            }
            directory = at.node();
            end = step(directory, Name.of(open.pop()), mask);
            Stat found = end.node();
            if (found == null || found.type() != FileType.SYMLINK || (open.isEmpty() && !follow && !mustBeDirectory)) {
                continue;
            }
            if (++links > LINKS_MAX) {
                throw new FsException(Errno.ELOOP, "lookup", "more than " + LINKS_MAX + " symbolic links");
            }
            byte[] target = vfs.names().readlink(caller, found.node());
            requireLength(target.length
                    + open.stream().mapToInt(name -> name.length + 1).sum());
            push(open, target);
            directory = target[0] == '/' ? root : directory;
            mustBeDirectory |= target[target.length - 1] == '/' && open.isEmpty();
            end = new End(directory, null, vfs.attributes().stat(directory, mask));
        }
        if (mustBeDirectory && end.node() != null) {
            Names.requireDirectory(end.node(), "lookup");
        }
        return end;
    }

    /** As {@link #walk}; ENOENT if nothing is there. */
    public Stat resolve(NodeId start, byte[] path, boolean follow, int mask) {
        Stat node = walk(start, path, follow, mask).node();
        if (node == null) {
            throw new FsException(Errno.ENOENT, "lookup", new String(path, java.nio.charset.StandardCharsets.UTF_8));
        }
        return node;
    }

    private End step(NodeId directory, Name name, int mask) {
        if (!name.isDotOrDotDot()) {
            return new End(directory, name, vfs.names().find(caller, directory, name, mask));
        }
        boolean stays = name.length() == 1 || directory.equals(root);
        Name seen = stays ? Name.of(".") : name;
        Stat node = vfs.names().lookup(caller, directory, seen, mask);
        return new End(node.node(), null, node);
    }

    /** Puts the names of a path before those that are still to be walked. */
    private static void push(Deque<byte[]> open, byte[] path) {
        int end = path.length;
        for (int at = path.length - 1; at >= -1; at--) {
            if (at < 0 || path[at] == '/') {
                if (end > at + 1) {
                    open.push(Arrays.copyOfRange(path, at + 1, end));
                }
                end = at;
            }
        }
    }

    private static void requireLength(int bytes) {
        if (bytes > PATH_BYTES_MAX) {
            throw new FsException(Errno.ENAMETOOLONG, "lookup", "a path of " + bytes + " bytes");
        }
    }
}
