package dev.ring3.it.posix;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * System calls on a filesystem, as one user in one directory, from which relative paths begin. Each fails with {@link
 * PosixException}. Flags and modes have Linux's numbers on x86-64.
 */
interface Calls {
    int RDONLY = 0;
    int WRONLY = 1;
    int RDWR = 2;
    int CREAT = 0100;
    int EXCL = 0200;
    int TRUNC = 01000;
    int APPEND = 02000;
    int DIRECTORY = 0200000;
    int NOFOLLOW = 0400000;
    int TMPFILE = 020000000 | DIRECTORY;

    int SEEK_DATA = 3;
    int SEEK_HOLE = 4;

    int NO_REPLACE = 1;
    int EXCHANGE = 2;
    int WHITEOUT = 4;

    int KEEP_SIZE = 1;
    int PUNCH_HOLE = 2;
    int COLLAPSE = 8;
    int ZERO = 16;
    int INSERT = 32;

    int XATTR_CREATE = 1;
    int XATTR_REPLACE = 2;

    int FIFO = 0010000;
    int CHARACTER = 0020000;
    int DIR = 0040000;
    int BLOCK = 0060000;
    int REGULAR = 0100000;
    int LINK = 0120000;
    int SOCKET = 0140000;

    /** What {@code stat(2)} tells. */
    record Status(
            int mode,
            int links,
            int uid,
            int gid,
            long size,
            long blocks,
            long ino,
            int major,
            int minor,
            Instant accessTime,
            Instant modifyTime,
            Instant changeTime) {
        int type() {
            return mode & 0170000;
        }

        int permissions() {
            return mode & 07777;
        }
    }

    /** A time of {@code utimensat(2)}. */
    record Time(@Nullable Instant at, boolean omit) {
        static final Time NOW = new Time(null, false);
        static final Time OMIT = new Time(null, true);

        static Time of(Instant at) {
            return new Time(at, false);
        }
    }

    /** The same directory and mask for another user. */
    Calls as(User user);

    void umask(int mask);

    int open(String path, int flags, int mode);

    void close(int descriptor);

    byte[] read(int descriptor, long offset, int length);

    int write(int descriptor, long offset, byte[] bytes);

    /** By {@code write(2)}, where the position is: at the end for {@link #APPEND}. */
    int writeHere(int descriptor, byte[] bytes);

    void mkdir(String path, int mode);

    void rmdir(String path);

    void unlink(String path);

    void link(String existing, String path);

    void symlink(String target, String path);

    String readlink(String path);

    void rename(String from, String to, int flags);

    void mknod(String path, int mode, int major, int minor);

    void chmod(String path, int mode);

    void fchmod(int descriptor, int mode);

    void chown(String path, int uid, int gid);

    void lchown(String path, int uid, int gid);

    void truncate(String path, long size);

    void ftruncate(int descriptor, long size);

    void utimens(String path, Time access, Time modify);

    void lutimens(String path, Time access, Time modify);

    Status stat(String path);

    Status lstat(String path);

    Status fstat(int descriptor);

    void fallocate(int descriptor, int mode, long offset, long length);

    long seek(int descriptor, long offset, int whence);

    void setxattr(String path, String name, byte[] value, int flags);

    byte[] getxattr(String path, String name);

    void removexattr(String path, String name);

    List<String> listxattr(String path);

    List<String> list(String path);
}
