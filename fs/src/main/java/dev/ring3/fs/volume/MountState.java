package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;

/**
 * What changes with each mount, and with each subvolume.
 *
 * @param clean whether the last owner stopped in good order, after which nothing was written
 * @param epoch the latest that change attributes were taken from
 * @param changeFloor no change attribute is reported below this
 * @param inoLimit inode numbers below this may have been used, and are never used again
 * @param nextSubvolume the number of the next one
 * @param nextNode the number of the next node of the snapshot tree; they descend
 * @param defaultSubvolume what a mount without a name shows
 */
record MountState(
        boolean clean,
        long epoch,
        long changeFloor,
        long inoLimit,
        long nextSubvolume,
        long nextNode,
        long defaultSubvolume) {
    private static final byte VERSION = 1;
    private static final int BYTES = 2 + 6 * 8;

    // What a volume may have used up after the latest state that is left of it: mounts and rollbacks, inodes,
    // subvolumes,
    // snapshots. There is room for 200 restores.
    private static final long EPOCHS_SKIPPED = 1 << 15;
    private static final long INOS_SKIPPED = 1L << 32;
    private static final long SUBVOLUMES_SKIPPED = 1 << 16;
    private static final long NODES_SKIPPED = 1 << 24;

    MountState withClean(boolean value) {
        return new MountState(value, epoch, changeFloor, inoLimit, nextSubvolume, nextNode, defaultSubvolume);
    }

    MountState withEpoch(long value) {
        return new MountState(clean, value, changeFloor, inoLimit, nextSubvolume, nextNode, defaultSubvolume);
    }

    MountState withChangeFloor(long value) {
        return new MountState(clean, epoch, value, inoLimit, nextSubvolume, nextNode, defaultSubvolume);
    }

    MountState withInoLimit(long value) {
        return new MountState(clean, epoch, changeFloor, value, nextSubvolume, nextNode, defaultSubvolume);
    }

    MountState withNextSubvolume(long value) {
        return new MountState(clean, epoch, changeFloor, inoLimit, value, nextNode, defaultSubvolume);
    }

    MountState withNextNode(long value) {
        return new MountState(clean, epoch, changeFloor, inoLimit, nextSubvolume, value, defaultSubvolume);
    }

    MountState withDefaultSubvolume(long value) {
        return new MountState(clean, epoch, changeFloor, inoLimit, nextSubvolume, nextNode, value);
    }

    /**
     * For a state that takes the place of later ones: nothing that these may have given out comes again.
     *
     * @param last the latest that is known of; there may have been later ones
     */
    MountState restored(MountState last) {
        return new MountState(
                false,
                Math.max(epoch, last.epoch) + EPOCHS_SKIPPED,
                Math.max(changeFloor, last.changeFloor),
                Math.max(inoLimit, last.inoLimit) + INOS_SKIPPED,
                Math.max(nextSubvolume, last.nextSubvolume) + SUBVOLUMES_SKIPPED,
                Math.min(nextNode, last.nextNode) - NODES_SKIPPED,
                defaultSubvolume);
    }

    /** The value of its key: version u8, clean u8, the six numbers u64 in order, big-endian. */
    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .put((byte) (clean ? 1 : 0))
                .putLong(epoch)
                .putLong(changeFloor)
                .putLong(inoLimit)
                .putLong(nextSubvolume)
                .putLong(nextNode)
                .putLong(defaultSubvolume)
                .array();
    }

    static MountState decode(byte[] value) {
        if (value.length != BYTES || value[0] != VERSION) {
            throw new FsException(Errno.EUCLEAN, "open volume", "a mount state of " + value.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(value, 1, BYTES - 1);
        return new MountState(
                in.get() != 0, in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}
