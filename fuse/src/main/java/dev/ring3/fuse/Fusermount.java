package dev.ring3.fuse;

import dev.ring3.linux.Child;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.RawFile;
import dev.ring3.linux.Redirect;
import dev.ring3.linux.Spawn;
import dev.ring3.linux.UnixSocket;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code fusermount3}, libfuse's program for users, which is set-user-id root: it opens {@code /dev/fuse}, mounts it where
 * the user may write, and sends the descriptor over the socket that {@code _FUSE_COMMFD} names, here its standard input.
 * What it refuses it explains on its error output, which becomes part of the exception.
 *
 * <p>Its {@code auto_unmount} is not used: it takes a dead mount away only if it can see that it is dead, which the kernel
 * lets no other user than the owner, so only with {@code allow_other}.
 */
final class Fusermount {
    private static final String PROGRAM = "fusermount3";
    private static final String SOCKET_VARIABLE = "_FUSE_COMMFD";
    private static final String STANDARD_INPUT = "0";

    /** In what it says of a mount that is not there, and of one that is in use. */
    private static final String NOT_THERE = "not found in /etc/mtab";

    private static final String IN_USE = "busy";

    /** In what it says where users may not let others in. */
    private static final String OTHERS_NOT_ALLOWED = "user_allow_other";

    /** It asks nobody but the kernel, which asks nobody. */
    private static final Duration RUN_MAX = Duration.ofSeconds(30);

    private static final int COMPLAINT_BYTES_MAX = 4096;

    private Fusermount() {}

    /** Mounts, as {@link MountWay#mount} says. */
    static RawFile mount(Path directory, MountOptions options) {
        try (UnixSocket.Pair pair = UnixSocket.pair(PROGRAM);
                Child helper = start(
                        Spawn.named(PROGRAM, "-o", text(options), "--", directory.toString())
                                .variable(SOCKET_VARIABLE, STANDARD_INPUT)
                                .stdin(new Redirect.Open(pair.other().file())),
                        directory)) {
            pair.other().close(); // or the helper's end of it would go unnoticed
            Optional<RawFile> device = pair.one().receive("/dev/fuse, mounted on " + directory);
            return device.orElseThrow(() -> refused("mount", directory, complaint(helper)));
        }
    }

    /** Takes a mount out, as {@link MountWay#unmount} says. */
    static boolean unmount(Path directory, boolean lazily) {
        Spawn spawn = lazily
                ? Spawn.named(PROGRAM, "-u", "-z", "--", directory.toString())
                : Spawn.named(PROGRAM, "-u", "--", directory.toString());
        try (Child helper = start(spawn.stdin(Redirect.DISCARD), directory)) {
            String complaint = complaint(helper);
            if (helper.await().isSuccess() || complaint.contains(NOT_THERE)) {
                return true;
            }
            if (complaint.contains(IN_USE)) {
                return false;
            }
            throw refused("umount", directory, complaint);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LinuxException("umount", directory.toString(), Errno.EINTR.number());
        }
    }

    private static Child start(Spawn spawn, Path directory) {
        try {
            return spawn.variable("LC_ALL", "C")
                    .stdout(Redirect.DISCARD)
                    .stderr(Redirect.PIPE)
                    .deadline(RUN_MAX)
                    .start();
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EACCES) {
                throw e;
            }
            String object = "%s, which root alone may without %s (package fuse3)".formatted(directory, PROGRAM);
            throw new LinuxException("mount", object, Errno.EPERM.number());
        }
    }

    /** Separated by commas; one in the source's name is hidden by a backslash, and so is a backslash. */
    static String text(MountOptions options) {
        String source = options.source().replace("\\", "\\\\").replace(",", "\\,");
        return "fsname=%s,subtype=%s,default_permissions,max_read=%d%s%s"
                .formatted(
                        source,
                        MountWay.SUBTYPE,
                        Session.DATA_BYTES_MAX,
                        options.allowOther() ? ",allow_other" : "",
                        options.readOnly() ? ",ro" : "");
    }

    /** All that it says until it ends. */
    private static String complaint(Child helper) {
        try (InputStream from = Channels.newInputStream(helper.stderr())) {
            return new String(from.readNBytes(COMPLAINT_BYTES_MAX), StandardCharsets.UTF_8)
                    .strip()
                    .replace('\n', ';');
        } catch (IOException e) {
            return "nothing that could be read: " + e.getMessage();
        }
    }

    private static LinuxException refused(String operation, Path directory, String complaint) {
        String advice = complaint.contains(OTHERS_NOT_ALLOWED)
                ? "; root lets users do so by a line 'user_allow_other' in /etc/fuse.conf"
                : "";
        return new LinuxException(operation, "%s: %s%s".formatted(directory, complaint, advice), Errno.EPERM.number());
    }
}
