package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One of two sockets that are connected with each other ({@code socketpair(2)}), for open files to go from one process to
 * another ({@code SCM_RIGHTS} of unix(7)). A program gets one as {@link Redirect.Open}, and it is closed here. Thread-safe.
 */
public final class UnixSocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_NOSIGNAL = 0x4000;

    private final RawFile file;

    private UnixSocket(RawFile file) {
        this.file = file;
    }

    /** Two that are connected with each other. */
    public record Pair(UnixSocket one, UnixSocket other) implements AutoCloseable {
        @Override
        public void close() {
            try (one) {
                other.close();
            }
        }
    }

    /**
     * Makes two, which programs that are started do not inherit.
     *
     * @param what names them in messages
     * @throws LinuxException with {@link Errno#EMFILE} or {@link Errno#ENFILE} if there can be no more
     */
    public static Pair pair(String what) {
        return pair(HostSystemCalls.get(), what);
    }

    static Pair pair(SystemCalls calls, String what) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment pair = memory.allocate(2 * Integer.BYTES, Integer.BYTES);
            long result = calls.call(memory, SystemCall.SOCKETPAIR, AF_UNIX, SOCK_STREAM_CLOEXEC, 0, pair.address());
            LinuxException.require(result, "socketpair", what);
            RawFile one = new RawFile(calls, pair.get(ValueLayout.JAVA_INT, 0), what, false);
            RawFile other = new RawFile(calls, pair.get(ValueLayout.JAVA_INT, Integer.BYTES), what, false);
            return new Pair(new UnixSocket(one), new UnixSocket(other));
        }
    }

    /** The socket as a file, which stays this object's. */
    public RawFile file() {
        return file;
    }

    /**
     * Sends an open file to whoever has the other socket; it stays open here.
     *
     * @throws LinuxException with {@link Errno#EPIPE} if nobody has
     */
    public void send(RawFile open) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment message = memory.allocate(MessageLayout.BYTES, Long.BYTES);
            long result = open.owned().use(descriptor -> {
                MessageLayout.encode(message, descriptor);
                return transfer(memory, SystemCall.SENDMSG, message, MSG_NOSIGNAL);
            });
            LinuxException.require(result, "sendmsg", object());
        }
    }

    /**
     * Waits for an open file from whoever has the other socket.
     *
     * @param what names it in messages
     * @return empty if the other socket is closed, and none will come
     * @throws LinuxException with {@link Errno#EPROTO} for a message without one
     */
    public Optional<RawFile> receive(String what) {
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment message = memory.allocate(MessageLayout.BYTES, Long.BYTES);
            MessageLayout.prepare(message);
            long count = transfer(memory, SystemCall.RECVMSG, message, MSG_CMSG_CLOEXEC);
            LinuxException.require(count, "recvmsg", object());
            OptionalInt descriptor = MessageLayout.descriptor(message);
            if (descriptor.isPresent()) {
                return Optional.of(new RawFile(file.calls(), descriptor.getAsInt(), what, false));
            }
            if (count > 0) {
                throw new LinuxException("recvmsg", object() + ", without a file", Errno.EPROTO.number());
            }
            return Optional.empty();
        }
    }

    private long transfer(CallMemory memory, SystemCall call, MemorySegment message, int flags) {
        return file.owned()
                .use(socket -> Retry.whileInterrupted(
                        () -> file.calls().call(memory, call, socket, message.address(), flags)));
    }

    private String object() {
        return file.owned().object();
    }

    @Override
    public void close() {
        file.close();
    }
}
