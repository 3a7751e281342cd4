package dev.ring3.fs.vfs;

import dev.ring3.fs.FileTree;
import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Copies between open files. */
final class Copies {
    /** How much of a copy goes through memory at a time, where files cannot share the data. */
    private static final int COPY_BYTES = 1 << 20;

    /** What can be shared between files: whole blocks. */
    private static final int CLONE_BLOCK_BYTES = 4096;

    private final Vfs vfs;
    private final Files files;

    Copies(Vfs vfs, Files files) {
        this.vfs = vfs;
        this.files = files;
    }

    /** See {@link Files#cloneRange}. */
    void cloneRange(
            Caller caller, OpenFile source, long sourceOffset, OpenFile target, long targetOffset, long lengthBytes) {
        FileTree tree = requireCopy(source, sourceOffset, target, targetOffset, lengthBytes);
        checkCopy(Operation.CLONE_SOURCE, caller, source, sourceOffset, target, lengthBytes);
        checkCopy(Operation.CLONE_TARGET, caller, target, targetOffset, source, lengthBytes);
        tree.cloneRange(
                source.held(),
                sourceOffset,
                target.held(),
                targetOffset,
                lengthBytes,
                files.clearsSetId(caller, target.node()));
    }

    /** See {@link Files#copyRange}. */
    long copyRange(
            Caller caller, OpenFile source, long sourceOffset, OpenFile target, long targetOffset, long lengthBytes) {
        FileTree tree = requireCopy(source, sourceOffset, target, targetOffset, lengthBytes);
        checkCopy(Operation.COPY_SOURCE, caller, source, sourceOffset, target, lengthBytes);
        checkCopy(Operation.COPY_TARGET, caller, target, targetOffset, source, lengthBytes);
        long available = vfs.stat(source.node()).sizeBytes() - sourceOffset;
        long length = Math.max(0, Math.min(lengthBytes, available));
        boolean aligned = (sourceOffset | targetOffset) % CLONE_BLOCK_BYTES == 0;
        long shared = aligned ? length - length % CLONE_BLOCK_BYTES : 0;
        if (shared > 0) {
            tree.cloneRange(
                    source.held(),
                    sourceOffset,
                    target.held(),
                    targetOffset,
                    shared,
                    files.clearsSetId(caller, target.node()));
        }
        long copied = shared;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, Math.min(COPY_BYTES, length - copied)));
            while (copied < length) {
                MemorySegment piece = buffer.asSlice(0, Math.min(buffer.byteSize(), length - copied));
                long read = tree.read(source.held(), sourceOffset + copied, piece);
                if (read == 0) {
                    break;
                }
                copied += files.write(caller, target, targetOffset + copied, piece.asSlice(0, read))
                        .lengthBytes(); // if less than was read, the next says why
            }
        }
        return copied;
    }

    private FileTree requireCopy(
            OpenFile source, long sourceOffset, OpenFile target, long targetOffset, long lengthBytes) {
        Files.requireAccess(source, source.mayRead(), sourceOffset, "copy");
        Files.requireAccess(target, target.mayWrite() && !target.has(OpenOption.APPEND), targetOffset, "copy");
        boolean overlap = source.node().equals(target.node()) && Math.abs(sourceOffset - targetOffset) < lengthBytes;
        if (lengthBytes < 0 || overlap || lengthBytes > Long.MAX_VALUE - Math.max(sourceOffset, targetOffset)) {
            throw new FsException(
                    Errno.EINVAL, "copy", "%d bytes at %d to %d".formatted(lengthBytes, sourceOffset, targetOffset));
        }
        return vfs.tree(source.node(), target.node(), "copy");
    }

    private void checkCopy(
            Operation operation, Caller caller, OpenFile file, long offsetBytes, OpenFile other, long lengthBytes) {
        if (vfs.isHooked(operation.point())) {
            vfs.check(Request.ofFile(operation, caller, file, offsetBytes, lengthBytes)
                    .withOther(other.node())
                    .withSize(vfs.stat(file.node()).sizeBytes()));
        }
    }
}
