package dev.ring3.it.posix;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.AttrChange;
import dev.ring3.fs.AttrChange.TimeChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.OpenOption;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a kernel would make of each system call, on the namespace itself: walks the path, then one operation. */
final class VfsCalls implements Calls {
    /** What the users of one directory share: descriptors, and the mask. */
    private record Shared(Map<Integer, OpenFile> files, AtomicInteger next, AtomicInteger umask) {}

    private final Vfs vfs;
    private final NodeId directory;
    private final Caller caller;
    private final PathWalk walk;
    private final Shared shared;

    VfsCalls(Vfs vfs, NodeId directory) {
        this(
                vfs,
                directory,
                User.ROOT,
                new Shared(new ConcurrentHashMap<>(), new AtomicInteger(3), new AtomicInteger()));
    }

    private VfsCalls(Vfs vfs, NodeId directory, User user, Shared shared) {
        this.vfs = vfs;
        this.directory = directory;
        int[] groups = user.groups().stream().mapToInt(Integer::intValue).toArray();
        this.caller = Caller.local(Credentials.of(user.uid(), user.gid(), groups));
        this.walk = new PathWalk(vfs, caller, vfs.root());
        this.shared = shared;
    }

    private static <T> T call(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (FsException e) {
            throw new PosixException(e.errno(), e.getMessage());
        }
    }

    private static void run(Runnable operation) {
        call(() -> {
            operation.run();
            return true;
        });
    }

    private static FsException failure(Errno errno, String path) {
        return new FsException(errno, "call", path);
    }

    private Stat resolve(String path, boolean follow) {
        return walk.resolve(directory, path.getBytes(UTF_8), follow, StatMask.QUIET);
    }

    private PathWalk.End end(String path, boolean follow) {
        return walk.walk(directory, path.getBytes(UTF_8), follow, StatMask.QUIET);
    }

    private static Name name(PathWalk.End end, Errno otherwise) {
        Name name = end.name();
        if (name == null) {
            throw failure(otherwise, end.toString());
        }
        return name;
    }

    private OpenFile file(int descriptor) {
        OpenFile file = shared.files.get(descriptor);
        if (file == null) {
            throw failure(Errno.EBADF, "descriptor " + descriptor);
        }
        return file;
    }

    @Override
    public Calls as(User user) {
        return new VfsCalls(vfs, directory, user, shared);
    }

    @Override
    public void umask(int mask) {
        shared.umask.set(mask);
    }

    private NewNode shape(FileType type, int mode) {
        return NewNode.of(type, mode & Stat.PERMISSIONS, shared.umask.get(), 0, 0);
    }

    @Override
    public int open(String path, int flags, int mode) {
        return call(() -> {
            int descriptor = shared.next.incrementAndGet();
            shared.files.put(descriptor, opened(path, flags, mode));
            return descriptor;
        });
    }

    private OpenFile opened(String path, int flags, int mode) {
        boolean exclusive = (flags & (CREAT | EXCL)) == (CREAT | EXCL);
        PathWalk.End end = end(path, (flags & NOFOLLOW) == 0 && !exclusive);
        Stat found = end.node();
        if ((flags & TMPFILE) == TMPFILE) {
            NodeId in = resolve(path, true).node();
            return vfs.files().openNameless(caller, in, how(flags), shape(FileType.REGULAR, mode));
        }
        if ((flags & CREAT) != 0) {
            if ((found != null && found.isDirectory() && !exclusive) || path.endsWith("/")) {
                throw failure(Errno.EISDIR, path);
            }
            Name name = name(end, Errno.EEXIST);
            NewNode shape = shape(FileType.REGULAR, mode);
            return vfs.files()
                    .open(caller, end.directory(), name, how(flags), shape, exclusive)
                    .file();
        }
        Stat node = resolve(path, (flags & NOFOLLOW) == 0);
        if ((flags & DIRECTORY) != 0 && !node.isDirectory()) {
            throw failure(Errno.ENOTDIR, path);
        }
        return vfs.files().open(caller, node.node(), how(flags));
    }

    private static OpenHow how(int flags) {
        Use use = switch (flags & 3) {
            case WRONLY -> Use.WRITE;
            case RDWR -> Use.BOTH;
            default -> Use.READ;
        };
        List<OpenOption> options = new ArrayList<>();
        if ((flags & TRUNC) != 0) {
            options.add(OpenOption.TRUNCATE);
        }
        if ((flags & APPEND) != 0) {
            options.add(OpenOption.APPEND);
        }
        return OpenHow.of(use, options.toArray(OpenOption[]::new));
    }

    @Override
    public void close(int descriptor) {
        run(() -> {
            vfs.files().close(file(descriptor));
            shared.files.remove(descriptor);
        });
    }

    @Override
    public byte[] read(int descriptor, long offset, int length) {
        return call(() -> {
            byte[] bytes = new byte[length];
            int count = (int) vfs.files().read(caller, file(descriptor), offset, MemorySegment.ofArray(bytes));
            return java.util.Arrays.copyOf(bytes, count);
        });
    }

    @Override
    public int write(int descriptor, long offset, byte[] bytes) {
        return call(() -> (int) vfs.files()
                .write(caller, file(descriptor), offset, MemorySegment.ofArray(bytes))
                .lengthBytes());
    }

    /** The position is not kept: only the first write, and those that append, are where they should be. */
    @Override
    public int writeHere(int descriptor, byte[] bytes) {
        return write(descriptor, 0, bytes);
    }

    private void make(String path, NewNode shape) {
        run(() -> {
            PathWalk.End end = end(path, false);
            if (end.node() != null) {
                throw failure(Errno.EEXIST, path);
            }
            if (path.endsWith("/") && shape.type() != FileType.DIRECTORY) {
                throw failure(Errno.ENOENT, path);
            }
            vfs.names().create(caller, end.directory(), name(end, Errno.EEXIST), shape);
        });
    }

    @Override
    public void mkdir(String path, int mode) {
        make(path, shape(FileType.DIRECTORY, mode & 01777));
    }

    @Override
    public void rmdir(String path) {
        run(() -> {
            PathWalk.End end = end(path, false);
            Errno dots = path.endsWith("..") ? Errno.ENOTEMPTY : path.endsWith(".") ? Errno.EINVAL : Errno.EBUSY;
            vfs.names().rmdir(caller, end.directory(), name(end, dots));
        });
    }

    @Override
    public void unlink(String path) {
        run(() -> {
            PathWalk.End end = end(path, false);
            vfs.names().unlink(caller, end.directory(), name(end, Errno.EISDIR));
        });
    }

    @Override
    public void link(String existing, String path) {
        run(() -> {
            Stat node = resolve(existing, false);
            PathWalk.End end = end(path, false);
            if (end.node() != null) {
                throw failure(Errno.EEXIST, path);
            }
            vfs.names().link(caller, node.node(), end.directory(), name(end, Errno.EEXIST));
        });
    }

    @Override
    public void symlink(String target, String path) {
        if (target.isEmpty() || target.getBytes(UTF_8).length > NewNode.TARGET_BYTES_MAX) {
            throw new PosixException(target.isEmpty() ? Errno.ENOENT : Errno.ENAMETOOLONG, "symlink");
        }
        make(path, NewNode.symlink(target.getBytes(UTF_8), 0, 0));
    }

    @Override
    public String readlink(String path) {
        return call(() ->
                new String(vfs.names().readlink(caller, resolve(path, false).node()), UTF_8));
    }

    @Override
    public void rename(String from, String to, int flags) {
        run(() -> {
            RenameMode mode = switch (flags) {
                case 0 -> RenameMode.REPLACE;
                case NO_REPLACE -> RenameMode.NO_REPLACE;
                case EXCHANGE -> RenameMode.EXCHANGE;
                case WHITEOUT -> RenameMode.WHITEOUT;
                case WHITEOUT | NO_REPLACE -> RenameMode.NO_REPLACE_WHITEOUT;
                default -> throw failure(Errno.EINVAL, from);
            };
            PathWalk.End source = end(from, false);
            PathWalk.End target = end(to, false);
            Stat moved = source.node();
            if (to.endsWith("/") && moved != null && !moved.isDirectory()) {
                throw failure(Errno.ENOTDIR, to);
            }
            vfs.names()
                    .rename(
                            caller,
                            source.directory(),
                            name(source, Errno.EBUSY),
                            target.directory(),
                            name(target, mode.mayReplace() ? Errno.EBUSY : Errno.EEXIST),
                            mode);
        });
    }

    @Override
    public void mknod(String path, int mode, int major, int minor) {
        int bits = mode & FileType.MODE_MASK;
        if (bits == DIR) {
            throw new PosixException(Errno.EPERM, "mknod");
        }
        FileType type = bits == 0 ? FileType.REGULAR : FileType.ofMode(mode);
        NewNode shape = shape(type, mode);
        if (type.isDevice()) {
            shape = NewNode.device(type, mode & Stat.PERMISSIONS, shared.umask.get(), 0, 0, major, minor);
        }
        make(path, shape);
    }

    private void set(Stat node, AttrChange change, @Nullable OpenFile through) {
        vfs.attributes().set(caller, node.node(), change, through);
    }

    @Override
    public void chmod(String path, int mode) {
        run(() -> set(resolve(path, true), AttrChange.NONE.withPermissions(mode & Stat.PERMISSIONS), null));
    }

    @Override
    public void fchmod(int descriptor, int mode) {
        run(() -> set(node(descriptor), AttrChange.NONE.withPermissions(mode & Stat.PERMISSIONS), null));
    }

    private Stat node(int descriptor) {
        return vfs.attributes().stat(file(descriptor).node(), StatMask.QUIET);
    }

    @Override
    public void chown(String path, int uid, int gid) {
        run(() -> set(resolve(path, true), owner(uid, gid), null));
    }

    @Override
    public void lchown(String path, int uid, int gid) {
        run(() -> set(resolve(path, false), owner(uid, gid), null));
    }

    private static AttrChange owner(int uid, int gid) {
        return AttrChange.NONE.withOwner(uid == -1 ? null : uid, gid == -1 ? null : gid);
    }

    @Override
    public void truncate(String path, long size) {
        run(() -> set(resolve(path, true), AttrChange.NONE.withSize(size), null));
    }

    @Override
    public void ftruncate(int descriptor, long size) {
        run(() -> set(node(descriptor), AttrChange.NONE.withSize(size), file(descriptor)));
    }

    @Override
    public void utimens(String path, Time access, Time modify) {
        run(() -> setTimes(resolve(path, true), access, modify));
    }

    @Override
    public void lutimens(String path, Time access, Time modify) {
        run(() -> setTimes(resolve(path, false), access, modify));
    }

    private void setTimes(Stat node, Time access, Time modify) {
        if (!access.omit() || !modify.omit()) {
            set(node, AttrChange.NONE.withTimes(change(access), change(modify)), null);
        }
    }

    private static @Nullable TimeChange change(Time time) {
        if (time.omit()) {
            return null;
        }
        return time.at() == null ? new AttrChange.Now() : new AttrChange.At(time.at());
    }

    @Override
    public Status stat(String path) {
        return call(() -> status(resolve(path, true)));
    }

    @Override
    public Status lstat(String path) {
        return call(() -> status(resolve(path, false)));
    }

    @Override
    public Status fstat(int descriptor) {
        return call(() -> status(node(descriptor)));
    }

    private static Status status(Stat stat) {
        return new Status(
                stat.mode(),
                stat.links(),
                stat.uid(),
                stat.gid(),
                stat.sizeBytes(),
                stat.allocatedBytes() / 512,
                stat.node().ino().value(),
                stat.deviceMajor(),
                stat.deviceMinor(),
                stat.accessTime(),
                stat.modifyTime(),
                stat.changeTime());
    }

    @Override
    public void fallocate(int descriptor, int mode, long offset, long length) {
        run(() -> {
            AllocateMode how = switch (mode) {
                case 0 -> AllocateMode.ALLOCATE;
                case KEEP_SIZE -> AllocateMode.ALLOCATE_KEEP_SIZE;
                case PUNCH_HOLE | KEEP_SIZE -> AllocateMode.PUNCH_HOLE;
                case ZERO -> AllocateMode.ZERO_RANGE;
                case ZERO | KEEP_SIZE -> AllocateMode.ZERO_RANGE_KEEP_SIZE;
                case COLLAPSE -> AllocateMode.COLLAPSE_RANGE;
                case INSERT -> AllocateMode.INSERT_RANGE;
                default -> throw failure(Errno.EOPNOTSUPP, "mode " + mode);
            };
            if (offset < 0) {
                throw failure(Errno.EINVAL, "offset " + offset);
            }
            vfs.files().allocate(caller, file(descriptor), how, offset, length);
        });
    }

    @Override
    public long seek(int descriptor, long offset, int whence) {
        OpenFile file = call(() -> file(descriptor));
        return call(() -> whence == SEEK_DATA
                ? vfs.files().seekData(caller, file, offset)
                : vfs.files().seekHole(caller, file, offset));
    }

    @Override
    public void setxattr(String path, String name, byte[] value, int flags) {
        run(() -> {
            XattrMode mode = flags == XATTR_CREATE
                    ? XattrMode.CREATE
                    : flags == XATTR_REPLACE ? XattrMode.REPLACE : XattrMode.ANY;
            Stat node = resolve(path, true);
            vfs.attributes().setXattr(caller, node.node(), XattrName.parse(name), value, mode);
        });
    }

    @Override
    public byte[] getxattr(String path, String name) {
        return call(() -> {
            byte[] value = vfs.attributes().xattr(caller, resolve(path, true).node(), XattrName.parse(name));
            if (value == null) {
                throw failure(Errno.ENODATA, path);
            }
            return value;
        });
    }

    @Override
    public void removexattr(String path, String name) {
        run(() -> vfs.attributes().removeXattr(caller, resolve(path, true).node(), XattrName.parse(name)));
    }

    @Override
    public List<String> listxattr(String path) {
        return call(() -> vfs.attributes().xattrs(caller, resolve(path, true).node()).stream()
                .map(XattrName::toString)
                .toList());
    }

    @Override
    public List<String> list(String path) {
        return call(() -> {
            OpenFile open = vfs.files().open(caller, resolve(path, true).node(), OpenHow.of(Use.READ));
            List<String> names = new ArrayList<>();
            vfs.files().readDirectory(caller, open, 0, (name, _, _, _) -> names.add(name.toString()));
            vfs.files().close(open);
            return names;
        });
    }
}
