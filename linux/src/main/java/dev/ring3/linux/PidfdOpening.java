package dev.ring3.linux;

import dev.ring3.linux.Pidfd.State;
import dev.ring3.linux.PidfdId.Inode;
import dev.ring3.linux.PidfdId.StartTime;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** The ways to a pidfd, and from a pidfd to its process's id. */
final class PidfdOpening {
    /** {@code PIDFD_THREAD}. */
    static final int THREAD = 0200;

    private static final int CLOSE_ON_EXEC = 02000000;

    /** {@code FILEID_KERNFS}: the type of pidfs's handles, whose bytes are the inode's number. */
    private static final int HANDLE_TYPE = 0xfe;

    /** {@code SOL_SOCKET}, {@code SO_PEERPIDFD}. */
    private static final int SOL_SOCKET = 1;

    private static final int SO_PEERPIDFD = 77;

    private PidfdOpening() {}

    private static final class Boot {
        private static final UUID ID = ProcFiles.bootId();
    }

    static Pidfd open(SystemCalls calls, long pid, int flags) {
        try (CallMemory memory = CallMemory.open()) {
            // A number that fits no pid must not become one that does.
            long asked = pid == (int) pid ? pid : -1;
            long fd = calls.call(memory, SystemCall.PIDFD_OPEN, asked, flags);
            LinuxException.require(fd, "pidfd_open", "process " + pid);
            return new Pidfd(calls, (int) fd, pid);
        }
    }

    static Pidfd of(SystemCalls calls, ProcessHandle handle) {
        Pidfd opened = open(calls, handle.pid(), 0);
        // The JDK compares the start time: alive after the opening, it has been the same process all along.
        if (!handle.isAlive()) {
            opened.close();
            throw new LinuxException(
                    "pidfd_open", "process %d, which has ended".formatted(handle.pid()), Errno.ESRCH.number());
        }
        return opened;
    }

    static PidfdId idOf(PidfdCalls kernel, long pid) {
        if (kernel.isOnPidfs()) {
            return new Inode(Boot.ID, kernel.inode());
        }
        OptionalLong start = ProcFiles.startTicks(pid);
        if (kernel.state() == State.REAPED || start.isEmpty()) {
            throw new LinuxException("read", "start time of process " + pid, Errno.ESRCH.number());
        }
        return new StartTime(Boot.ID, (int) pid, start.getAsLong());
    }

    static Pidfd reopen(SystemCalls calls, PidfdId id) {
        if (!id.boot().equals(Boot.ID)) {
            throw stale(id);
        }
        return switch (id) {
            case Inode inode -> byInode(calls, inode);
            case StartTime start -> byStartTime(calls, start);
        };
    }

    private static LinuxException stale(PidfdId id) {
        return new LinuxException("open_by_handle_at", "process " + id, Errno.ESTALE.number());
    }

    private static Pidfd byInode(SystemCalls calls, Inode id) {
        try (CallMemory memory = CallMemory.open();
                Pidfd anyOnPidfs = open(calls, ProcessHandle.current().pid(), 0)) {
            MemorySegment inode = memory.allocate(Long.BYTES, Long.BYTES);
            inode.set(ValueLayout.JAVA_LONG, 0, id.inode());
            MemorySegment handle = FileHandle.of(HANDLE_TYPE, inode.toArray(ValueLayout.JAVA_BYTE))
                    .encode(memory);
            long fd = anyOnPidfs
                    .owned()
                    .use(mount ->
                            calls.call(memory, SystemCall.OPEN_BY_HANDLE_AT, mount, handle.address(), CLOSE_ON_EXEC));
            if (fd >= 0) {
                return new Pidfd(calls, (int) fd, pidOf((int) fd));
            }
            if (fd == -Errno.ESTALE.number() && anyOnPidfs.tellsReaping()) {
                throw stale(id);
            }
        }
        // Before Linux 6.14 pidfs has no handles: the living are looked through.
        for (long pid : ProcFiles.pids()) {
            Optional<Pidfd> candidate = tryOpen(calls, pid);
            if (candidate.isPresent()) {
                if (candidate.get().id().equals(id)) {
                    return candidate.get();
                }
                candidate.get().close();
            }
        }
        throw stale(id);
    }

    private static Pidfd byStartTime(SystemCalls calls, StartTime id) {
        Optional<Pidfd> candidate = tryOpen(calls, id.pid());
        if (candidate.isPresent()) {
            OptionalLong start = ProcFiles.startTicks(id.pid());
            if (start.equals(OptionalLong.of(id.startTicks()))
                    && candidate.get().state() != State.REAPED) {
                return candidate.get();
            }
            candidate.get().close();
        }
        throw stale(id);
    }

    private static Optional<Pidfd> tryOpen(SystemCalls calls, long pid) {
        try {
            return Optional.of(open(calls, pid, 0));
        } catch (LinuxException e) {
            if (e.errno() == Errno.ESRCH) {
                return Optional.empty();
            }
            throw e;
        }
    }

    static Optional<Pidfd> peerOf(SystemCalls calls, int socket) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment fd = memory.allocate(Integer.BYTES, Integer.BYTES);
            MemorySegment length = memory.allocate(Integer.BYTES, Integer.BYTES);
            length.set(ValueLayout.JAVA_INT, 0, Integer.BYTES);
            long result = calls.call(
                    memory, SystemCall.GETSOCKOPT, socket, SOL_SOCKET, SO_PEERPIDFD, fd.address(), length.address());
            if (result == -Errno.ENODATA.number()) {
                return Optional.empty();
            }
            LinuxException.require(result, "getsockopt(SO_PEERPIDFD)", "descriptor " + socket);
            int peer = fd.get(ValueLayout.JAVA_INT, 0);
            return peer < 0 ? Optional.empty() : Optional.of(new Pidfd(calls, peer, pidOf(peer)));
        }
    }

    static Pidfd adopt(SystemCalls calls, int descriptor) {
        if (descriptor < 0 || !isPidfd(calls, descriptor)) {
            throw new LinuxException(
                    "pidfd", "descriptor %d, which is none".formatted(descriptor), Errno.EBADF.number());
        }
        return new Pidfd(calls, descriptor, pidOf(descriptor));
    }

    /**
     * By its filesystem, or on older kernels by its name; never by the type of file, which was none, then regular, then
     * none again.
     */
    static boolean isPidfd(SystemCalls calls, int descriptor) {
        try {
            if (FilesystemSpace.of(calls, descriptor, "descriptor " + descriptor)
                            .magic()
                    == PidfdCalls.PIDFS) {
                return true;
            }
            String name = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return name.startsWith("anon_inode:[pidfd]");
        } catch (LinuxException | IOException e) {
            return false;
        }
    }

    /** The number of the process behind a descriptor; -1 if it is reaped, 0 if it is out of this namespace's sight. */
    private static long pidOf(int descriptor) {
        Map<String, String> fields = ProcFiles.fields("/proc/self/fdinfo/" + descriptor);
        return Long.parseLong(fields.getOrDefault("Pid", "-1"));
    }
}
