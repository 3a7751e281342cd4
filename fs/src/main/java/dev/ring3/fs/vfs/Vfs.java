package dev.ring3.fs.vfs;

import dev.ring3.fs.ChangeListener;
import dev.ring3.fs.DelayException;
import dev.ring3.fs.FileTree;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.LockTable;
import dev.ring3.fs.lock.OpenEntry;
import dev.ring3.fs.lock.OpenResult;
import dev.ring3.fs.lock.OpenTable;
import dev.ring3.fs.lock.Recall;
import dev.ring3.fs.lock.Use;
import dev.ring3.linux.Errno;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One namespace for all front ends, over a volume and what is mounted in it. The package comment says what each operation
 * goes through. Operations on names are in {@link #names}, on attributes in {@link #attributes}, on content in
 * {@link #files}.
 */
public final class Vfs {
    /** How long a caller waits for another client's lease; NFS revokes one that is not given back before that. */
    public static final int LEASE_WAIT_SECONDS_MAX = 120;

    /** The subvolume number of trees that are mounted and are no volume; the first of them. */
    public static final SubvolumeId FIRST_MOUNTED = new SubvolumeId(0xffff_ffffL);

    /** A place in the namespace where another tree begins; never listed. */
    private record Mountpoint(NodeId directory, Name name) {}

    private final FileTree volume;
    private final LockTable locks = new LockTable();
    private final OpenTable opens = new OpenTable();
    private final Names names;
    private final Attributes attributes;
    private final Files files;

    private final AtomicLong clients = new AtomicLong();

    // Replaced as a whole: read by every operation, written when the server is put together.
    private volatile Map<Mountpoint, FileTree> mounts = Map.of();
    private volatile @Nullable AccessHooks hooks;

    /** A namespace of this volume alone. */
    public Vfs(FileTree volume) {
        this.volume = volume;
        this.names = new Names(this);
        this.attributes = new Attributes(this);
        this.files = new Files(this);
        recallWithRollbacks();
    }

    /** A namespace of this volume alone, whose operations are measured. */
    public Vfs(FileTree volume, OperationObserver observer) {
        Stopwatch stopwatch = new Stopwatch(observer);
        this.volume = volume;
        this.names = new ObservedNames(this, stopwatch);
        this.attributes = new ObservedAttributes(this, stopwatch);
        this.files = new ObservedFiles(this, stopwatch);
        recallWithRollbacks();
    }

    /** Whoever was promised that a file stays as it is shall not believe it when its subvolume shows something else. */
    private void recallWithRollbacks() {
        // Ends with the volume.
        var _ = volume.observe((_, what, _) -> {
            if (what == ChangeListener.What.SUBVOLUME) {
                recallLeases();
            }
        });
    }

    /** The directory where everything begins. */
    public NodeId root() {
        return volume.root();
    }

    /** Operations on names. */
    public Names names() {
        return names;
    }

    /** Operations on attributes, extended attributes and ACLs. */
    public Attributes attributes() {
        return attributes;
    }

    /** Open files and their content. */
    public Files files() {
        return files;
    }

    /** The advisory locks of all front ends. */
    public LockTable locks() {
        return locks;
    }

    /** The open files and leases of all front ends. */
    public OpenTable opens() {
        return opens;
    }

    /**
     * Puts a tree under a name, which no directory lists. A name that the volume has there is hidden.
     *
     * @throws IllegalArgumentException for a tree whose subvolume number is that of another, or of the volume's
     */
    public synchronized void mount(NodeId directory, Name name, FileTree tree) {
        SubvolumeId id = tree.root().subvolume();
        if (id.compareTo(FIRST_MOUNTED) < 0 || !tree(id).equals(volume)) {
            throw new IllegalArgumentException("a tree whose root is " + tree.root());
        }
        Map<Mountpoint, FileTree> changed = new HashMap<>(mounts);
        if (changed.putIfAbsent(new Mountpoint(directory, name), tree) != null) {
            throw new IllegalArgumentException("two trees at " + name + " in " + directory);
        }
        mounts = Map.copyOf(changed);
    }

    /** A client that is like no other, for a front end in this process; {@link #release} when it ends. */
    public Client newClient(Client.Origin origin) {
        return new Client(origin, clients.incrementAndGet());
    }

    /** Tells a listener of every change of the volume from now on, until what is returned is closed. */
    public AutoCloseable observe(ChangeListener listener) {
        return volume.observe(listener);
    }

    /** Sets what asks programs; null for nothing. Operations that began are not affected. */
    public void setHooks(@Nullable AccessHooks hooks) {
        this.hooks = hooks;
    }

    /** Whether programs are attached at a point, so that a front end may not answer from a client's cache. */
    public boolean isHooked(HookPoint point) {
        AccessHooks present = hooks;
        return present != null && present.isAttached(point);
    }

    /** Closes everything that a client has open, and frees its locks and leases; when the client is gone. */
    public void release(Client client) {
        opens.closeClient(client);
        locks.releaseClient(client);
    }

    /** Whether an inode's tree changes by itself, so that no client may keep anything of it. */
    public boolean isVolatile(NodeId node) {
        return tree(node).isVolatile();
    }

    FileTree tree(NodeId node) {
        return tree(node.subvolume());
    }

    private FileTree tree(SubvolumeId id) {
        if (id.compareTo(FIRST_MOUNTED) < 0) {
            return volume;
        }
        for (FileTree tree : mounts.values()) {
            if (tree.root().subvolume().equals(id)) {
                return tree;
            }
        }
        return volume;
    }

    /** The tree that holds both inodes; EXDEV if none does. */
    FileTree tree(NodeId one, NodeId other, String operation) {
        FileTree tree = tree(one);
        if (!tree.equals(tree(other))) {
            throw new FsException(Errno.EXDEV, operation, one + " and " + other);
        }
        return tree;
    }

    Stat stat(NodeId node) {
        return tree(node).stat(node, StatMask.QUIET);
    }

    /** The tree that begins at a name, or null. */
    @Nullable
    FileTree mountedAt(NodeId directory, Name name) {
        Map<Mountpoint, FileTree> present = mounts;
        return present.isEmpty() ? null : present.get(new Mountpoint(directory, name));
    }

    /** The directory in which a mounted tree begins, if this is the root of one. */
    @Nullable
    NodeId directoryOfMount(NodeId root) {
        for (Map.Entry<Mountpoint, FileTree> mount : mounts.entrySet()) {
            if (mount.getValue().root().equals(root)) {
                return mount.getKey().directory();
            }
        }
        return null;
    }

    /** Asks the programs; a caller has found with {@link #isHooked} that there are some. */
    void check(Request request) {
        AccessHooks present = hooks;
        if (present != null) {
            present.check(request);
        }
    }

    /** Asks the programs about an operation on an inode, if any are attached. */
    void checkNode(Operation operation, Caller caller, NodeId node) {
        if (isHooked(operation.point())) {
            check(Request.ofNode(operation, caller, node));
        }
    }

    /** Asks the programs about an operation on a range of an open file, if any are attached. */
    void checkFile(Operation operation, Caller caller, OpenFile file, long offsetBytes, long lengthBytes) {
        if (isHooked(operation.point())) {
            check(Request.ofFile(operation, caller, file, offsetBytes, lengthBytes));
        }
    }

    /**
     * Calls back every lease that there is, once; after programs were attached that must be asked from now on about what
     * clients would answer from their caches. Does not wait.
     */
    public void recallLeases() {
        opens.recallAll();
    }

    /** Calls leases of others back, and keeps new ones away until the pass is closed. */
    Pass enter(Caller caller, NodeId node, String operation) {
        return new Pass(opens, admit(caller, node, operation, () -> opens.enter(node, caller.client(), Use.WRITE)));
    }

    /** Asks the table of opens until no lease is in the way; EBUSY if another open denies it. */
    OpenEntry admit(Caller caller, NodeId node, String operation, Supplier<OpenResult> request) {
        while (true) {
            switch (request.get()) {
                case OpenResult.Opened(OpenEntry entry) -> {
                    return entry;
                }
                case OpenResult.Denied(OpenEntry holder) ->
                    throw new FsException(
                            Errno.EBUSY, operation, "%s, which %s denies".formatted(node, holder.client()));
                case OpenResult.Leased(Recall recall) -> await(caller, recall, operation, node);
            }
        }
    }

    /** Waits until leases are given back, if the caller has the patience. */
    private void await(Caller caller, Recall recall, String operation, NodeId node) {
        if (caller.patience() == Caller.Patience.COME_AGAIN) {
            throw new DelayException(operation, node + " has a lease", recall);
        }
        try {
            recall.whenClear().toCompletableFuture().get(LEASE_WAIT_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FsException(Errno.EINTR, operation, node + " has a lease", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new FsException(Errno.EIO, operation, node + ": a lease was not given back", e);
        }
    }
}
