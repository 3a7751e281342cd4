package dev.ring3.nio;

import dev.ring3.fs.FileTree;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;

/** Makes directories and links. */
final class Creation {
    private Creation() {}

    static void directory(Location location, FileAttribute<?>... attributes) throws IOException {
        int mode = Modes.initial(Modes.DIRECTORY, attributes);
        location.change(() -> node(location, Modes.directory(mode, location.session())));
    }

    /** Makes an inode where nothing is. */
    static Stat node(Location location, NewNode shape) {
        PathWalk.End end = free(location);
        Session session = location.session();
        FileTree.Entered made = session.vfs().names().create(session.caller(), end.directory(), nameOf(end), shape);
        return made.node();
    }

    private static PathWalk.End free(Location location) {
        PathWalk.End end = location.walk(false, StatMask.QUIET);
        if (end.node() != null || end.name() == null) {
            throw new FsException(Errno.EEXIST, "create", location.path().toString());
        }
        return end;
    }

    private static Name nameOf(PathWalk.End end) {
        Name name = end.name();
        if (name == null) {
            throw new IllegalStateException("a place that is free has a name");
        }
        return name;
    }

    static void symbolicLink(Location link, Ring3Path target, FileAttribute<?>... attributes) throws IOException {
        if (attributes.length > 0) {
            Modes.initial(0, attributes);
            throw new UnsupportedOperationException(
                    "Initial file attributes not supported when creating symbolic link");
        }
        link.change(() -> {
            if (target.bytes().length == 0) {
                throw new FsException(Errno.ENOENT, "symlink", "an empty target");
            }
            if (target.bytes().length > NewNode.TARGET_BYTES_MAX) {
                throw new FsException(Errno.ENAMETOOLONG, "symlink", "a target of " + target.bytes().length + " bytes");
            }
            return node(link, NewNode.symlink(target.bytes(), 0, 0));
        });
    }

    /** A symbolic link gets another name itself, as {@code link(2)} has it. */
    static void link(Location link, Location existing) throws IOException {
        Session session = link.session();
        session.requireWritable();
        session.call(link.path(), existing.path(), () -> {
            if (session.vfs() != existing.session().vfs()) {
                throw new FsException(Errno.EXDEV, "link", existing.path().toString());
            }
            NodeId node = existing.stat(false, StatMask.QUIET).node();
            PathWalk.End end = free(link);
            return session.vfs().names().link(session.caller(), node, end.directory(), nameOf(end));
        });
    }

    static Path readLink(Location link) throws IOException {
        Session session = link.session();
        return link.call(() -> {
            Stat stat = link.stat(false, StatMask.QUIET);
            try {
                byte[] target = session.vfs().names().readlink(session.caller(), stat.node());
                return Ring3Path.of(link.path().getFileSystem(), target);
            } catch (FsException e) {
                if (e.errno() == Errno.EINVAL) {
                    throw new NotLinkException(link.path().toString());
                }
                throw e;
            }
        });
    }
}
