package dev.ring3.nfs.op;

import dev.ring3.fs.ChangeInfo;
import dev.ring3.fs.FileTree;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.linux.Errno;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.xdr.XdrWriter;

/** CREATE, LINK, REMOVE and RENAME (RFC 8881, sections 18.4, 18.9, 18.25 and 18.26). */
final class NameOps {
    private static final int DEFAULT_PERMISSIONS = 0777;

    private NameOps() {}

    /** {@code change_info4}, which is of the one transaction. */
    static void putChange(XdrWriter out, ChangeInfo change) {
        out.putBool(true).putLong(change.before()).putLong(change.after());
    }

    /** What to make, besides its attributes. */
    @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
    private record Wanted(int type, byte[] target, int deviceMajor, int deviceMinor) {
        static Wanted read(Compound c) {
            int type = c.in.getInt();
            FileType made = FileTypes.toMake(type);
            if (made == FileType.SYMLINK) {
                return new Wanted(type, c.in.getOpaque(SetAttributes.BYTES_MAX), 0, 0);
            }
            return made != null && made.isDevice()
                    ? new Wanted(type, new byte[0], c.in.getInt(), c.in.getInt())
                    : new Wanted(type, new byte[0], 0, 0);
        }

        NewNode shape(SetAttributes attributes) {
            FileType made = FileTypes.toMake(type);
            if (made == null) {
                throw new NfsException(NfsStatus.BADTYPE);
            }
            if (made == FileType.SYMLINK) {
                requireTarget(target);
                return NewNode.symlink(target, 0, 0);
            }
            int permissions = attributes.permissions(DEFAULT_PERMISSIONS);
            return NewNode.device(made, permissions, attributes.umask(), 0, 0, deviceMajor, deviceMinor);
        }
    }

    private static void requireTarget(byte[] target) {
        if (target.length == 0 || !Utf8.isValid(target)) {
            throw new NfsException(NfsStatus.INVAL);
        }
        if (target.length > NewNode.TARGET_BYTES_MAX) {
            throw new NfsException(NfsStatus.NAMETOOLONG);
        }
        for (byte b : target) {
            if (b == 0) {
                throw new NfsException(NfsStatus.BADCHAR);
            }
        }
    }

    static void create(Compound c) {
        Wanted wanted = Wanted.read(c);
        byte[] name = Utf8.readComponent(c.in);
        SetAttributes attributes = SetAttributes.readToMake(c);
        Place directory = c.current();
        HandleOps.requireDirectoryToChange(c, directory);
        NewNode shape = wanted.shape(attributes);
        if (attributes.setsSize()) {
            throw new NfsException(NfsStatus.INVAL);
        }
        Name made = Utf8.nameToMake(name);
        Caller caller = c.caller();
        FileTree.Entered entered = c.vfs().names().create(caller, directory.node(), made, shape);
        setOrRemove(c, caller, directory, made, entered.node(), attributes);
        c.commit(directory);
        putChange(c.out, entered.directory());
        attributes.given().write(c.out);
        c.setCurrent(directory.at(entered.node().node()));
    }

    /** What a new inode cannot be made with is set afterwards; one that cannot have it is not left behind. */
    static void setOrRemove(
            Compound c, Caller caller, Place directory, Name name, Stat made, SetAttributes attributes) {
        try {
            attributes.afterMaking().apply(c.vfs(), caller, made.node(), null);
        } catch (FsException | NfsException e) {
            if (made.isDirectory()) {
                c.vfs().names().rmdir(caller, directory.node(), name);
            } else {
                c.vfs().names().unlink(caller, directory.node(), name);
            }
            throw e;
        }
    }

    static void link(Compound c) {
        byte[] name = Utf8.readComponent(c.in);
        Place source = c.savedToUse();
        Place directory = c.current();
        HandleOps.requireDirectoryToChange(c, directory);
        Name made = Utf8.nameToMake(name);
        if (source.isPseudo() || source.export() != directory.export()) {
            throw new NfsException(NfsStatus.XDEV);
        }
        if (c.exports.stat(source, StatMask.TYPE).isDirectory()) {
            throw new NfsException(NfsStatus.ISDIR);
        }
        FileTree.Entered entered = c.vfs().names().link(c.caller(), source.node(), directory.node(), made);
        c.commit(directory);
        putChange(c.out, entered.directory());
    }

    static void remove(Compound c) {
        byte[] bytes = Utf8.readComponent(c.in);
        Place directory = c.current();
        HandleOps.requireDirectoryToChange(c, directory);
        Name name = Utf8.nameToFind(bytes);
        c.state().grace().requireOver();
        FileTree.Removed removed = remove(c, c.caller(), directory, name, bytes);
        c.commit(directory);
        putChange(c.out, removed.directory());
    }

    /** Another client may put a directory where a file was, or the other way, between the look and the deed. */
    private static FileTree.Removed remove(Compound c, Caller caller, Place directory, Name name, byte[] bytes) {
        while (true) {
            Stat found = c.vfs().names().find(caller, directory.node(), name, StatMask.TYPE);
            if (found == null) {
                throw new NfsException(Utf8.isText(bytes) ? NfsStatus.NOENT : NfsStatus.INVAL);
            }
            try {
                return found.isDirectory()
                        ? c.vfs().names().rmdir(caller, directory.node(), name)
                        : c.vfs().names().unlink(caller, directory.node(), name);
            } catch (FsException e) {
                if (e.errno() != (found.isDirectory() ? Errno.ENOTDIR : Errno.EISDIR)) {
                    throw e;
                }
            }
        }
    }

    static void rename(Compound c) {
        byte[] oldName = Utf8.readComponent(c.in);
        byte[] newName = Utf8.readComponent(c.in);
        Place from = c.savedToUse();
        Place to = c.current();
        HandleOps.requireDirectoryToChange(c, from);
        HandleOps.requireDirectoryToChange(c, to);
        Name source = Utf8.nameToFind(oldName);
        Name target = Utf8.nameToMake(newName);
        if (from.export() != to.export()) {
            throw new NfsException(NfsStatus.XDEV);
        }
        c.state().grace().requireOver();
        FileTree.Renamed renamed;
        try {
            renamed = c.vfs().names().rename(c.caller(), from.node(), source, to.node(), target, RenameMode.REPLACE);
        } catch (FsException e) {
            throw renameFailed(e, oldName);
        }
        c.commit(from);
        putChange(c.out, renamed.from());
        putChange(c.out, renamed.to());
    }

    /** A target that is of another kind, or a directory that is not empty, exists (RFC 8881, section 18.26.3). */
    private static RuntimeException renameFailed(FsException e, byte[] oldName) {
        return switch (e.errno()) {
            case EISDIR, ENOTDIR, ENOTEMPTY -> new NfsException(NfsStatus.EXIST);
            case ENOENT -> Utf8.isText(oldName) ? e : new NfsException(NfsStatus.INVAL);
            default -> e;
        };
    }
}
