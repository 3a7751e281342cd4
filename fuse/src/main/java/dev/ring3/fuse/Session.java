package dev.ring3.fuse;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.HookPoint;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.linux.Errno;
import dev.ring3.linux.IoFlags;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.RawFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What all handlers of one mount share: the connection with the kernel, what was agreed on, and the tables. */
final class Session {
    /** The most data in one request; the kernel's own limit is 256 pages unless raised. */
    static final int DATA_BYTES_MAX = 1 << 20;

    /** How long the kernel keeps names and attributes; every change by others is told to it before. */
    private static final int VALID_SECONDS = 60;

    private static final int MAJOR = 7;
    private static final int MINOR = 44;

    /** Where {@code FUSE_NOTIFY_INC_EPOCH} came. */
    private static final int MINOR_WITH_EPOCHS = 44;

    /** {@code FUSE_COMPAT_22_INIT_OUT_SIZE} and older are not spoken to: Linux 2.6.28. */
    private static final int MINOR_MIN = 23;

    private static final int INIT_OUT_SPARE_BYTES = 22;
    private static final int BACKGROUND_MAX = 64;
    private static final int CONGESTION = 48;
    private static final int PAGE_BYTES = 4096;
    private static final int NOTIFY_POLL = 1;

    private static final EnumSet<InitFlag> WANTED =
            EnumSet.complementOf(EnumSet.of(InitFlag.WRITEBACK_CACHE, InitFlag.READDIRPLUS_AUTO));

    private final Vfs vfs;
    private final RawFile device;
    private final MountOptions options;
    private final Client client;
    private final Nodes nodes;
    private final Handles handles;
    private final Interrupts interrupts = new Interrupts();

    // Written by the thread that answers INIT, before any other request is sent.
    private volatile Set<InitFlag> agreed = EnumSet.noneOf(InitFlag.class);

    private volatile int kernelMinor;

    // Set once, before the first request.
    private volatile Consumer<NodeId> forgetting = _ -> {};

    Session(Vfs vfs, RawFile device, MountOptions options, Client client) {
        this.vfs = vfs;
        this.device = device;
        this.options = options;
        this.client = client;
        this.nodes = new Nodes(vfs, options.root().orElse(vfs.root()));
        this.handles = new Handles(vfs);
    }

    Vfs vfs() {
        return vfs;
    }

    Nodes nodes() {
        return nodes;
    }

    Handles handles() {
        return handles;
    }

    Client client() {
        return client;
    }

    Interrupts interrupts() {
        return interrupts;
    }

    RawFile device() {
        return device;
    }

    boolean has(InitFlag flag) {
        return agreed.contains(flag);
    }

    /** Whether the kernel can be told that no name is valid any more. */
    boolean hasEpochs() {
        return kernelMinor >= MINOR_WITH_EPOCHS;
    }

    /** What is known of a subvolume; ENOTTY where the namespace has none. */
    SubvolumeInfo subvolume(SubvolumeId id) {
        return options.subvolumes()
                .orElseThrow(() -> new FsException(Errno.ENOTTY, "ioctl", "no subvolumes here"))
                .info(id);
    }

    /** The inode that a request is about. */
    NodeId node(Request request) {
        return nodes.node(request.nodeId());
    }

    /** The directory above; the mount's root is its own. */
    NodeId parent(NodeId directory) {
        return directory.equals(nodes.node(Nodes.ROOT_ID))
                ? directory
                : vfs.names().parent(directory);
    }

    /** Who asks. */
    Caller caller(Request request) {
        int process = request.pid();
        Credentials credentials =
                Credentials.ofLazy(request.uid(), request.gid(), () -> process == 0 ? new int[0] : groups(process));
        return new Caller(credentials, client, process, 0, 0, "", Caller.Patience.WAIT);
    }

    /** The supplementary groups of a thread that waits for our answer; none if it was killed meanwhile. */
    private static int[] groups(int thread) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Integer.toString(thread), "status"))) {
                if (line.startsWith("Groups:")) {
                    return Arrays.stream(
                                    line.substring("Groups:".length()).strip().split(" "))
                            .filter(group -> !group.isEmpty())
                            .mapToInt(Integer::parseUnsignedInt)
                            .toArray();
                }
            }
            return new int[0];
        } catch (IOException | UncheckedIOException e) {
            return new int[0];
        }
    }

    /** How long the kernel may keep what it learns of an inode, or of a directory's names. */
    int validSeconds(NodeId node) {
        return isUncached() || vfs.isVolatile(node) ? 0 : VALID_SECONDS;
    }

    /** Sets what lets the kernel forget the data of a file, later. */
    void setForgetting(Consumer<NodeId> how) {
        forgetting = how;
    }

    /** The kernel is about to get data that it must not keep. */
    void dataIsStale(NodeId node) {
        forgetting.accept(node);
    }

    /** Whether programs decide on every access, so that the kernel must ask each time. */
    boolean isUncached() {
        return vfs.isHooked(HookPoint.LOOKUP) || vfs.isHooked(HookPoint.OPEN) || vfs.isHooked(HookPoint.READ);
    }

    /**
     * Agrees with the kernel on what to use ({@code struct fuse_init_in} and {@code fuse_init_out}).
     *
     * <p>In: u32 major, u32 minor, u32 readahead, u32 flags, u32 flags2.
     */
    void init(Request request, Reply reply) {
        int major = request.intAt(0);
        int minor = request.intAt(4);
        if (major > MAJOR) {
            // The kernel speaks to us again, in the version that we name.
            reply.putInt(MAJOR).putInt(MINOR);
            return;
        }
        if (major < MAJOR || minor < MINOR_MIN) {
            throw new FsException(Errno.EPROTO, "fuse", "version %d.%d of the kernel".formatted(major, minor));
        }
        int readAhead = request.intAt(8);
        long offered = Integer.toUnsignedLong(request.intAt(12));
        if ((offered & InitFlag.INIT_EXT.mask()) != 0) {
            offered |= Integer.toUnsignedLong(request.intAt(16)) << 32;
        }
        EnumSet<InitFlag> flags = EnumSet.noneOf(InitFlag.class);
        long bits = 0;
        for (InitFlag flag : WANTED) {
            if ((offered & flag.mask()) != 0) {
                flags.add(flag);
                bits |= flag.mask();
            }
        }
        if (options.writeback() && (offered & InitFlag.WRITEBACK_CACHE.mask()) != 0) {
            flags.add(InitFlag.WRITEBACK_CACHE);
            bits |= InitFlag.WRITEBACK_CACHE.mask();
        }
        agreed = flags;
        kernelMinor = minor;
        reply.putInt(MAJOR)
                .putInt(Math.min(minor, MINOR))
                .putInt(readAhead)
                .putInt((int) bits)
                .putShort(BACKGROUND_MAX)
                .putShort(CONGESTION)
                .putInt(DATA_BYTES_MAX)
                .putInt(1) // times are in nanoseconds
                .putShort(DATA_BYTES_MAX / PAGE_BYTES)
                .putShort(0)
                .putInt((int) (bits >>> 32))
                .putInt(0)
                .putShort(0)
                .putZeros(INIT_OUT_SPARE_BYTES);
    }

    /** Sends an answer; one that nobody waits for any more is no error. */
    void send(List<MemorySegment> message) {
        try {
            device.write(message, RawFile.NEXT, IoFlags.NONE);
        } catch (LinuxException e) {
            // ENOENT: the request was interrupted, or what was to be invalidated is not cached; the others: unmounted.
            if (!List.of(Errno.ENOENT, Errno.ENODEV, Errno.ECONNABORTED, Errno.ENOTCONN)
                    .contains(e.errno())) {
                throw e;
            }
        }
    }

    /** Answers a request that was put off, with an errno or without. */
    void sendLater(long unique, int error) {
        try (Arena arena = Arena.ofConfined()) {
            send(new Reply(arena.allocate(Reply.HEADER_BYTES, Long.BYTES)).finish(unique, -error));
        }
    }

    /** Says that a file that somebody polls has changed ({@code FUSE_NOTIFY_POLL}: u64 what POLL named it by). */
    void notifyPoll(long pollHandle) {
        try (Arena arena = Arena.ofConfined()) {
            Reply reply = new Reply(arena.allocate(Reply.HEADER_BYTES + Long.BYTES, Long.BYTES));
            send(reply.putLong(pollHandle).finish(0, NOTIFY_POLL));
        }
    }

    /** Gives everything back that the kernel had; when it is gone. */
    void end() {
        handles.clear();
        nodes.clear();
        vfs.release(client);
    }
}
