package dev.ring3.pidfs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.linux.Errno;
import dev.ring3.linux.LinuxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes: {@code user.pidfs.*} of the tree, which nobody can set, and {@code trusted.ring3.*}, which are
 * the kernel's own on the process and live as long as somebody holds it.
 */
final class TaskXattrs {
    private static final String OURS = "pidfs.";
    private static final String KERNELS = "ring3.";
    private static final List<String> OF_TASK = List.of("id", "cgroupid", "tgid");
    private static final String BOOT_ID = "boot_id";

    private final Tasks tasks;

    TaskXattrs(Tasks tasks) {
        this.tasks = tasks;
    }

    byte @Nullable [] get(Inode inode, XattrName name) {
        if (isKernels(name)) {
            return inode.kind().isOfTask() ? kernels(inode, name) : null;
        }
        String text = name.name().toString();
        if (name.namespace() != XattrName.Namespace.USER || !text.startsWith(OURS)) {
            return null;
        }
        String value = value(inode, text.substring(OURS.length()));
        return value == null ? null : value.getBytes(US_ASCII);
    }

    private byte @Nullable [] kernels(Inode inode, XattrName name) {
        return tasks.<byte @Nullable []>with(inode, task -> {
            try {
                return task.pidfd().attributes().get(name.toString()).orElse(null);
            } catch (LinuxException e) {
                throw HostProc.failure("getxattr", e);
            }
        });
    }

    private @Nullable String value(Inode inode, String name) {
        if (inode.kind() == Kind.ROOT && name.equals(BOOT_ID)) {
            return tasks.boot().toString();
        }
        if (!inode.kind().isOfTask()) {
            return null;
        }
        return switch (name) {
            case "id" -> Long.toString(inode.number());
            case "tgid" ->
                tasks.<@Nullable String>with(
                        inode,
                        task -> task.info()
                                .ids()
                                .map(ids -> text(ids.processId()))
                                .orElse(null));
            case "cgroupid" ->
                tasks.<@Nullable String>with(inode, task -> {
                    var group = task.info().cgroupId();
                    return group.isPresent() ? text(group.getAsLong()) : null;
                });
            default -> null;
        };
    }

    private static @Nullable String text(long number) {
        return Long.toString(number);
    }

    List<XattrName> names(Inode inode) {
        List<XattrName> names = new ArrayList<>();
        List<String> ours = inode.kind() == Kind.ROOT ? List.of(BOOT_ID) : OF_TASK;
        for (String name : ours) {
            if (value(inode, name) != null) {
                names.add(new XattrName(XattrName.Namespace.USER, Name.of(OURS + name)));
            }
        }
        if (inode.kind().isOfTask()) {
            tasks.with(inode, task -> {
                        try {
                            return task.pidfd().attributes().names();
                        } catch (LinuxException | UnsupportedOperationException e) {
                            return List.<String>of(); // a kernel without them
                        }
                    })
                    .forEach(name -> names.add(XattrName.parse(name)));
        }
        return names.stream()
                .filter(name -> name.namespace() == XattrName.Namespace.USER || isKernels(name))
                .toList();
    }

    void set(Inode inode, XattrName name, byte[] value, XattrMode mode) {
        requireKernels(inode, name);
        tasks.with(inode, task -> {
            try {
                boolean present = task.pidfd().attributes().get(name.toString()).isPresent();
                if (present && mode == XattrMode.CREATE) {
                    throw new FsException(Errno.EEXIST, "setxattr", name.toString());
                }
                if (!present && mode == XattrMode.REPLACE) {
                    throw new FsException(Errno.ENODATA, "setxattr", name.toString());
                }
                task.pidfd().attributes().set(name.toString(), value);
                return true;
            } catch (LinuxException e) {
                throw HostProc.failure("setxattr", e);
            }
        });
    }

    void remove(Inode inode, XattrName name) {
        requireKernels(inode, name);
        boolean removed = tasks.with(inode, task -> {
            try {
                return task.pidfd().attributes().remove(name.toString());
            } catch (LinuxException e) {
                throw HostProc.failure("removexattr", e);
            }
        });
        if (!removed) {
            throw new FsException(Errno.ENODATA, "removexattr", name.toString());
        }
    }

    private static boolean isKernels(XattrName name) {
        return name.namespace() == XattrName.Namespace.TRUSTED
                && name.name().toString().startsWith(KERNELS);
    }

    private static void requireKernels(Inode inode, XattrName name) {
        if (!inode.kind().isOfTask() || !isKernels(name)) {
            throw new FsException(Errno.EOPNOTSUPP, "setxattr", name.toString());
        }
    }
}
