package dev.ring3.linux;

import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Set;

/**
 * The running kernel without some features: it answers what an older one answers in their place, so that what is done
 * then runs on a new kernel too.
 */
record OldKernel(SystemCalls host, Set<Feature> missing) implements SystemCalls {
    private static final long EINVAL = -Errno.EINVAL.number();
    private static final long ENOTTY = -Errno.ENOTTY.number();
    private static final long ENOSYS = -Errno.ENOSYS.number();
    private static final long EOPNOTSUPP = -Errno.EOPNOTSUPP.number();

    static OldKernel without(Feature... missing) {
        return new OldKernel(HostSystemCalls.get(), Set.of(missing));
    }

    @Override
    public long call(SegmentAllocator scratch, SystemCall call, long... arguments) {
        return switch (call) {
            case PIDFD_OPEN -> open(scratch, call, arguments);
            case WAITID -> refuse(lacks(Feature.PIDFD_WAIT) && arguments[0] == 3, EINVAL, scratch, call, arguments);
            case PIDFD_GETFD -> refuse(lacks(Feature.PIDFD_FILES), ENOSYS, scratch, call, arguments);
            case PROCESS_MADVISE -> refuse(lacks(Feature.MEMORY_ADVICE), ENOSYS, scratch, call, arguments);
            case PROCESS_MRELEASE -> refuse(lacks(Feature.MEMORY_RELEASE), ENOSYS, scratch, call, arguments);
            case GETSOCKOPT -> refuse(lacks(Feature.PEER_PIDFD), -Errno.ENOPROTOOPT.number(), scratch, call, arguments);
            case LISTMOUNT, STATMOUNT -> refuse(lacks(Feature.UNIQUE_MOUNT_IDS), ENOSYS, scratch, call, arguments);
            case FILE_GETATTR, FILE_SETATTR -> refuse(lacks(Feature.FILE_ATTRIBUTES), ENOSYS, scratch, call, arguments);
            case PIDFD_SEND_SIGNAL ->
                refuse(lacks(Feature.SIGNAL_SCOPES) && arguments[3] != 0, EINVAL, scratch, call, arguments);
            case FSETXATTR, FGETXATTR, FLISTXATTR, FREMOVEXATTR ->
                refuse(lacks(Feature.ATTRIBUTES), EOPNOTSUPP, scratch, call, arguments);
            case NAME_TO_HANDLE_AT, OPEN_BY_HANDLE_AT ->
                refuse(lacks(Feature.HANDLES) || lacks(Feature.PIDFS), EOPNOTSUPP, scratch, call, arguments);
            case FSTATFS -> fstatfs(scratch, call, arguments);
            case EPOLL_PWAIT -> withoutHangUp(scratch, call, arguments);
            case PPOLL -> withoutHangUpOfOne(scratch, call, arguments);
            case IOCTL -> ioctl(scratch, call, arguments);
            default -> host.call(scratch, call, arguments);
        };
    }

    private boolean lacks(Feature feature) {
        return missing.contains(feature);
    }

    private long refuse(boolean refused, long errno, SegmentAllocator scratch, SystemCall call, long... arguments) {
        return refused ? errno : host.call(scratch, call, arguments);
    }

    private long open(SegmentAllocator scratch, SystemCall call, long... arguments) {
        if (lacks(Feature.THREADS) && arguments[1] != 0) {
            return EINVAL;
        }
        return refuse(lacks(Feature.PIDFD), ENOSYS, scratch, call, arguments);
    }

    /** Before pidfs every pidfd was the one inode of its kind. */
    private long fstatfs(SegmentAllocator scratch, SystemCall call, long... arguments) {
        long result = host.call(scratch, call, arguments);
        if (result == 0 && lacks(Feature.PIDFS)) {
            FakeSystemCalls.memory(arguments[1], 8).set(ValueLayout.JAVA_LONG, 0, 0x09041934);
        }
        return result;
    }

    private long withoutHangUp(SegmentAllocator scratch, SystemCall call, long... arguments) {
        long count = host.call(scratch, call, arguments);
        if (lacks(Feature.PIDFS)) {
            EpollLayout layout = EpollLayout.of(Architecture.host());
            for (int i = 0; i < count; i++) {
                var event = FakeSystemCalls.memory(arguments[1] + (long) i * layout.bytes(), layout.bytes());
                event.set(ValueLayout.JAVA_INT_UNALIGNED, 0, layout.events(event, 0) & ~EpollLayout.HUP);
            }
        }
        return count;
    }

    private long withoutHangUpOfOne(SegmentAllocator scratch, SystemCall call, long... arguments) {
        long count = host.call(scratch, call, arguments);
        if (lacks(Feature.PIDFS)) {
            var poll = FakeSystemCalls.memory(arguments[0], 8);
            short seen = poll.get(ValueLayout.JAVA_SHORT, 6);
            poll.set(ValueLayout.JAVA_SHORT, 6, (short) (seen & ~EpollLayout.HUP));
        }
        return count;
    }

    private long ioctl(SegmentAllocator scratch, SystemCall call, long... arguments) {
        long request = arguments[1];
        if (request == PidfdInfoLayout.GET_INFO) {
            if (lacks(Feature.PROCESS_INFO)) {
                return ENOTTY;
            }
            if (lacks(Feature.EXIT_STATUS)) {
                // Such a kernel has nothing to say of a process that is gone.
                var info = FakeSystemCalls.memory(arguments[2], PidfdInfoLayout.BYTES);
                long result = host.call(scratch, call, arguments);
                boolean gone = (info.get(ValueLayout.JAVA_LONG, 0) & PidfdInfoLayout.EXIT) != 0;
                return gone ? -Errno.ESRCH.number() : result;
            }
        }
        boolean isNamespace = request >= 0xFF01 && request <= 0xFF0A;
        return isNamespace && lacks(Feature.NAMESPACES) ? ENOTTY : host.call(scratch, call, arguments);
    }
}
