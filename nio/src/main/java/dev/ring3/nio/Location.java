package dev.ring3.nio;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a file is: a path, and the directory where it begins if it is relative.
 *
 * @param start the root, or the directory of a stream, wherever that may have moved to
 */
record Location(NodeId start, Ring3Path path) {
    private static final byte[] DOT = {'.'};

    /** A path in its file system. */
    static Location of(Path path) {
        Ring3Path ours = Ring3Path.of(path);
        return new Location(ours.getFileSystem().session().root(), ours);
    }

    Session session() {
        return path.getFileSystem().session();
    }

    /** The bytes to be walked: the empty path is the directory itself. */
    private byte[] bytes() {
        return path.bytes().length == 0 ? DOT : path.bytes();
    }

    /** Where it leads, whatever is there. */
    PathWalk.End walk(boolean follow, int mask) {
        return session().walk().walk(start, bytes(), follow, mask);
    }

    /** What is there. */
    Stat stat(boolean follow, int mask) {
        return session().walk().resolve(start, bytes(), follow, mask);
    }

    /** Does something here; failures are of this path. */
    <T extends @Nullable Object> T call(Session.Action<T> action) throws IOException {
        return session().call(path, action);
    }

    /** The same for what asks: below what is no directory there is nothing, and that is all it is told. */
    <T extends @Nullable Object> T ask(Session.Action<T> action) throws IOException {
        return call(() -> {
            try {
                return action.run();
            } catch (FsException e) {
                if (e.errno() == Errno.ENOTDIR) {
                    throw new NoSuchFileException(path.toString());
                }
                throw e;
            }
        });
    }

    /** The same as {@link #call} for what changes something. */
    <T extends @Nullable Object> T change(Session.Action<T> action) throws IOException {
        session().requireWritable();
        return session().call(path, action);
    }
}
