package dev.ring3.it.posix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.it.posix.KernelThread.Call;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** System calls of the kernel, by way of a {@link KernelThread}. */
record KernelCalls(KernelThread thread, User user) implements Calls {
    private static final long CWD = -100;
    private static final int SYMLINK_NOFOLLOW = 0x100;
    private static final int REMOVEDIR = 0x200;
    private static final int NO_ACCESS_TIME = 01000000;
    private static final int EMPTY_PATH = 0x1000;
    private static final int BASIC_STATS = 0x7ff;
    private static final int STATX_BYTES = 256;
    private static final int BUFFER_BYTES = 65_536;
    private static final long UTIME_NOW = 0x3fffffff;
    private static final long UTIME_OMIT = 0x3ffffffe;

    /** In a directory from now on. */
    KernelCalls in(Path directory) {
        call(Call.CHDIR, directory.toString());
        return this;
    }

    private long call(Call call, String path, long... more) {
        return thread.run(user, arena -> {
            long[] arguments = new long[more.length + 1];
            arguments[0] = text(arena, path);
            System.arraycopy(more, 0, arguments, 1, more.length);
            return KernelThread.call(arena, call, arguments);
        });
    }

    private long at(Call call, String path, long... more) {
        return thread.run(user, arena -> {
            long[] arguments = new long[more.length + 2];
            arguments[0] = CWD;
            arguments[1] = text(arena, path);
            System.arraycopy(more, 0, arguments, 2, more.length);
            return KernelThread.call(arena, call, arguments);
        });
    }

    private long plain(Call call, long... arguments) {
        return thread.run(user, arena -> KernelThread.call(arena, call, arguments));
    }

    private static long text(Arena arena, String text) {
        return arena.allocateFrom(text, UTF_8).address();
    }

    private static MemorySegment bytes(Arena arena, byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    @Override
    public Calls as(User other) {
        return new KernelCalls(thread, other);
    }

    @Override
    public void umask(int mask) {
        plain(Call.UMASK, mask);
    }

    @Override
    public int open(String path, int flags, int mode) {
        return (int) at(Call.OPENAT, path, KernelThread.openFlags(flags), mode);
    }

    @Override
    public void close(int descriptor) {
        plain(Call.CLOSE, descriptor);
    }

    @Override
    public byte[] read(int descriptor, long offset, int length) {
        return thread.run(user, arena -> {
            MemorySegment buffer = arena.allocate(Math.max(1, length));
            long count = KernelThread.call(arena, Call.PREAD, descriptor, buffer.address(), length, offset);
            return buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
        });
    }

    @Override
    public int write(int descriptor, long offset, byte[] bytes) {
        return thread.run(user, arena -> (int) KernelThread.call(
                arena, Call.PWRITE, descriptor, bytes(arena, bytes).address(), bytes.length, offset));
    }

    @Override
    public int writeHere(int descriptor, byte[] bytes) {
        return thread.run(user, arena -> (int) KernelThread.call(
                arena, Call.WRITE, descriptor, bytes(arena, bytes).address(), bytes.length));
    }

    @Override
    public void mkdir(String path, int mode) {
        at(Call.MKDIRAT, path, mode);
    }

    @Override
    public void rmdir(String path) {
        at(Call.UNLINKAT, path, REMOVEDIR);
    }

    @Override
    public void unlink(String path) {
        at(Call.UNLINKAT, path, 0);
    }

    @Override
    public void link(String existing, String path) {
        thread.run(
                user,
                arena -> KernelThread.call(arena, Call.LINKAT, CWD, text(arena, existing), CWD, text(arena, path), 0));
    }

    @Override
    public void symlink(String target, String path) {
        thread.run(
                user, arena -> KernelThread.call(arena, Call.SYMLINKAT, text(arena, target), CWD, text(arena, path)));
    }

    @Override
    public String readlink(String path) {
        return thread.run(user, arena -> {
            MemorySegment buffer = arena.allocate(BUFFER_BYTES);
            long count =
                    KernelThread.call(arena, Call.READLINKAT, CWD, text(arena, path), buffer.address(), BUFFER_BYTES);
            return new String(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), UTF_8);
        });
    }

    @Override
    public void rename(String from, String to, int flags) {
        thread.run(
                user,
                arena -> KernelThread.call(arena, Call.RENAMEAT2, CWD, text(arena, from), CWD, text(arena, to), flags));
    }

    @Override
    public void mknod(String path, int mode, int major, int minor) {
        long device = (long) (major & 0xfff) << 8 | (minor & 0xff) | (long) (minor & ~0xff) << 12;
        at(Call.MKNODAT, path, mode, device);
    }

    @Override
    public void chmod(String path, int mode) {
        at(Call.FCHMODAT, path, mode);
    }

    @Override
    public void fchmod(int descriptor, int mode) {
        plain(Call.FCHMOD, descriptor, mode);
    }

    @Override
    public void chown(String path, int uid, int gid) {
        at(Call.FCHOWNAT, path, uid, gid, 0);
    }

    @Override
    public void lchown(String path, int uid, int gid) {
        at(Call.FCHOWNAT, path, uid, gid, SYMLINK_NOFOLLOW);
    }

    @Override
    public void truncate(String path, long size) {
        call(Call.TRUNCATE, path, size);
    }

    @Override
    public void ftruncate(int descriptor, long size) {
        plain(Call.FTRUNCATE, descriptor, size);
    }

    @Override
    public void utimens(String path, Time access, Time modify) {
        utimens(path, access, modify, 0);
    }

    @Override
    public void lutimens(String path, Time access, Time modify) {
        utimens(path, access, modify, SYMLINK_NOFOLLOW);
    }

    private void utimens(String path, Time access, Time modify, int flags) {
        thread.run(user, arena -> {
            MemorySegment times = times(arena, access, modify);
            return KernelThread.call(arena, Call.UTIMENSAT, CWD, text(arena, path), times.address(), flags);
        });
    }

    /** Two {@code struct timespec}, as {@code utimensat(2)} takes them. */
    static MemorySegment times(Arena arena, Time access, Time modify) {
        MemorySegment times = arena.allocate(4L * Long.BYTES, Long.BYTES);
        put(times, 0, access);
        put(times, 2, modify);
        return times;
    }

    private static void put(MemorySegment times, int index, Time time) {
        Instant at = time.at();
        times.setAtIndex(ValueLayout.JAVA_LONG, index, at == null ? 0 : at.getEpochSecond());
        long special = time.omit() ? UTIME_OMIT : UTIME_NOW;
        times.setAtIndex(ValueLayout.JAVA_LONG, index + 1, at == null ? special : at.getNano());
    }

    @Override
    public Status stat(String path) {
        return statx(CWD, path, 0);
    }

    @Override
    public Status lstat(String path) {
        return statx(CWD, path, SYMLINK_NOFOLLOW);
    }

    @Override
    public Status fstat(int descriptor) {
        return statx(descriptor, "", EMPTY_PATH);
    }

    private Status statx(long directory, String path, int flags) {
        return thread.run(user, arena -> {
            MemorySegment into = arena.allocate(STATX_BYTES, Long.BYTES);
            KernelThread.call(arena, Call.STATX, directory, text(arena, path), flags, BASIC_STATS, into.address());
            return status(into);
        });
    }

    /** {@code struct statx} of {@code include/uapi/linux/stat.h}. */
    private static Status status(MemorySegment of) {
        return new Status(
                Short.toUnsignedInt(of.get(ValueLayout.JAVA_SHORT, 28)),
                of.get(ValueLayout.JAVA_INT, 16),
                of.get(ValueLayout.JAVA_INT, 20),
                of.get(ValueLayout.JAVA_INT, 24),
                of.get(ValueLayout.JAVA_LONG, 40),
                of.get(ValueLayout.JAVA_LONG, 48),
                of.get(ValueLayout.JAVA_LONG, 32),
                of.get(ValueLayout.JAVA_INT, 128),
                of.get(ValueLayout.JAVA_INT, 132),
                time(of, 64),
                time(of, 112),
                time(of, 96));
    }

    private static Instant time(MemorySegment of, long offset) {
        return Instant.ofEpochSecond(of.get(ValueLayout.JAVA_LONG, offset), of.get(ValueLayout.JAVA_INT, offset + 8));
    }

    @Override
    public void fallocate(int descriptor, int mode, long offset, long length) {
        plain(Call.FALLOCATE, descriptor, mode, offset, length);
    }

    @Override
    public long seek(int descriptor, long offset, int whence) {
        return plain(Call.LSEEK, descriptor, offset, whence);
    }

    @Override
    public void setxattr(String path, String name, byte[] value, int flags) {
        thread.run(
                user,
                arena -> KernelThread.call(
                        arena,
                        Call.SETXATTR,
                        text(arena, path),
                        text(arena, name),
                        bytes(arena, value).address(),
                        value.length,
                        flags));
    }

    @Override
    public byte[] getxattr(String path, String name) {
        return thread.run(user, arena -> {
            MemorySegment into = arena.allocate(BUFFER_BYTES);
            long count = KernelThread.call(
                    arena, Call.GETXATTR, text(arena, path), text(arena, name), into.address(), BUFFER_BYTES);
            return into.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
        });
    }

    @Override
    public void removexattr(String path, String name) {
        thread.run(user, arena -> KernelThread.call(arena, Call.REMOVEXATTR, text(arena, path), text(arena, name)));
    }

    @Override
    public List<String> listxattr(String path) {
        return thread.run(user, arena -> {
            MemorySegment into = arena.allocate(BUFFER_BYTES);
            long count = KernelThread.call(arena, Call.LISTXATTR, text(arena, path), into.address(), BUFFER_BYTES);
            String all = new String(into.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), ISO_8859_1);
            return all.isEmpty() ? List.of() : List.of(all.split("\0"));
        });
    }

    @Override
    public List<String> list(String path) {
        // Whoever may leaves no trace, so that a comparison of trees does not change them.
        int quiet = user.equals(User.ROOT) ? NO_ACCESS_TIME : 0;
        int descriptor = open(path, RDONLY | DIRECTORY | quiet, 0);
        try {
            return thread.run(user, arena -> entries(arena, descriptor));
        } finally {
            close(descriptor);
        }
    }

    /** {@code struct linux_dirent64}: u64 ino, u64 offset, u16 length, u8 type, the name. */
    private static List<String> entries(Arena arena, int descriptor) {
        List<String> names = new ArrayList<>();
        MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
        long end;
        do {
            end = KernelThread.call(arena, Call.GETDENTS, descriptor, buffer.address(), BUFFER_BYTES);
            for (long at = 0; at < end; at += Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + 16))) {
                String name = buffer.getString(at + 19, UTF_8);
                if (!name.equals(".") && !name.equals("..")) {
                    names.add(name);
                }
            }
        } while (end > 0);
        return names;
    }
}
