package dev.ring3.nfs.op;

import dev.ring3.fs.FsException;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.linux.Errno;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.state.Copies;
import dev.ring3.nfs.state.CopyState;
import dev.ring3.nfs.state.NfsClient;
import org.jspecify.annotations.Nullable;

/**
 * COPY within the server, OFFLOAD_STATUS, OFFLOAD_CANCEL and CLONE (RFC 7862, sections 15.2, 15.8, 15.9 and 15.13). What
 * shares blocks is done before it is answered; other copies go on afterwards where the client lets them.
 */
final class CopyOps {
    private static final int UNSTABLE = 0;
    private static final int SERVERS_MAX = 16;
    private static final int LOCATION_BYTES_MAX = 4096;

    /** {@code netloc_type4}. */
    private static final int NAME = 1;

    private static final int URL = 2;
    private static final int ADDRESS = 3;

    private static final int BLOCK_BYTES = 4096;

    /** How much is copied in one call where blocks cannot be shared; the client goes on from there. */
    private static final long COPIED_BYTES_MAX = 16 << 20;

    /** From how much on a copy goes on after it was answered. */
    private static final long LATER_BYTES_MIN = 4 << 20;

    private CopyOps() {}

    static void copy(Compound c) {
        Stateid from = c.readStateid();
        Stateid to = c.readStateid();
        long sourceOffset = c.in.getLong();
        long targetOffset = c.in.getLong();
        long wanted = c.in.getLong();
        c.in.getBool(); // whether in order, which it always is
        boolean atOnce = c.in.getBool();
        int servers = c.in.getCount(SERVERS_MAX);
        for (int i = 0; i < servers; i++) {
            skipLocation(c);
        }
        if (servers > 0) {
            throw new NfsException(NfsStatus.NOTSUPP);
        }
        long copied;
        long verifier = c.state().writeVerifier();
        try (IoFile source = source(c, from);
                IoFile target = IoFile.ofRegular(c, to, Use.WRITE)) {
            if (source.file().node().equals(target.file().node())) {
                throw new NfsException(NfsStatus.INVAL); // RFC 7862, section 15.2.3; CLONE may
            }
            long length = length(c, sourceOffset, targetOffset, wanted);
            boolean shares = (sourceOffset | targetOffset) % BLOCK_BYTES == 0;
            boolean later = !shares && !atOnce && length >= LATER_BYTES_MIN;
            CopyState begun = later ? begin(c, source, sourceOffset, targetOffset, length) : null;
            if (begun != null) {
                c.out.putInt(1);
                begun.stateid().write(c.out);
                c.out.putLong(0).putInt(UNSTABLE).putLong(begun.writeVerifier());
                c.out.putBool(true).putBool(false);
                return;
            }
            long most = shares ? length : Math.min(length, COPIED_BYTES_MAX);
            copied = c.vfs()
                    .files()
                    .copyRange(source.caller(), source.file(), sourceOffset, target.file(), targetOffset, most);
        }
        c.out.putInt(0).putLong(copied).putInt(UNSTABLE).putLong(verifier);
        c.out.putBool(true).putBool(true);
    }

    /** Null where it has to be done at once. The copy has the files open for itself, since the client may close its own. */
    private static @Nullable CopyState begin(
            Compound c, IoFile source, long sourceOffset, long targetOffset, long length) {
        NfsClient client = c.sessionClient();
        if (client == null) {
            return null;
        }
        OpenFile from = null;
        OpenFile to = null;
        CopyState begun = null;
        try {
            from = IoFile.open(c, source.caller(), source.file().node(), OpenHow.of(Use.READ));
            to = IoFile.open(c, c.caller(), c.current().node(), OpenHow.of(Use.WRITE));
            Copies.Work work = new Copies.Work(c.caller(), from, sourceOffset, to, targetOffset, length);
            begun = c.state().copies().begin(client, work, c.exports.handle(c.current()));
            return begun;
        } catch (FsException e) {
            if (e.errno() == Errno.EBUSY || e.errno() == Errno.EACCES) {
                return null; // the client's own opens may do what another may not
            }
            throw e;
        } finally {
            if (begun == null) {
                close(c, from);
                close(c, to);
            }
        }
    }

    private static void close(Compound c, @Nullable OpenFile file) {
        if (file != null) {
            c.vfs().files().close(file);
        }
    }

    static void offloadStatus(Compound c) {
        CopyState copy = copyOf(c);
        NfsStatus status = copy.status();
        c.out.putLong(copy.copiedBytes());
        if (status == null) {
            c.out.putInt(0);
        } else {
            c.out.putInt(1).putInt(status.number());
        }
    }

    static void offloadCancel(Compound c) {
        c.state().copies().cancel(copyOf(c));
    }

    private static CopyState copyOf(Compound c) {
        Stateid stateid = c.readStateid();
        Place place = c.current();
        if (c.state().table().require(stateid, c.sessionClient()) instanceof CopyState copy
                && copy.node().equals(place.node())) {
            return copy;
        }
        throw new NfsException(NfsStatus.BAD_STATEID);
    }

    private static void skipLocation(Compound c) {
        int type = c.in.getInt();
        switch (type) {
            case NAME, URL -> c.in.skipOpaque(LOCATION_BYTES_MAX);
            case ADDRESS -> {
                c.in.skipOpaque(LOCATION_BYTES_MAX);
                c.in.skipOpaque(LOCATION_BYTES_MAX);
            }
            default -> throw c.in.bad("a location of type " + type);
        }
    }

    private static IoFile source(Compound c, Stateid stateid) {
        Place place = c.savedToUse();
        if (place.isPseudo() || place.export() != c.current().export()) {
            throw new NfsException(NfsStatus.XDEV);
        }
        c.requireRegular(place);
        return IoFile.find(c, stateid, Use.READ, place.node());
    }

    /** 0 means up to the end; INVAL for what is not in the source. */
    private static long length(Compound c, long sourceOffset, long targetOffset, long wanted) {
        long size = c.exports.stat(c.savedToUse(), StatMask.SIZE).sizeBytes();
        if (sourceOffset < 0 || targetOffset < 0 || wanted < 0 || sourceOffset > size || wanted > size - sourceOffset) {
            throw new NfsException(NfsStatus.INVAL);
        }
        return wanted == 0 ? size - sourceOffset : wanted;
    }

    static void clone(Compound c) {
        Stateid from = c.readStateid();
        Stateid to = c.readStateid();
        long sourceOffset = c.in.getLong();
        long targetOffset = c.in.getLong();
        long wanted = c.in.getLong();
        try (IoFile source = source(c, from);
                IoFile target = IoFile.ofRegular(c, to, Use.WRITE)) {
            long length = length(c, sourceOffset, targetOffset, wanted);
            c.vfs()
                    .files()
                    .cloneRange(source.caller(), source.file(), sourceOffset, target.file(), targetOffset, length);
        }
        c.commit(c.current());
    }
}
