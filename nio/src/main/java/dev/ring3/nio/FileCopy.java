package dev.ring3.nio;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Attributes;
import dev.ring3.fs.vfs.Files;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.PathWalk;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import org.jspecify.annotations.Nullable;

/** Copies one file, link or directory (without what is in it) within a namespace; content is shared where it can be. */
final class FileCopy {
    private static final long PIECE_BYTES = 256L << 20;

    private final Location from;
    private final Location to;
    private final Session reader;
    private final Session writer;
    private final Stat source;
    private final CopyFlags flags;

    private FileCopy(Location from, Location to, Stat source, CopyFlags flags) {
        this.from = from;
        this.to = to;
        this.reader = from.session();
        this.writer = to.session();
        this.source = source;
        this.flags = flags;
    }

    static void copy(Location from, Location to, CopyFlags flags) throws IOException {
        to.session().requireWritable();
        Stat source = from.ask(() -> from.stat(flags.follow(), StatMask.QUIET));
        to.call(() -> {
            new FileCopy(from, to, source, flags).run();
            return null;
        });
    }

    private void run() throws IOException {
        PathWalk.End end = to.walk(false, StatMask.QUIET);
        Stat target = end.node();
        if (target != null && target.node().equals(source.node())) {
            return;
        }
        if (target != null && !flags.replace()) {
            throw new FileAlreadyExistsException(to.path().toString());
        }
        Name name = Removal.nameFor(to, end);
        if (source.type() == FileType.REGULAR) {
            copyContent(end, name);
        } else {
            replace(end, name);
            Stat made = writer.vfs()
                    .names()
                    .create(writer.caller(), end.directory(), name, shape())
                    .node();
            orUndo(end.directory(), name, made, () -> copyAttributes(made.node()));
        }
    }

    /** The source is open before the target goes. */
    private void copyContent(PathWalk.End end, Name name) throws IOException {
        Files files = writer.vfs().files();
        OpenFile in = from.call(() -> files.open(reader.caller(), source.node(), OpenHow.of(Use.READ)));
        try {
            replace(end, name);
            Files.Opened out = files.open(
                    writer.caller(),
                    end.directory(),
                    name,
                    OpenHow.of(Use.WRITE),
                    Modes.file(source.permissions(), writer),
                    true);
            try {
                orUndo(end.directory(), name, out.stat(), () -> {
                    copyBytes(in, out.file());
                    copyAttributes(out.file().node());
                });
            } finally {
                files.close(out.file());
            }
        } finally {
            files.close(in);
        }
    }

    private void copyBytes(OpenFile in, OpenFile out) {
        long at = 0;
        long copied;
        do {
            copied = writer.vfs().files().copyRange(writer.caller(), in, at, out, at, PIECE_BYTES);
            at += copied;
        } while (copied > 0);
    }

    private void replace(PathWalk.End end, Name name) {
        Stat target = end.node();
        if (target != null) {
            Removal.remove(writer, end.directory(), name, target.isDirectory());
        }
    }

    private void orUndo(NodeId directory, Name name, Stat made, Runnable rest) {
        try {
            rest.run();
        } catch (FsException e) {
            try {
                Removal.remove(writer, directory, name, made.isDirectory());
            } catch (FsException ofUndoing) {
                e.addSuppressed(ofUndoing);
            }
            throw e;
        }
    }

    private NewNode shape() {
        int permissions = source.permissions();
        return switch (source.type()) {
            case SYMLINK -> NewNode.symlink(writer.vfs().names().readlink(reader.caller(), source.node()), 0, 0);
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                NewNode.device(
                        source.type(), permissions, writer.umask(), 0, 0, source.deviceMajor(), source.deviceMinor());
            case REGULAR, DIRECTORY, FIFO, SOCKET -> NewNode.of(source.type(), permissions, writer.umask(), 0, 0);
        };
    }

    /** Owner, permissions, ACLs, extended attributes, and times at last; what the user may not set is left out. */
    private void copyAttributes(NodeId target) {
        if (!flags.attributes()) {
            return;
        }
        Attributes attributes = writer.vfs().attributes();
        orLeave(() -> set(target, AttrChange.NONE.withOwner(source.uid(), source.gid())));
        if (source.type() == FileType.SYMLINK) {
            return;
        }
        orLeave(() -> set(target, AttrChange.NONE.withPermissions(source.permissions())));
        for (XattrName name : attributes.xattrs(reader.caller(), source.node())) {
            orLeave(() -> copyXattr(target, name));
        }
        orLeave(() -> copyAcls(target));
        set(
                target,
                AttrChange.NONE.withTimes(
                        new AttrChange.At(source.accessTime()), new AttrChange.At(source.modifyTime())));
    }

    private void set(NodeId target, AttrChange change) {
        writer.vfs().attributes().set(writer.caller(), target, change, null);
    }

    private void copyXattr(NodeId target, XattrName name) {
        Attributes attributes = writer.vfs().attributes();
        byte[] value = attributes.xattr(reader.caller(), source.node(), name);
        if (value != null) {
            attributes.setXattr(writer.caller(), target, name, value, XattrMode.ANY);
        }
    }

    private void copyAcls(NodeId target) {
        Attributes attributes = writer.vfs().attributes();
        @Nullable PosixAcl access = attributes.accessAcl(reader.caller(), source.node());
        if (access != null) {
            attributes.setAccessAcl(writer.caller(), target, access);
        }
        @Nullable PosixAcl inherited = attributes.defaultAcl(reader.caller(), source.node());
        if (inherited != null) {
            attributes.setDefaultAcl(writer.caller(), target, inherited);
        }
    }

    private static void orLeave(Runnable step) {
        try {
            step.run();
        } catch (FsException e) {
            switch (e.errno()) {
                case EPERM, EACCES, EOPNOTSUPP, ENOSPC -> {}
                default -> throw e;
            }
        }
    }
}
