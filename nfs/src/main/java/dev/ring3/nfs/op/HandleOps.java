package dev.ring3.nfs.op;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Name;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Permissions;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.rpc.Credential;

/** Operations on filehandles. */
final class HandleOps {
    /** {@code secinfo_style4}. */
    private static final int CURRENT = 0;

    private static final int PARENT = 1;

    private static final int SEARCH = Permissions.EXECUTE;

    private HandleOps() {}

    static void putrootfh(Compound c) {
        c.setCurrent(c.exports.root(c.call));
    }

    static void putfh(Compound c) {
        byte[] handle = c.in.getOpaque(Exports.HANDLE_BYTES_MAX);
        c.setCurrent(c.exports.placeOf(handle, c.call));
    }

    static void getfh(Compound c) {
        c.out.putOpaque(c.exports.handle(c.current()));
    }

    static void lookup(Compound c) {
        byte[] name = Utf8.readComponent(c.in);
        Place directory = c.current();
        requireDirectory(c);
        c.setCurrent(find(c, directory, name));
    }

    /** What has a name; NOENT. */
    static Place find(Compound c, Place directory, byte[] bytes) {
        Name name = Utf8.nameToFind(bytes);
        if (directory.isPseudo()) {
            return c.exports.lookup(directory, name, c.call);
        }
        Stat found = c.vfs().names().find(c.caller(directory), directory.node(), name, StatMask.TYPE);
        if (found == null || found.node().subvolume().compareTo(Vfs.FIRST_MOUNTED) >= 0) {
            throw new NfsException(Utf8.isText(bytes) ? NfsStatus.NOENT : NfsStatus.INVAL);
        }
        if (found.node().subvolume().equals(directory.node().subvolume())) {
            return directory.at(found.node());
        }
        // Into another subvolume, which may be an export of its own.
        ExportRoot export = c.exports.exportOf(found.node());
        if (export == null) {
            throw new NfsException(NfsStatus.NOENT);
        }
        return c.exports.admitted(new Place(found.node(), export), c.call);
    }

    static void lookupp(Compound c) {
        Place directory = c.current();
        requireDirectory(c);
        c.setCurrent(parent(c, directory));
    }

    private static Place parent(Compound c, Place directory) {
        if (!directory.isPseudo() && !c.vfs().attributes().may(c.caller(), directory.node(), SEARCH)) {
            throw new NfsException(NfsStatus.ACCESS);
        }
        Place parent = c.exports.parent(directory);
        if (parent == null) {
            throw new NfsException(NfsStatus.NOENT);
        }
        return parent.isPseudo() ? parent : c.exports.admitted(parent, c.call);
    }

    /** What a path leads on from: a link is told from other files, since a client may follow it. */
    static void requireDirectory(Compound c) {
        Stat stat = c.stat(StatMask.TYPE);
        if (!stat.isDirectory()) {
            boolean link = stat.type() == FileType.SYMLINK;
            throw new NfsException(link ? NfsStatus.SYMLINK : NfsStatus.NOTDIR);
        }
    }

    /** NOTDIR for links too: other operations on directories have no status for them (RFC 8881, section 15.2). */
    static void requireOnlyDirectory(Compound c, Place place) {
        if (!c.exports.stat(place, StatMask.TYPE).isDirectory()) {
            throw new NfsException(NfsStatus.NOTDIR);
        }
    }

    /** A directory in which names may be changed. */
    static void requireDirectoryToChange(Compound c, Place place) {
        requireOnlyDirectory(c, place);
        Compound.requireWritable(place);
    }

    static void secinfo(Compound c) {
        byte[] name = Utf8.readComponent(c.in);
        Place directory = c.current();
        requireOnlyDirectory(c, directory);
        find(c, directory, name);
        consume(c);
        putFlavors(c);
    }

    static void secinfoNoName(Compound c) {
        int style = c.in.getInt();
        Place place = c.current();
        switch (style) {
            case CURRENT -> {}
            case PARENT -> {
                requireOnlyDirectory(c, place);
                parent(c, place);
            }
            default -> throw c.in.bad("style " + style);
        }
        consume(c);
        putFlavors(c);
    }

    /** From NFSv4.1 on there is no current filehandle after SECINFO (RFC 8881, section 2.6.3.1.1.8). */
    private static void consume(Compound c) {
        if (!c.isFirstMinor()) {
            c.setCurrent(null);
        }
    }

    private static void putFlavors(Compound c) {
        c.out.putInt(2).putInt(Credential.AUTH_SYS).putInt(Credential.AUTH_NONE);
    }
}
