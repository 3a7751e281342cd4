package dev.ring3.fuse;

import dev.ring3.fs.FsException;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.linux.Errno;

/** The files and directories that are open through a mount, by the numbers that the kernel knows them by. */
final class Handles {
    private final Vfs vfs;
    private final Slots<OpenFile> slots = new Slots<>();

    Handles(Vfs vfs) {
        this.vfs = vfs;
    }

    long add(OpenFile file) {
        return slots.add(file);
    }

    /** The file of a number; EBADF if it is not open. */
    OpenFile get(long handle) {
        OpenFile file = slots.get(handle);
        if (file == null) {
            throw new FsException(Errno.EBADF, "fuse", "handle " + Long.toUnsignedString(handle));
        }
        return file;
    }

    void close(long handle) {
        OpenFile file = slots.remove(handle);
        if (file != null) {
            vfs.files().close(file);
        }
    }

    /** Closes everything: the kernel is gone. */
    void clear() {
        slots.values().forEach(vfs.files()::close);
    }
}
