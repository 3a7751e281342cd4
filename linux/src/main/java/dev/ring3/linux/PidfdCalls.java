package dev.ring3.linux;

import dev.ring3.linux.Availability.Reason;
import dev.ring3.linux.Availability.Unavailable;
import dev.ring3.linux.Pidfd.State;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What can be asked of one pidfd. An older kernel's refusal leads to the older way, if there is one. */
final class PidfdCalls {
    /** {@code PIDFS_MAGIC}: each process has an inode of its own (Linux 6.9). */
    static final long PIDFS = 0x50494446L;

    /** {@code waitid}: {@code P_PIDFD}; {@code WNOHANG | WEXITED}, and {@code WNOWAIT}, which leaves the status. */
    private static final int P_PIDFD = 3;

    static final int TAKE = 1 | 4;
    private static final int LEAVE = TAKE | 0x01000000;

    private static final short POLL_IN = 0x1;
    private static final short POLL_HUP = 0x10;
    private static final int ATTRIBUTE_NAMES_BYTES_MAX = 1 << 16;

    private final SystemCalls calls;
    private final OwnedDescriptor descriptor;

    PidfdCalls(SystemCalls calls, OwnedDescriptor descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    SystemCalls calls() {
        return calls;
    }

    OwnedDescriptor descriptor() {
        return descriptor;
    }

    State state() {
        int events = poll();
        if (events == 0) {
            return State.RUNNING;
        }
        if ((events & POLL_HUP) != 0) {
            return State.REAPED;
        }
        // Kernels before 6.9 have no hang-up; what cannot be signalled for want of a process is gone there.
        return trySignal(Signal.NONE, 0) == -Errno.ESRCH.number() ? State.REAPED : State.ZOMBIE;
    }

    /** {@code struct pollfd}: s32 descriptor, s16 asked, s16 seen; {@code struct timespec}: twice s64. */
    private int poll() {
        int fd = descriptor.acquire();
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment poll = memory.allocate(8, Long.BYTES);
            MemorySegment now = memory.allocate(2 * Long.BYTES, Long.BYTES);
            poll.set(ValueLayout.JAVA_INT, 0, fd);
            poll.set(ValueLayout.JAVA_SHORT, 4, POLL_IN);
            long result;
            do {
                result = calls.call(memory, SystemCall.PPOLL, poll.address(), 1, now.address(), 0, 8);
            } while (result == -Errno.EINTR.number());
            LinuxException.require(result, "ppoll", descriptor.object());
            return poll.get(ValueLayout.JAVA_SHORT, 6);
        } finally {
            descriptor.release();
        }
    }

    void signal(Signal signal, SignalScope scope) {
        long result = trySignal(signal, scope.flag());
        if (result == -Errno.EINVAL.number() && scope != SignalScope.AS_OPENED) {
            throw new UnsupportedHostException(
                    new Unavailable(Reason.NO_SUCH_CALL, "pidfd_send_signal to a %s takes Linux 6.9".formatted(scope)));
        }
        if (result < 0) {
            LinuxException.require(result, "pidfd_send_signal(%s)".formatted(signal), descriptor.object());
        }
    }

    private long trySignal(Signal signal, int flags) {
        int fd = descriptor.acquire();
        try (CallMemory memory = CallMemory.open()) {
            return calls.call(memory, SystemCall.PIDFD_SEND_SIGNAL, fd, signal.number(), 0, flags);
        } finally {
            descriptor.release();
        }
    }

    Optional<ExitStatus> exitStatus() {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment info = memory.allocate(PidfdInfoLayout.BYTES, Long.BYTES);
            if (getInfo(memory, info, PidfdInfoLayout.EXIT) >= 0) {
                Optional<ExitStatus> kept = PidfdInfoLayout.decode(info).exit();
                if (kept.isPresent()) {
                    return kept;
                }
            }
        }
        try {
            return reap(LEAVE);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ECHILD || e.errno() == Errno.EINVAL) {
                return Optional.empty(); // somebody else's
            }
            throw e;
        }
    }

    static UnsupportedHostException noExitStatus() {
        return new UnsupportedHostException(
                new Unavailable(Reason.NO_SUCH_CALL, "the exit status of a process that is no child takes Linux 6.15"));
    }

    /** @param options {@link #TAKE} */
    Optional<ExitStatus> reap(int options) {
        int fd = descriptor.acquire();
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment info = memory.allocate(SignalInfoLayout.BYTES, Long.BYTES);
            long result;
            do {
                result = calls.call(memory, SystemCall.WAITID, P_PIDFD, fd, info.address(), options, 0);
            } while (result == -Errno.EINTR.number());
            if (result == -Errno.EAGAIN.number()) { // of a pidfd opened elsewhere as non-blocking
                return Optional.empty();
            }
            LinuxException.require(result, "waitid", descriptor.object());
            return SignalInfoLayout.isEmpty(info) ? Optional.empty() : Optional.of(SignalInfoLayout.exitStatus(info));
        } finally {
            descriptor.release();
        }
    }

    ProcessInfo info(long pid) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment info = memory.allocate(PidfdInfoLayout.BYTES, Long.BYTES);
            long result = getInfo(memory, info, PidfdInfoLayout.EVERYTHING);
            if (!Ioctl.isUnknown(result)) {
                LinuxException.require(result, "ioctl(PIDFD_GET_INFO)", descriptor.object());
                return PidfdInfoLayout.decode(info);
            }
        }
        return infoFromProc(pid);
    }

    private long getInfo(CallMemory memory, MemorySegment info, int mask) {
        int fd = descriptor.acquire();
        try {
            info.set(ValueLayout.JAVA_LONG, PidfdInfoLayout.MASK_AT, mask);
            return calls.call(memory, SystemCall.IOCTL, fd, PidfdInfoLayout.GET_INFO, info.address());
        } finally {
            descriptor.release();
        }
    }

    /** Read by number, and then made sure that the number was still this process's. */
    private ProcessInfo infoFromProc(long pid) {
        Map<String, String> status = ProcFiles.fields("/proc/" + pid + "/status");
        if (state() == State.REAPED) {
            throw new LinuxException("read", descriptor.object(), Errno.ESRCH.number());
        }
        if (!status.containsKey("Uid")) {
            throw new LinuxException("read", "/proc/" + pid + "/status, which is hidden", Errno.ENOENT.number());
        }
        int[] uids = numbers(status, "Uid");
        int[] gids = numbers(status, "Gid");
        return new ProcessInfo(
                Optional.of(new ProcessIds(
                        numbers(status, "Pid")[0], numbers(status, "Tgid")[0], numbers(status, "PPid")[0])),
                Optional.of(new Credentials(uids[0], gids[0], uids[1], gids[1], uids[2], gids[2], uids[3], gids[3])),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static int[] numbers(Map<String, String> status, String name) {
        String[] words = String.valueOf(status.get(name)).split("\\s+", -1);
        int[] numbers = new int[words.length];
        for (int i = 0; i < words.length; i++) {
            numbers[i] = Integer.parseUnsignedInt(words[i]);
        }
        return numbers;
    }

    boolean isOnPidfs() {
        return descriptor
                        .use(fd -> FilesystemSpace.of(calls, fd, descriptor.object()))
                        .magic()
                == PIDFS;
    }

    long inode() {
        return descriptor
                .use(fd -> Statx.of(calls, fd, descriptor.object()))
                .inode()
                .orElseThrow(() -> new IllegalStateException("statx without an inode"));
    }

    RawFile file(int itsDescriptor) {
        try (CallMemory memory = CallMemory.open()) {
            String object = "descriptor %d of %s".formatted(itsDescriptor, descriptor.object());
            long fd = descriptor.use(pidfd -> calls.call(memory, SystemCall.PIDFD_GETFD, pidfd, itsDescriptor, 0));
            LinuxException.require(fd, "pidfd_getfd", object);
            return new RawFile(calls, (int) fd, object, false);
        }
    }

    Namespace namespace(NamespaceKind kind, long pid) {
        String object = "%s namespace of %s".formatted(kind.file(), descriptor.object());
        try (CallMemory memory = CallMemory.open()) {
            long fd = descriptor.use(pidfd -> calls.call(memory, SystemCall.IOCTL, pidfd, kind.request(), 0));
            if (fd >= 0) {
                return new Namespace(kind, new RawFile(calls, (int) fd, object, false));
            }
            if (fd != -Errno.ENOTTY.number() && fd != -Errno.EINVAL.number()) {
                LinuxException.require(fd, "ioctl(PIDFD_GET_NAMESPACE)", object);
            }
        }
        return namespaceFromProc(kind, pid);
    }

    private Namespace namespaceFromProc(NamespaceKind kind, long pid) {
        RawFile file = RawFile.open(calls, Path.of("/proc/" + pid + "/ns/" + kind.file()), Access.READ, 0);
        if (state() == State.REAPED) {
            file.close(); // may be another's
            throw new LinuxException("open", "a namespace of " + descriptor.object(), Errno.ESRCH.number());
        }
        return new Namespace(kind, file);
    }

    void enter(Set<NamespaceKind> kinds) {
        int flags = kinds.stream().mapToInt(NamespaceKind::cloneFlag).reduce(0, (a, b) -> a | b);
        try (CallMemory memory = CallMemory.open()) {
            long result = descriptor.use(fd -> calls.call(memory, SystemCall.SETNS, fd, flags));
            LinuxException.require(result, "setns", "%s of %s".formatted(kinds, descriptor.object()));
        }
    }

    long advise(MemoryAdvice advice, List<MemoryRange> ranges) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment vector = memory.allocate(16L * ranges.size(), Long.BYTES);
            for (int i = 0; i < ranges.size(); i++) {
                vector.set(ValueLayout.JAVA_LONG, 16L * i, ranges.get(i).address());
                vector.set(ValueLayout.JAVA_LONG, 16L * i + 8, ranges.get(i).lengthBytes());
            }
            long result = descriptor.use(fd -> calls.call(
                    memory, SystemCall.PROCESS_MADVISE, fd, vector.address(), ranges.size(), advice.number(), 0));
            return LinuxException.require(result, "process_madvise(%s)".formatted(advice), descriptor.object());
        }
    }

    void releaseMemory() {
        try (CallMemory memory = CallMemory.open()) {
            long result = descriptor.use(fd -> calls.call(memory, SystemCall.PROCESS_MRELEASE, fd, 0));
            LinuxException.require(result, "process_mrelease", descriptor.object());
        }
    }

    Optional<byte[]> attribute(String name) {
        for (int room = 256; ; room *= 2) {
            try (CallMemory memory = CallMemory.open()) {
                MemorySegment text = memory.cString(name);
                MemorySegment value = memory.allocate(room, 1);
                int bytes = room;
                long length = descriptor.use(
                        fd -> calls.call(memory, SystemCall.FGETXATTR, fd, text.address(), value.address(), bytes));
                if (length == -Errno.ENODATA.number()) {
                    return Optional.empty();
                }
                if (length == -Errno.ERANGE.number() && room < ATTRIBUTE_NAMES_BYTES_MAX) {
                    continue;
                }
                LinuxException.require(length, "fgetxattr(%s)".formatted(name), descriptor.object());
                if (length == 0 && !attributeNames().contains(name)) {
                    return Optional.empty(); // Linux 6.17 says so of a process that has no attribute at all
                }
                return Optional.of(value.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }

    void setAttribute(String name, byte[] value) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment text = memory.cString(name);
            MemorySegment bytes = memory.cString(value); // its final NUL is not passed on
            long result = descriptor.use(fd ->
                    calls.call(memory, SystemCall.FSETXATTR, fd, text.address(), bytes.address(), value.length, 0));
            LinuxException.require(result, "fsetxattr(%s)".formatted(name), descriptor.object());
        }
    }

    boolean removeAttribute(String name) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment text = memory.cString(name);
            long result = descriptor.use(fd -> calls.call(memory, SystemCall.FREMOVEXATTR, fd, text.address()));
            if (result == -Errno.ENODATA.number()) {
                return false;
            }
            LinuxException.require(result, "fremovexattr(%s)".formatted(name), descriptor.object());
            return true;
        }
    }

    List<String> attributeNames() {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment names = memory.allocate(ATTRIBUTE_NAMES_BYTES_MAX, 1);
            long length = descriptor.use(
                    fd -> calls.call(memory, SystemCall.FLISTXATTR, fd, names.address(), ATTRIBUTE_NAMES_BYTES_MAX));
            LinuxException.require(length, "flistxattr", descriptor.object());
            List<String> list = new ArrayList<>();
            for (long at = 0; at < length; ) {
                String name = names.getString(at, StandardCharsets.UTF_8);
                list.add(name);
                at += name.getBytes(StandardCharsets.UTF_8).length + 1L;
            }
            return Collections.unmodifiableList(list);
        }
    }
}
