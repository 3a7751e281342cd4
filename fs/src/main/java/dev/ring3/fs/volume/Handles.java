package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * File handles: version u8, three zeros, subvolume u32, inode u64, and a keyed hash of these and the volume u64;
 * big-endian. Numbers are never used again, so a handle names one inode for ever; who has not the volume's key cannot
 * make one (a guess succeeds once in 2^64).
 */
final class Handles {
    static final int BYTES = 24;

    private static final byte VERSION = 1;
    private static final int MAC = 16;

    private final SipHash hash;
    private final long volume;

    Handles(byte[] key, UUID volume) {
        this.hash = new SipHash(key);
        this.volume = volume.getMostSignificantBits() ^ volume.getLeastSignificantBits();
    }

    byte[] encode(NodeId node) {
        ByteBuffer out = ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .put(new byte[3])
                .putInt((int) node.subvolume().value())
                .putLong(node.ino().value());
        return out.putLong(mac(out.array())).array();
    }

    /** The inode that a handle names, there or not; ESTALE for what {@link #encode} never made here. */
    NodeId decode(byte[] handle) {
        ByteBuffer in = ByteBuffer.wrap(handle);
        if (handle.length != BYTES || in.get(0) != VERSION || in.getLong(MAC) != mac(handle)) {
            throw new FsException(Errno.ESTALE, "open handle", "a handle of " + handle.length + " bytes");
        }
        long subvolume = Integer.toUnsignedLong(in.getInt(4));
        long ino = in.getLong(8);
        return new NodeId(new SubvolumeId(subvolume), new Ino(ino));
    }

    private long mac(byte[] handle) {
        byte[] signed = new byte[MAC];
        System.arraycopy(handle, 0, signed, 0, MAC);
        return hash.hash(signed, volume);
    }
}
