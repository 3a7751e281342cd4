package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.transfer.TransferPosition;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the content of a subvolume came from.
 *
 * @param snapshot the identity of the content: that of the snapshot which was sent first
 * @param parent of what it builds on; null if all of it came
 * @param position how far it has come, durably
 */
public record ReceivedState(UUID snapshot, @Nullable UUID parent, TransferPosition position) {
    private static final byte VERSION = 1;
    private static final int BYTES = 1 + 16 + 16 + 17;

    /** Whether all has come; until then nobody writes to the subvolume but who receives. */
    public boolean isComplete() {
        return position.phase() == TransferPosition.DONE;
    }

    ReceivedState withPosition(TransferPosition next) {
        return new ReceivedState(snapshot, parent, next);
    }

    /** The value of its key: version u8, snapshot, parent or zeros 16 bytes each, phase u8, ino, offset u64, big-endian. */
    byte[] encode() {
        UUID above = parent == null ? new UUID(0, 0) : parent;
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putLong(snapshot.getMostSignificantBits())
                .putLong(snapshot.getLeastSignificantBits())
                .putLong(above.getMostSignificantBits())
                .putLong(above.getLeastSignificantBits())
                .put((byte) position.phase())
                .putLong(position.ino())
                .putLong(position.offsetBytes())
                .array();
    }

    static ReceivedState decode(byte[] value) {
        if (value.length != BYTES || value[0] != VERSION) {
            throw new FsException(Errno.EUCLEAN, "read received", "a record of " + value.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(value, 1, BYTES - 1);
        UUID snapshot = new UUID(in.getLong(), in.getLong());
        UUID parent = new UUID(in.getLong(), in.getLong());
        return new ReceivedState(
                snapshot,
                parent.equals(new UUID(0, 0)) ? null : parent,
                new TransferPosition(in.get(), in.getLong(), in.getLong()));
    }
}
