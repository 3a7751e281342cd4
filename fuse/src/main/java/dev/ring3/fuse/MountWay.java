package dev.ring3.fuse;

import dev.ring3.linux.Access;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Mounting;
import dev.ring3.linux.RawFile;
import java.nio.file.Path;

/** How a mount is made and taken out: by system calls of this process, or by {@code fusermount3}, which users may start. */
enum MountWay {
    /** By {@code mount(2)} and {@code umount2(2)}; wants root, if only that of a user namespace. Everybody is let in. */
    DIRECT {
        @Override
        RawFile mount(Path directory, MountOptions options) {
            RawFile device = RawFile.open(DEVICE, Access.READ_WRITE);
            try {
                String text = "fd=%d,rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other,max_read=%d"
                        .formatted(device.descriptor(), Session.DATA_BYTES_MAX);
                int flags = Mounting.NO_DEVICES | Mounting.NO_SET_ID | (options.readOnly() ? Mounting.READ_ONLY : 0);
                Mounting.mount(options.source(), directory, "fuse." + SUBTYPE, flags, text);
                return device;
            } catch (RuntimeException e) {
                device.close();
                throw e;
            }
        }

        @Override
        boolean unmount(Path directory, boolean lazily) {
            try {
                Mounting.unmount(directory, lazily);
            } catch (LinuxException e) {
                if (e.errno() == Errno.EBUSY) {
                    return false;
                }
                if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOENT) {
                    throw e;
                }
            }
            return true;
        }
    },

    /** By the helper. Only who mounted is let in, unless the machine's administrator allows otherwise. */
    HELPER {
        @Override
        RawFile mount(Path directory, MountOptions options) {
            return Fusermount.mount(directory, options);
        }

        @Override
        boolean unmount(Path directory, boolean lazily) {
            return Fusermount.unmount(directory, lazily);
        }
    };

    /** What the kernel shows as the type: {@code fuse.ring3}. */
    static final String SUBTYPE = "ring3";

    private static final Path DEVICE = Path.of("/dev/fuse");

    /**
     * Mounts.
     *
     * @return the connection with the kernel
     * @throws LinuxException with {@link Errno#EPERM} if this process may not
     */
    abstract RawFile mount(Path directory, MountOptions options);

    /**
     * Takes a mount out.
     *
     * @param lazily whether also while it is in use
     * @return false if it is in use; true if it is gone, also if somebody else did that before
     * @throws LinuxException with {@link Errno#EPERM} if this process may not
     */
    abstract boolean unmount(Path directory, boolean lazily);
}
