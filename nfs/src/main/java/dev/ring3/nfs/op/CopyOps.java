package dev.ring3.nfs.op;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Use;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;

/** COPY within the server, done before it is answered, and CLONE (RFC 7862, sections 15.2 and 15.13). */
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

    private CopyOps() {}

    static void copy(Compound c) {
        Stateid from = c.readStateid();
        Stateid to = c.readStateid();
        long sourceOffset = c.in.getLong();
        long targetOffset = c.in.getLong();
        long wanted = c.in.getLong();
        c.in.getBool(); // whether in order, and whether at once: it always is both
        c.in.getBool();
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
                IoFile target = IoFile.ofCurrent(c, to, Use.WRITE)) {
            long length = length(c, sourceOffset, targetOffset, wanted);
            boolean shares = (sourceOffset | targetOffset) % BLOCK_BYTES == 0;
            long most = shares ? length : Math.min(length, COPIED_BYTES_MAX);
            copied = c.vfs()
                    .files()
                    .copyRange(source.caller(), source.file(), sourceOffset, target.file(), targetOffset, most);
        }
        c.out.putInt(0).putLong(copied).putInt(UNSTABLE).putLong(verifier);
        c.out.putBool(true).putBool(true);
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
        Stat stat = c.service.exports().stat(place, StatMask.TYPE);
        if (stat.type() != FileType.REGULAR) {
            throw c.wrongType(stat);
        }
        return IoFile.find(c, stateid, Use.READ, place.node());
    }

    /** 0 means up to the end; INVAL for what is not in the source. */
    private static long length(Compound c, long sourceOffset, long targetOffset, long wanted) {
        long size = c.service.exports().stat(c.savedToUse(), StatMask.SIZE).sizeBytes();
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
                IoFile target = IoFile.ofCurrent(c, to, Use.WRITE)) {
            long length = length(c, sourceOffset, targetOffset, wanted);
            c.vfs()
                    .files()
                    .cloneRange(source.caller(), source.file(), sourceOffset, target.file(), targetOffset, length);
        }
        c.commit(c.current());
    }
}
