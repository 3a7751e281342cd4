package dev.ring3.fuse;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A request in a reader's buffer ({@code struct fuse_in_header} and what follows): u32 length, u32 opcode, u64 unique, u64
 * nodeid, u32 uid, u32 gid, u32 pid, u16 length of extensions, u16 padding. Used again for the next request; what
 * outlives this one is copied. Every access is within the length that the kernel gave: beyond it, EINVAL.
 */
final class Request {
    static final int HEADER_BYTES = 40;
    private static final int OPCODE = 4;
    private static final int UNIQUE = 8;
    private static final int NODE_ID = 16;
    private static final int UID = 24;
    private static final int GID = 28;
    private static final int PID = 32;
    private static final int EXTENSION_UNITS = 36;

    /** The unit of the length of extensions, which follow everything else. */
    private static final int EXTENSION_UNIT_BYTES = 8;

    private final MemorySegment buffer;
    private long end;

    Request(MemorySegment buffer) {
        this.buffer = buffer;
    }

    /** Where the next request goes. */
    MemorySegment buffer() {
        return buffer;
    }

    /**
     * Takes a request that was read.
     *
     * @return whether it is one at all
     */
    boolean accept(long lengthBytes) {
        end = lengthBytes;
        if (lengthBytes < HEADER_BYTES || Integer.toUnsignedLong(rawInt(0)) != lengthBytes) {
            return false;
        }
        end -= (long) EXTENSION_UNIT_BYTES * Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, EXTENSION_UNITS));
        return end >= HEADER_BYTES;
    }

    int opcode() {
        return rawInt(OPCODE);
    }

    long unique() {
        return buffer.get(ValueLayout.JAVA_LONG, UNIQUE);
    }

    long nodeId() {
        return buffer.get(ValueLayout.JAVA_LONG, NODE_ID);
    }

    int uid() {
        return rawInt(UID);
    }

    int gid() {
        return rawInt(GID);
    }

    int pid() {
        return rawInt(PID);
    }

    private int rawInt(int offset) {
        return buffer.get(ValueLayout.JAVA_INT, offset);
    }

    /** How many bytes follow the header. */
    long bodyBytes() {
        return end - HEADER_BYTES;
    }

    /** A field behind the header. */
    int intAt(long offset) {
        return buffer.get(ValueLayout.JAVA_INT_UNALIGNED, at(offset, Integer.BYTES));
    }

    /** A field behind the header. */
    long longAt(long offset) {
        return buffer.get(ValueLayout.JAVA_LONG_UNALIGNED, at(offset, Long.BYTES));
    }

    /** An unsigned field that a size or offset is, which Java's numbers must be able to hold. */
    long sizeAt(long offset) {
        long value = longAt(offset);
        if (value < 0) {
            throw new FsException(Errno.EINVAL, "fuse", "a field of " + Long.toUnsignedString(value));
        }
        return value;
    }

    MemorySegment dataAt(long offset, long lengthBytes) {
        return buffer.asSlice(at(offset, lengthBytes), lengthBytes);
    }

    /** How long the string is that begins here, without its NUL. */
    int stringBytesAt(long offset) {
        for (long at = at(offset, 1); at < end; at++) {
            if (buffer.get(ValueLayout.JAVA_BYTE, at) == 0) {
                return (int) (at - HEADER_BYTES - offset);
            }
        }
        throw new FsException(Errno.EINVAL, "fuse", "a string without an end");
    }

    byte[] bytesAt(long offset, int lengthBytes) {
        return dataAt(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] stringAt(long offset) {
        return bytesAt(offset, stringBytesAt(offset));
    }

    Name nameAt(long offset) {
        return Name.of(stringAt(offset));
    }

    private long at(long offset, long lengthBytes) {
        if (lengthBytes < 0 || offset > bodyBytes() - lengthBytes) {
            throw new FsException(
                    Errno.EINVAL,
                    "fuse",
                    "a request of %d bytes where %d are wanted".formatted(end, offset + lengthBytes));
        }
        return HEADER_BYTES + offset;
    }
}
