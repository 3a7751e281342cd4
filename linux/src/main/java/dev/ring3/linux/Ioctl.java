package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Questions that filesystems answer through {@code ioctl(2)}. */
final class Ioctl {
    private Ioctl() {}

    /** The result, or minus an errno. */
    static long ask(RawFile file, long request, MemorySegment argument) {
        try (CallMemory memory = CallMemory.open()) {
            return file.owned()
                    .use(fd -> Retry.whileInterrupted(
                            () -> file.calls().call(memory, SystemCall.IOCTL, fd, request, argument.address())));
        }
    }

    /** Whether an answer says that there is no such question here. */
    static boolean isUnknown(long result) {
        return result == -Errno.ENOTTY.number()
                || result == -Errno.EOPNOTSUPP.number()
                || result == -Errno.EINVAL.number()
                || result == -Errno.ENOSYS.number();
    }

    /**
     * Opens the file that a path leads to. Only files and directories: with a device the question would go to its
     * driver, and merely to open one may do something.
     */
    static RawFile open(SystemCalls calls, Path path) {
        Statx statx = Statx.of(calls, path, 0);
        FileType type = statx.type().orElse(FileType.SOCKET);
        if (type != FileType.REGULAR && type != FileType.DIRECTORY) {
            throw new LinuxException("ioctl", path + ", which is no file and no directory", Errno.ENOTTY.number());
        }
        return RawFile.open(calls, path, Access.READ, 0, OpenFlag.NONBLOCK);
    }

    /** Opens the directory in which a device or pipe lies, and otherwise the file itself. */
    static RawFile openOnFilesystem(SystemCalls calls, Path path) {
        FileType type = Statx.of(calls, path, 0).type().orElse(FileType.SOCKET);
        Path parent = path.toAbsolutePath().getParent();
        return type == FileType.REGULAR || type == FileType.DIRECTORY || parent == null
                ? open(calls, path)
                : open(calls, parent);
    }
}
