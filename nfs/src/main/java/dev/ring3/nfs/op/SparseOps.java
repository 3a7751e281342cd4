package dev.ring3.nfs.op;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.FsException;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Use;
import dev.ring3.linux.Errno;
import dev.ring3.nfs.proto.Bitmap;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/** Holes, and advice (RFC 7862, sections 15.1, 15.4, 15.5, 15.10 and 15.11). */
final class SparseOps {
    /** {@code data_content4}. */
    private static final int DATA = 0;

    private static final int HOLE = 1;

    /** What stands before the data of a piece: kind, offset, length. */
    private static final int DATA_HEADER_BYTES = 16;

    private static final int HOLE_BYTES = 20;
    private static final int RESULT_HEADER_BYTES = 8;

    private SparseOps() {}

    static void allocate(Compound c, boolean grows) {
        Stateid stateid = c.readStateid();
        long offset = c.in.getLong();
        long length = c.in.getLong();
        try (IoFile io = IoFile.ofRegular(c, stateid, Use.WRITE)) {
            if (length == 0 || Long.compareUnsigned(offset + length, offset) < 0) {
                throw new NfsException(NfsStatus.INVAL);
            }
            if (offset < 0 || length < 0 || offset + length < 0) {
                throw new NfsException(NfsStatus.FBIG);
            }
            AllocateMode mode = grows ? AllocateMode.ALLOCATE : AllocateMode.PUNCH_HOLE;
            c.vfs().files().allocate(io.caller(), io.file(), mode, offset, length);
        }
        c.commit(c.current());
    }

    /** Advice is taken for what it is: nothing is changed by it, which the answer says. */
    static void ioAdvise(Compound c) {
        Stateid stateid = c.readStateid();
        c.in.getLong();
        c.in.getLong();
        Bitmap.read(c.in);
        IoFile.ofCurrent(c, stateid, Use.READ).close();
        Bitmap.EMPTY.write(c.out);
    }

    static void seek(Compound c) {
        Stateid stateid = c.readStateid();
        long offset = c.in.getLong();
        int what = c.in.getInt();
        if (what != DATA && what != HOLE) {
            throw new NfsException(NfsStatus.UNION_NOTSUPP);
        }
        try (IoFile io = IoFile.ofCurrent(c, stateid, Use.READ)) {
            long size = c.stat(StatMask.SIZE).sizeBytes();
            if (offset < 0 || offset >= size) {
                throw new NfsException(NfsStatus.NXIO);
            }
            long found = what == DATA ? nextData(c, io, offset, size) : nextHole(c, io, offset, size);
            c.out.putBool(found >= size).putLong(found);
        }
    }

    private static long nextData(Compound c, IoFile io, long offset, long size) {
        return orEnd(() -> c.vfs().files().seekData(io.caller(), io.file(), offset), size);
    }

    private static long nextHole(Compound c, IoFile io, long offset, long size) {
        return orEnd(() -> c.vfs().files().seekHole(io.caller(), io.file(), offset), size);
    }

    private static long orEnd(LongSupplier search, long size) {
        try {
            return Math.min(size, search.getAsLong());
        } catch (FsException e) {
            if (e.errno() == Errno.ENXIO) {
                return size;
            }
            throw e;
        }
    }

    /** Data as data and holes as holes, until the client has what it asked for or the answer is full. */
    static void readPlus(Compound c) {
        Stateid stateid = c.readStateid();
        long offset = c.in.getLong();
        long wanted = Math.min(c.in.getUnsigned(), Service.DATA_BYTES_MAX);
        try (IoFile io = IoFile.ofCurrent(c, stateid, Use.READ)) {
            long size = c.stat(StatMask.SIZE).sizeBytes();
            int eofAt = c.out.position();
            c.out.putBool(false).putInt(0);
            int pieces = 0;
            long at = offset < 0 ? size : offset;
            long end = Math.min(size, at > Long.MAX_VALUE - wanted ? size : at + wanted);
            while (at < end && c.out.remaining() > HOLE_BYTES + DATA_HEADER_BYTES + RESULT_HEADER_BYTES) {
                long data = Math.min(end, nextData(c, io, at, size));
                if (data > at) {
                    c.out.putInt(HOLE).putLong(at).putLong(data - at);
                    at = data;
                } else {
                    long read = putData(c, io, at, Math.min(end, nextHole(c, io, at, size)));
                    if (read == 0) {
                        break;
                    }
                    at += read;
                }
                pieces++;
            }
            c.out.patchInt(eofAt, at >= size ? 1 : 0);
            c.out.patchInt(eofAt + Integer.BYTES, pieces);
        }
    }

    private static long putData(Compound c, IoFile io, long at, long until) {
        int room = (c.out.remaining() - DATA_HEADER_BYTES - RESULT_HEADER_BYTES) & ~3;
        int length = (int) Math.min(room, until - at);
        int start = c.out.position();
        c.out.putInt(DATA).putLong(at).putInt(0);
        ByteBuffer buffer = c.out.room(length);
        int read = (int) c.vfs().files().read(io.caller(), io.file(), at, MemorySegment.ofBuffer(buffer));
        c.out.patchInt(start + DATA_HEADER_BYTES - Integer.BYTES, read);
        c.out.skipFilled(read);
        if (read == 0) {
            c.out.truncate(start);
        }
        return read;
    }
}
