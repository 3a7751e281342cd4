package dev.ring3.nio;

import dev.ring3.fs.DirectorySink;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Names;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Moves within a namespace: by a rename, or into another subvolume by a copy. */
final class FileMove {
    private final Location from;
    private final Location to;
    private final CopyFlags flags;

    private FileMove(Location from, Location to, CopyFlags flags) {
        this.from = from;
        this.to = to;
        this.flags = flags;
    }

    static void move(Location from, Location to, CopyFlags flags) throws IOException {
        from.session().requireWritable();
        to.session().requireWritable();
        Session.Action<PathWalk.End> walk = () -> from.walk(false, StatMask.QUIET);
        PathWalk.End source = flags.atomic() ? from.call(walk) : from.ask(walk);
        to.session().call(from.path(), to.path(), () -> {
            new FileMove(from, to, flags).run(source);
            return null;
        });
    }

    private void run(PathWalk.End source) throws IOException {
        if (flags.atomic()) {
            rename(source, to.walk(false, StatMask.QUIET), RenameMode.REPLACE);
            return;
        }
        Stat moved = source.node();
        if (moved == null) {
            throw new NoSuchFileException(from.path().toString());
        }
        PathWalk.End target = to.walk(false, StatMask.QUIET);
        Stat replaced = target.node();
        if (replaced != null && replaced.node().equals(moved.node())) {
            return;
        }
        if (replaced != null && !flags.replace()) {
            throw new FileAlreadyExistsException(to.path().toString());
        }
        if (replaced != null && (target.name() == null || replaced.isDirectory() != moved.isDirectory())) {
            Removal.delete(to, Removal.What.ANYTHING);
        }
        try {
            rename(source, target, flags.replace() ? RenameMode.REPLACE : RenameMode.NO_REPLACE);
        } catch (AtomicMoveNotSupportedException _) {
            copyOver(moved);
        }
    }

    private void rename(PathWalk.End source, PathWalk.End target, RenameMode mode) throws IOException {
        Names names = to.session().vfs().names();
        try {
            names.rename(
                    to.session().caller(),
                    source.directory(),
                    name(source, from),
                    target.directory(),
                    name(target, to),
                    mode);
        } catch (FsException e) {
            if (e.errno() == Errno.EXDEV) {
                throw new AtomicMoveNotSupportedException(
                        from.path().toString(), to.path().toString(), e.errno().message());
            }
            throw e;
        }
    }

    private static Name name(PathWalk.End end, Location location) {
        Name name = end.name();
        if (name == null) {
            throw new FsException(Errno.EBUSY, "rename", location.path().toString());
        }
        return name;
    }

    /** Into another subvolume: what a directory holds stays behind, so it must hold nothing. */
    private void copyOver(Stat moved) throws IOException {
        if (moved.isDirectory() && !isEmpty(moved)) {
            throw new DirectoryNotEmptyException(from.path().toString());
        }
        FileCopy.copy(from, to, flags);
        try {
            Removal.delete(from, moved.isDirectory() ? Removal.What.DIRECTORY : Removal.What.FILE);
        } catch (IOException e) {
            Removal.delete(to, Removal.What.ANYTHING);
            throw e;
        }
    }

    private boolean isEmpty(Stat directory) {
        Session session = from.session();
        OpenFile open = session.vfs().files().open(session.caller(), directory.node(), OpenHow.of(Use.READ));
        try {
            AtomicBoolean empty = new AtomicBoolean(true);
            DirectorySink sink = (_, _, _, _) -> {
                empty.set(false);
                return false;
            };
            session.vfs().files().readDirectory(session.caller(), open, 0, sink);
            return empty.get();
        } finally {
            session.vfs().files().close(open);
        }
    }
}
