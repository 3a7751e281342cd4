package dev.ring3.nfs.op;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.WriteResult;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** READ, WRITE and COMMIT (RFC 8881, sections 18.22, 18.32 and 18.3). */
final class DataOps {
    /** {@code stable_how4}. */
    private static final int UNSTABLE = 0;

    private static final int DATA_SYNC = 1;
    private static final int FILE_SYNC = 2;

    /** End of file and length, before the data. */
    private static final int READ_HEADER_BYTES = 8;

    private static final int RESULT_HEADER_BYTES = 8;

    private DataOps() {}

    static void read(Compound c) {
        Stateid stateid = c.readStateid();
        long offset = c.in.getLong();
        int count = c.in.getInt();
        try (IoFile io = IoFile.ofCurrent(c, stateid, Use.READ)) {
            int wanted = clamp(count);
            if (wanted > c.out.remaining() - READ_HEADER_BYTES - RESULT_HEADER_BYTES) {
                // The client reads on from where we stop; a session that asks for more than it takes is told so.
                requireMayBeShort(c);
                wanted = Math.max(0, (c.out.remaining() - READ_HEADER_BYTES - RESULT_HEADER_BYTES) & ~3);
            }
            int eofAt = c.out.position();
            c.out.putBool(false).putInt(0);
            int read = offset < 0 ? 0 : readInto(c, io, offset, wanted);
            c.out.skipFilled(read);
            // Less than asked for is the end; else somebody has to look where it is.
            boolean end = offset < 0 || read < wanted || offset + read >= sizeOf(c);
            c.out.patchInt(eofAt, end ? 1 : 0);
            c.out.patchInt(eofAt + Integer.BYTES, read);
        }
    }

    private static void requireMayBeShort(Compound c) {
        if (c.session != null) {
            throw new NfsException(c.keepReply ? NfsStatus.REP_TOO_BIG_TO_CACHE : NfsStatus.REP_TOO_BIG);
        }
    }

    private static int clamp(int count) {
        return Integer.compareUnsigned(count, Service.DATA_BYTES_MAX) > 0 ? Service.DATA_BYTES_MAX : count;
    }

    private static int readInto(Compound c, IoFile io, long offset, int wanted) {
        ByteBuffer room = c.out.room(wanted);
        return (int) c.vfs().files().read(io.caller(), io.file(), offset, MemorySegment.ofBuffer(room));
    }

    private static long sizeOf(Compound c) {
        return c.stat(StatMask.SIZE).sizeBytes();
    }

    static void write(Compound c) {
        Stateid stateid = c.readStateid();
        long offset = c.in.getLong();
        int stable = c.in.getInt();
        ByteBuffer data = c.in.getOpaqueView(Service.DATA_BYTES_MAX);
        int length = data.remaining();
        WriteOptions.Sync sync = switch (stable) {
            case UNSTABLE -> WriteOptions.Sync.NONE;
            case DATA_SYNC -> WriteOptions.Sync.DATA;
            case FILE_SYNC -> WriteOptions.Sync.ALL;
            default -> throw c.in.bad("stability " + stable);
        };
        if (sync != WriteOptions.Sync.NONE) {
            c.call.mayTakeLong();
        }
        long verifier = c.state().writeVerifier();
        try (IoFile io = IoFile.ofCurrent(c, stateid, Use.WRITE)) {
            if (offset < 0 || offset > Long.MAX_VALUE - length) {
                throw new NfsException(NfsStatus.FBIG);
            }
            ExportRoot export = c.current().export();
            boolean async = export != null && export.export().async();
            WriteOptions options = new WriteOptions(false, async ? WriteOptions.Sync.NONE : sync, false);
            WriteResult written =
                    c.vfs().files().write(io.caller(), io.file(), offset, MemorySegment.ofBuffer(data), options);
            length =
                    (int) written.lengthBytes(); // less where the rest does not go; the client asks again and hears why
        }
        c.out.putInt(length).putInt(stable).putLong(verifier);
    }

    static void commit(Compound c) {
        long offset = c.in.getLong();
        int count = c.in.getInt();
        Place place = c.current();
        Stat stat = c.stat(StatMask.TYPE);
        if (stat.type() != FileType.REGULAR) {
            throw c.wrongType(stat);
        }
        // The range does not matter, since all of the file is made durable; NFSv4.0 alone has a status for one that is
        // none.
        if (c.isFirstMinor() && Long.compareUnsigned(offset + Integer.toUnsignedLong(count), offset) < 0) {
            throw new NfsException(NfsStatus.INVAL);
        }
        OpenFile file = c.vfs().files().open(c.caller(), place.node(), OpenHow.of(Use.NONE));
        try {
            c.call.mayTakeLong();
            c.vfs().files().sync(file, true);
        } catch (FsException e) {
            // What was acknowledged may be gone: clients that hold it still send it again when they see another
            // verifier.
            c.state().dataLost();
            throw e;
        } finally {
            c.vfs().files().close(file);
        }
        c.out.putLong(c.state().writeVerifier());
    }
}
