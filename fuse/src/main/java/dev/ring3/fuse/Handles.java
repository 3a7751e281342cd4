package dev.ring3.fuse;

import dev.ring3.fs.FsException;
import dev.ring3.fs.lock.LockOwner;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.linux.Errno;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The files and directories that are open through a mount, by the numbers that the kernel knows them by. */
final class Handles {
    private final Vfs vfs;
    private final Slots<OpenFile> slots = new Slots<>();

    // Of files whose data the kernel may keep: their numbers.
    private final Set<Long> cached = ConcurrentHashMap.newKeySet();

    // Who locked ranges through a file and has not closed a descriptor of it since. What is left when the file itself
    // goes are locks of the file ("open file description locks"), of which the kernel says nothing then.
    private final Map<Long, Set<LockOwner>> lockers = new ConcurrentHashMap<>();

    Handles(Vfs vfs) {
        this.vfs = vfs;
    }

    long add(OpenFile file) {
        return slots.add(file);
    }

    /** Adds a file whose data the kernel may keep. */
    long addCached(OpenFile file) {
        long handle = slots.add(file);
        cached.add(handle);
        return handle;
    }

    /** Whether the kernel may keep data of a file. */
    boolean isCached(long handle) {
        return cached.contains(handle);
    }

    /** The file of a number; EBADF if it is not open. */
    OpenFile get(long handle) {
        OpenFile file = slots.get(handle);
        if (file == null) {
            throw new FsException(Errno.EBADF, "fuse", "handle " + Long.toUnsignedString(handle));
        }
        return file;
    }

    /** Somebody is about to lock a range through a file. */
    void locking(long handle, LockOwner owner) {
        lockers.computeIfAbsent(handle, _ -> ConcurrentHashMap.newKeySet()).add(owner);
    }

    /** A descriptor was closed, and with it go the locks of the process. */
    void flush(long handle, LockOwner owner) {
        OpenFile file = get(handle);
        Set<LockOwner> known = lockers.get(handle);
        if (known != null) {
            known.remove(owner);
        }
        vfs.locks().release(file.node(), owner);
    }

    void close(long handle) {
        cached.remove(handle);
        OpenFile file = slots.remove(handle);
        if (file != null) {
            Set<LockOwner> left = lockers.remove(handle);
            if (left != null) {
                left.forEach(owner -> vfs.locks().release(file.node(), owner));
            }
            vfs.files().close(file);
        }
    }

    /** Closes everything: the kernel is gone. */
    void clear() {
        slots.values().forEach(vfs.files()::close);
    }
}
