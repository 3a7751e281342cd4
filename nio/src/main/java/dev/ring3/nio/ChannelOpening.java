package dev.ring3.nio;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Files;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.linux.Errno;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.attribute.FileAttribute;

/** Opens channels. */
final class ChannelOpening {
    private ChannelOpening() {}

    static Ring3FileChannel open(Location location, OpenFlags flags, FileAttribute<?>... attributes)
            throws IOException {
        int mode = Modes.initial(Modes.FILE, attributes);
        Session session = location.session();
        session.requireOpen();
        if (flags.write() || flags.deleteOnClose()) {
            session.requireWritable();
        }
        Ring3FileChannel channel = location.call(() -> open(location, flags, Modes.file(mode, session)));
        session.remember(channel);
        return channel;
    }

    private static Ring3FileChannel open(Location location, OpenFlags flags, NewNode shape) throws IOException {
        Session session = location.session();
        PathWalk.End end = location.walk(flags.followsLast(), StatMask.QUIET);
        Stat found = end.node();
        Name name = end.name();
        if (found == null && !flags.create()) {
            throw new FsException(Errno.ENOENT, "open", location.path().toString());
        }
        if (found != null && found.type() == FileType.SYMLINK && !flags.createNew()) {
            throw new FileSystemException(
                    location.path().toString(), null, Errno.ELOOP.message() + " (NOFOLLOW_LINKS specified)");
        }
        OpenFile file;
        if (name == null) {
            file = openDirectory(session, end.directory(), flags);
        } else if (flags.create()) {
            file = session.vfs()
                    .files()
                    .open(session.caller(), end.directory(), name, flags.how(), shape, flags.createNew())
                    .file();
        } else {
            // By name again, so that what was replaced meanwhile is not opened.
            NodeId node = session.vfs()
                    .names()
                    .lookup(session.caller(), end.directory(), name, StatMask.QUIET)
                    .node();
            file = session.vfs().files().open(session.caller(), node, flags.how());
        }
        Closeable whenClosed = flags.deleteOnClose() && name != null
                ? () -> deleteIfSame(session, end.directory(), name, file.node())
                : () -> {};
        return new Ring3FileChannel(session, file, flags, whenClosed);
    }

    private static OpenFile openDirectory(Session session, NodeId directory, OpenFlags flags) {
        if (flags.createNew()) {
            throw new FsException(Errno.EEXIST, "open", directory.toString());
        }
        Files files = session.vfs().files();
        return files.open(session.caller(), directory, flags.how());
    }

    /** For DELETE_ON_CLOSE: as good as it can be; another file that has the name now stays. */
    private static void deleteIfSame(Session session, NodeId directory, Name name, NodeId file) {
        try {
            Stat found = session.vfs().names().find(session.caller(), directory, name, StatMask.QUIET);
            if (found != null && found.node().equals(file)) {
                session.vfs().names().unlink(session.caller(), directory, name);
            }
        } catch (FsException _) {
            // The name, or its directory, is gone already, or may not be deleted: nobody would hear of it.
        }
    }
}
