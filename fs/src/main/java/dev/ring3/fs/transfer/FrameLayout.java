package dev.ring3.fs.transfer;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Errno;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The bytes of a stream; numbers big-endian. Times are seconds i64 and nanoseconds u32.
 *
 * <pre>
 * header   magic u64, version u16, zero u16, volume, snapshot, parent (or zeros) 16 bytes each,
 *          position: phase u8, ino u64, offset u64; created 12 bytes; CRC-32C of all before u32
 * frame    length of the payload u32, type u8, payload, CRC-32C u32 of: number of the frame u64 (from 0), type, payload
 * 1 unlink     directory u64, target u64, name
 * 2 remove     ino u64
 * 3 inode      ino u64, mode, uid, gid, device major, minor u32 each, size u64, birth 12 bytes, xattrs follow u8, target
 * 4 xattr      space u8, length of the name u16, name, value
 * 5 data       offset u64, bytes
 * 6 hole       offset u64, length u64
 * 7 promised   offset u64, length u64
 * 8 shared     offset u64, length u64, source ino u64, source offset u64
 * 9 finish     ino u64, flags u32, access, modify, change time 12 bytes each
 * 10 entry     directory u64, target u64, type u8 (d_type), name
 * 11 end       frames before it u64
 * </pre>
 */
final class FrameLayout {
    /** "R3SEND", CR, LF: a transfer that changes ends of lines shows at once. */
    static final long MAGIC = 0x523353454E440D0AL;

    static final int VERSION = 1;
    static final int HEADER_BYTES = 8 + 2 + 2 + 3 * 16 + 17 + 12 + 4;
    static final int PAYLOAD_BYTES_MAX = TransferFrame.DATA_BYTES_MAX + Long.BYTES;

    private static final int UNLINK = 1;
    private static final int REMOVE = 2;
    private static final int INODE = 3;
    private static final int XATTR = 4;
    private static final int DATA = 5;
    private static final int HOLE = 6;
    private static final int PROMISED = 7;
    private static final int SHARED = 8;
    private static final int FINISH = 9;
    private static final int ENTRY = 10;
    private static final int END = 11;

    private static final int TIME_BYTES = 12;
    private static final int INODE_BYTES = 8 + 5 * 4 + 8 + TIME_BYTES + 1;

    private FrameLayout() {}

    static FsException damaged(String how) {
        return new FsException(Errno.EBADMSG, "receive", how);
    }

    static byte type(TransferFrame frame) {
        return switch (frame) {
            case TransferFrame.Unlink _ -> UNLINK;
            case TransferFrame.Remove _ -> REMOVE;
            case TransferFrame.Inode _ -> INODE;
            case TransferFrame.Xattr _ -> XATTR;
            case TransferFrame.Data _ -> DATA;
            case TransferFrame.Hole _ -> HOLE;
            case TransferFrame.Promised _ -> PROMISED;
            case TransferFrame.Shared _ -> SHARED;
            case TransferFrame.Finish _ -> FINISH;
            case TransferFrame.Entry _ -> ENTRY;
            case TransferFrame.End _ -> END;
        };
    }

    static byte[] encode(TransferFrame frame) {
        return switch (frame) {
            case TransferFrame.Unlink(long directory, Name name, long target) ->
                room(16 + name.length())
                        .putLong(directory)
                        .putLong(target)
                        .put(name.bytes())
                        .array();
            case TransferFrame.Remove(long ino) -> room(8).putLong(ino).array();
            case TransferFrame.Inode inode -> encodeInode(inode);
            case TransferFrame.Xattr(int space, byte[] name, byte[] value) ->
                room(3 + name.length + value.length)
                        .put((byte) space)
                        .putShort((short) name.length)
                        .put(name)
                        .put(value)
                        .array();
            case TransferFrame.Data(long offset, byte[] bytes) ->
                room(8 + bytes.length).putLong(offset).put(bytes).array();
            case TransferFrame.Hole(long offset, long length) ->
                range(16, offset, length).array();
            case TransferFrame.Promised(long offset, long length) ->
                range(16, offset, length).array();
            case TransferFrame.Shared(long offset, long length, long sourceIno, long sourceOffset) ->
                range(32, offset, length)
                        .putLong(sourceIno)
                        .putLong(sourceOffset)
                        .array();
            case TransferFrame.Finish finish -> encodeFinish(finish);
            case TransferFrame.Entry(long directory, Name name, FileType type, long target) ->
                room(17 + name.length())
                        .putLong(directory)
                        .putLong(target)
                        .put((byte) type.direntType())
                        .put(name.bytes())
                        .array();
            case TransferFrame.End(long frames) -> room(8).putLong(frames).array();
        };
    }

    private static ByteBuffer room(int bytes) {
        return ByteBuffer.allocate(bytes);
    }

    private static ByteBuffer range(int bytes, long offset, long length) {
        return room(bytes).putLong(offset).putLong(length);
    }

    private static byte[] encodeInode(TransferFrame.Inode inode) {
        ByteBuffer out = ByteBuffer.allocate(INODE_BYTES + inode.target().length)
                .putLong(inode.ino())
                .putInt(inode.mode())
                .putInt(inode.uid())
                .putInt(inode.gid())
                .putInt(inode.deviceMajor())
                .putInt(inode.deviceMinor())
                .putLong(inode.sizeBytes());
        put(out, inode.birthTime());
        return out.put((byte) (inode.xattrs() ? 1 : 0)).put(inode.target()).array();
    }

    private static byte[] encodeFinish(TransferFrame.Finish finish) {
        ByteBuffer out =
                ByteBuffer.allocate(12 + 3 * TIME_BYTES).putLong(finish.ino()).putInt(finish.flags());
        put(out, finish.accessTime());
        put(out, finish.modifyTime());
        put(out, finish.changeTime());
        return out.array();
    }

    /**
     * The frame of a payload.
     *
     * @throws FsException EBADMSG for what is none
     */
    static TransferFrame decode(int type, byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        try {
            TransferFrame frame = switch (type) {
                case UNLINK -> unlink(in);
                case REMOVE -> new TransferFrame.Remove(number(in));
                case INODE -> inode(in);
                case XATTR -> xattr(in);
                case DATA -> new TransferFrame.Data(number(in), rest(in));
                case HOLE -> new TransferFrame.Hole(number(in), number(in));
                case PROMISED -> new TransferFrame.Promised(number(in), number(in));
                case SHARED -> new TransferFrame.Shared(number(in), number(in), number(in), number(in));
                case FINISH -> new TransferFrame.Finish(number(in), in.getInt(), time(in), time(in), time(in));
                case ENTRY -> entry(in);
                case END -> new TransferFrame.End(number(in));
                default -> throw damaged("a frame of type " + type);
            };
            if (in.hasRemaining()) {
                throw damaged("a frame of type %d with %d bytes too many".formatted(type, in.remaining()));
            }
            return frame;
        } catch (BufferUnderflowException _) {
            throw damaged("a frame of type %d of %d bytes".formatted(type, payload.length));
        }
    }

    private static TransferFrame unlink(ByteBuffer in) {
        long directory = number(in);
        long target = number(in);
        return new TransferFrame.Unlink(directory, name(in), target);
    }

    private static TransferFrame entry(ByteBuffer in) {
        long directory = number(in);
        long target = number(in);
        FileType type = fileType(in.get() << 12);
        return new TransferFrame.Entry(directory, name(in), type, target);
    }

    private static TransferFrame inode(ByteBuffer in) {
        long ino = number(in);
        int mode = in.getInt();
        fileType(mode);
        return new TransferFrame.Inode(
                ino,
                mode,
                in.getInt(),
                in.getInt(),
                in.getInt(),
                in.getInt(),
                number(in),
                time(in),
                in.get() != 0,
                rest(in));
    }

    private static TransferFrame xattr(ByteBuffer in) {
        int space = Byte.toUnsignedInt(in.get());
        byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
        boolean known = space == TransferFrame.Xattr.ACL || space < XattrName.Namespace.values().length;
        if (!known || name.length > in.remaining()) {
            throw damaged("an extended attribute of space %d, a name of %d bytes".formatted(space, name.length));
        }
        in.get(name);
        return new TransferFrame.Xattr(space, name, rest(in));
    }

    /** Numbers of inodes, offsets and lengths have 63 bits. */
    private static long number(ByteBuffer in) {
        long value = in.getLong();
        if (value < 0) {
            throw damaged("the number " + Long.toUnsignedString(value));
        }
        return value;
    }

    private static byte[] rest(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return bytes;
    }

    private static Name name(ByteBuffer in) {
        Name name;
        try {
            name = Name.of(rest(in));
        } catch (FsException e) {
            throw damaged(e.object());
        }
        if (name.isDotOrDotDot()) {
            throw damaged("the name \"%s\"".formatted(name));
        }
        return name;
    }

    private static FileType fileType(int mode) {
        try {
            return FileType.ofMode(mode);
        } catch (FsException e) {
            throw damaged(e.object());
        }
    }

    private static void put(ByteBuffer out, Instant time) {
        out.putLong(time.getEpochSecond()).putInt(time.getNano());
    }

    private static Instant time(ByteBuffer in) {
        try {
            return Instant.ofEpochSecond(in.getLong(), Integer.toUnsignedLong(in.getInt()));
        } catch (DateTimeException | ArithmeticException _) {
            throw damaged("a time");
        }
    }

    static byte[] encode(TransferHeader header) {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES)
                .putLong(MAGIC)
                .putShort((short) VERSION)
                .putShort((short) 0);
        put(out, header.volume());
        put(out, header.snapshot());
        UUID parent = header.parent();
        put(out, parent == null ? new UUID(0, 0) : parent);
        out.put((byte) header.from().phase())
                .putLong(header.from().ino())
                .putLong(header.from().offsetBytes());
        put(out, header.created());
        return out.putInt(checksum(out.array())).array();
    }

    /** That of a header. */
    private static int checksum(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, header.length - Integer.BYTES);
        return (int) crc.getValue();
    }

    private static void put(ByteBuffer out, UUID uuid) {
        out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    /**
     * Reads a header.
     *
     * @throws FsException EBADMSG; EOPNOTSUPP for a stream of a newer Ring3
     */
    static TransferHeader decodeHeader(byte[] header) {
        ByteBuffer in = ByteBuffer.wrap(header);
        if (in.getLong() != MAGIC) {
            throw damaged("no stream of a snapshot");
        }
        int version = Short.toUnsignedInt(in.getShort());
        if (version > VERSION) {
            throw new FsException(
                    Errno.EOPNOTSUPP,
                    "receive",
                    "a stream of version %d; this Ring3 knows up to %d".formatted(version, VERSION));
        }
        if (version < 1 || in.getInt(HEADER_BYTES - Integer.BYTES) != checksum(header)) {
            throw damaged("the header fails its checksum");
        }
        in.getShort();
        UUID volume = uuid(in);
        UUID snapshot = uuid(in);
        UUID parent = uuid(in);
        TransferPosition from = new TransferPosition(in.get(), in.getLong(), in.getLong());
        return new TransferHeader(volume, snapshot, parent.equals(new UUID(0, 0)) ? null : parent, from, time(in));
    }

    private static UUID uuid(ByteBuffer in) {
        return new UUID(in.getLong(), in.getLong());
    }
}
