package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.store.Batch;
import dev.ring3.fs.transfer.FrameReader;
import dev.ring3.fs.transfer.TransferFrame;
import dev.ring3.fs.transfer.TransferPosition;
import dev.ring3.linux.Errno;
import java.io.UncheckedIOException;

/**
 * Applies the frames of a stream to a subvolume that nobody else writes to. Each is applied at once, in a transaction of
 * its own; from time to time all of it is made durable, and after that how far it is. After a crash or a cut it goes on
 * from there, and hears some frames again: they say what is to be, so that is no harm.
 */
final class Receiver {
    /** How much is applied between one durable position and the next. */
    private static final long BYTES_MAX = 64 << 20;

    private static final int FRAMES_MAX = 20_000;

    private final VolumeCore core;
    private final Subvolume into;
    private final ReceivedInodes inodes;
    private final ReceivedNames names;
    private final TransferPosition begun; // what the stream says before this is there already
    private TransferPosition at; // in the stream: of the frame that is being applied
    private TransferPosition applied; // what is before this is in the volume; so much is said when it is durable
    private long bytes; // since the last durable position
    private int frames;

    /** @param from where the stream begins */
    Receiver(VolumeCore core, Subvolume into, ReceivedInodes inodes, ReceivedNames names, TransferPosition from) {
        this.core = core;
        this.into = into;
        this.inodes = inodes;
        this.names = names;
        ReceivedState state = into.received();
        this.begun = state == null ? from : state.position();
        this.at = new TransferPosition(from.phase(), from.ino(), 0); // an inode in the middle is said once more
        this.applied = at;
    }

    static FsException damaged(String how) {
        return new FsException(Errno.EBADMSG, "receive", how);
    }

    /** Applies everything. What came before a failure stays, and is durable, unless that fails too. */
    void run(FrameReader in) {
        try {
            TransferFrame frame = in.next();
            while (!(frame instanceof TransferFrame.End)) {
                apply(frame);
                applied = at;
                if (bytes >= BYTES_MAX || ++frames >= FRAMES_MAX) {
                    save();
                }
                frame = in.next();
            }
            inodes.requireFinished();
        } catch (FsException | UncheckedIOException failure) {
            try {
                save();
            } catch (FsException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    /** Makes what was applied durable, and then the position. */
    private void save() {
        if (core.subvolumes().find(into.id) != into) {
            return; // it was deleted meanwhile
        }
        inodes.flush();
        core.writeback().flush(into.id);
        ReceivedState state = into.received();
        if (state != null && applied.compareTo(state.position()) > 0 && !state.isComplete()) {
            ReceivedState next = state.withPosition(applied);
            byte[] key = KeyLayout.numbered(KeyLayout.RECEIVED, into.id.value());
            core.store().durable(core.write(new Batch().put(key, next.encode())));
            into.setReceived(next);
        }
        bytes = 0;
        frames = 0;
    }

    private void apply(TransferFrame frame) {
        switch (frame) {
            case TransferFrame.Unlink unlink -> {
                if (reach(TransferPosition.NAMES_GO, unlink.directory(), 0)) {
                    names.unlink(unlink);
                }
            }
            case TransferFrame.Entry entry -> {
                inodes.requireFinished();
                if (reach(TransferPosition.NAMES_COME, entry.directory(), 0)) {
                    names.enter(entry);
                }
            }
            case TransferFrame.Remove(long ino) -> {
                inodes.requireFinished();
                if (reach(TransferPosition.INODES, ino, 0)) {
                    inodes.remove(ino);
                }
                reach(TransferPosition.INODES, ino + 1, 0);
            }
            case TransferFrame.Inode inode -> {
                inodes.requireFinished();
                reach(TransferPosition.INODES, inode.ino(), 0);
                inodes.begin(inode, isThere(inode.ino()));
            }
            case TransferFrame.Xattr xattr -> inodes.xattr(xattr);
            case TransferFrame.Data data -> {
                if (reachEnd(data.offsetBytes(), data.bytes().length)) {
                    inodes.data(data);
                    bytes += data.bytes().length;
                }
            }
            case TransferFrame.Hole(long offset, long length) -> {
                if (reachEnd(offset, length)) {
                    inodes.hole(offset, length);
                }
            }
            case TransferFrame.Promised(long offset, long length) -> {
                if (reachEnd(offset, length)) {
                    inodes.promised(offset, length);
                }
            }
            case TransferFrame.Shared shared -> {
                if (reachEnd(shared.offsetBytes(), shared.lengthBytes())) {
                    inodes.shared(shared);
                }
            }
            case TransferFrame.Finish finish -> {
                inodes.finish(finish);
                reach(TransferPosition.INODES, finish.ino() + 1, 0);
            }
            case TransferFrame.End _ -> throw new IllegalStateException("the end is no change");
        }
    }

    /** Whether an inode was wholly received before. */
    private boolean isThere(long ino) {
        return begun.phase() > TransferPosition.INODES
                || (begun.phase() == TransferPosition.INODES && ino < begun.ino());
    }

    /** Notes the position; false if what comes there is there already. */
    private boolean reach(int phase, long ino, long offset) {
        if (ino < 0 || offset < 0) {
            throw damaged("an offset or a number without end");
        }
        TransferPosition next = new TransferPosition(phase, ino, offset);
        if (next.compareTo(at) < 0) {
            throw damaged("%s comes after %s".formatted(next, at));
        }
        at = next;
        return next.compareTo(begun) >= 0;
    }

    /** The same of a range of the inode that is being received. */
    private boolean reachEnd(long offset, long length) {
        long ino = inodes.current();
        return reach(TransferPosition.INODES, ino, offset + length)
                && !isThere(ino)
                && (length > 0)
                && at.compareTo(begun) > 0;
    }
}
