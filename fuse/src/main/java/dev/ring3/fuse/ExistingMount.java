package dev.ring3.fuse;

import dev.ring3.linux.Access;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.Mount;
import dev.ring3.linux.Mounts;
import dev.ring3.linux.OpenFlag;
import dev.ring3.linux.RawFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A mount of Ring3's that is there, of whichever process, alive or not.
 *
 * @param directory where, as it was asked for
 * @param source what its server gave as {@link MountOptions#source}
 * @param isAlive whether it has a server. One that is not answers ENOTCONN to everybody
 */
public record ExistingMount(Path directory, String source, boolean isAlive) {
    private static final String FUSE = "fuse";

    /**
     * What is mounted on a directory, if that is Ring3's: the uppermost, if there are several.
     *
     * <p>Waits for the mount's server as long as that lives and does not answer.
     */
    public static Optional<ExistingMount> on(Path directory) {
        String point = real(directory.toAbsolutePath().normalize()).toString();
        return Mounts.list().stream()
                .filter(mount -> mount.point().filter(point::equals).isPresent())
                .reduce((_, last) -> last)
                .filter(ExistingMount::isOurs)
                .map(mount -> new ExistingMount(directory, mount.source().orElse("ring3"), isAlive(directory)));
    }

    /** Without links in it; of a dead mount nothing but its name can be asked. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException dead) {
            Path parent = path.getParent();
            try {
                return parent == null ? path : parent.toRealPath().resolve(path.getFileName());
            } catch (IOException gone) {
                return path;
            }
        }
    }

    /** By the one of both ways in which the kernel tells the type. */
    private static boolean isOurs(Mount mount) {
        String type = mount.type().orElse("");
        return type.equals(FUSE + "." + MountWay.SUBTYPE)
                || (type.equals(FUSE)
                        && mount.subtype().filter(MountWay.SUBTYPE::equals).isPresent());
    }

    /** Opened, for attributes the kernel may remember. */
    private static boolean isAlive(Path directory) {
        try (RawFile root = RawFile.open(directory, Access.READ, OpenFlag.DIRECTORY)) {
            return root.descriptor() >= 0;
        } catch (LinuxException e) {
            return e.errno() != Errno.ENOTCONN;
        }
    }

    /**
     * Takes it out, whoever uses it.
     *
     * @throws LinuxException with {@link Errno#EPERM} if this process may not: only root and who mounted it may
     */
    public void remove() {
        try {
            MountWay.DIRECT.unmount(directory, true);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            MountWay.HELPER.unmount(directory, true);
        }
    }
}
