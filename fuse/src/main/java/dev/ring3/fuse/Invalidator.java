package dev.ring3.fuse;

import dev.ring3.fs.ChangeListener;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import java.lang.foreign.Arena;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells the kernel that what it keeps is out of date, from a thread of its own: the kernel takes locks for it that a
 * request may hold whose answer waits for the thread that made the change.
 *
 * <p>The queue is bounded. When it is full, everything that the kernel knows is out of date, which is said once.
 */
final class Invalidator implements ChangeListener, Runnable {
    private static final int QUEUE_MAX = 65_536;

    /** {@code FUSE_NOTIFY_INVAL_INODE}: u64 node, i64 offset, i64 length; offset -1 for attributes alone, length 0 for all. */
    private static final int INVAL_INODE = 2;

    /** {@code FUSE_NOTIFY_INVAL_ENTRY}: u64 parent, u32 length of the name, u32 flags, the name, NUL. */
    private static final int INVAL_ENTRY = 3;

    /** {@code FUSE_NOTIFY_INC_EPOCH}, since Linux 6.16: no name is valid any more. Before that they run out. */
    private static final int INC_EPOCH = 8;

    private static final int MESSAGE_BYTES_MAX = 512;

    /** What is out of date. */
    private sealed interface Message {
        record Inode(NodeId node, boolean data) implements Message {}

        record Entry(NodeId directory, Name name) implements Message {}

        /** @param told counted down when the kernel has been told */
        record Everything(CountDownLatch told) implements Message {}

        /** Data that is on its way to a reader, which must have it first: it would ask again for ever. */
        record Stale(NodeId node, long sinceNanos) implements Message {}

        record End() implements Message {}
    }

    private final Session session;
    /** How long a reader has time to take data out of the kernel's cache. */
    private static final long STALE_NANOS = 5_000_000;

    // What there is a message for already.
    private final Set<NodeId> stale = ConcurrentHashMap.newKeySet();

    private final BlockingQueue<Message> queue = new LinkedBlockingQueue<>(QUEUE_MAX);

    // Set by who finds the queue full, taken back by the thread.
    private volatile boolean overflown;

    Invalidator(Session session) {
        this.session = session;
    }

    @Override
    public void changed(NodeId node, What what, @Nullable Name name) {
        if (MountThread.isOf(session)) {
            // The kernel asked for it, and knows.
            return;
        }
        switch (what) {
            case ENTRY_ADDED, ENTRY_REMOVED, ENTRY_REPLACED -> {
                put(new Message.Inode(node, true));
                if (name != null) {
                    put(new Message.Entry(node, name));
                }
            }
            case DATA -> put(new Message.Inode(node, true));
            case ATTRIBUTES, UNLINKED -> put(new Message.Inode(node, false));
            case SUBVOLUME -> invalidateEverything();
        }
    }

    /** The kernel is being told data of a file that it must not keep. */
    void dataIsStale(NodeId node) {
        if (stale.add(node)) {
            put(new Message.Stale(node, System.nanoTime()));
        }
    }

    /**
     * Everything is out of date: programs were attached or detached, or a subvolume shows something else.
     *
     * @return counted down when the kernel has been told; never where the mount ends before
     */
    CountDownLatch invalidateEverything() {
        CountDownLatch told = new CountDownLatch(1);
        put(new Message.Everything(told));
        return told;
    }

    void end() {
        overflown = false;
        queue.clear();
        queue.add(new Message.End());
    }

    private void put(Message message) {
        if (!queue.offer(message)) {
            overflown = true;
        }
    }

    @Override
    public void run() {
        try (Arena arena = Arena.ofConfined()) {
            Reply reply = new Reply(arena.allocate(MESSAGE_BYTES_MAX, Long.BYTES));
            while (true) {
                Message message = queue.take();
                if (message instanceof Message.End) {
                    return;
                }
                if (overflown) {
                    overflown = false;
                    stale.clear(); // some of these messages may be among those that found no room
                    sendEverything(reply);
                }
                send(message, reply);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Message message, Reply reply) throws InterruptedException {
        switch (message) {
            case Message.Inode(NodeId node, boolean data) -> sendInode(node, data, reply);
            case Message.Entry(NodeId directory, Name name) -> sendEntry(directory, name, reply);
            case Message.Everything(CountDownLatch told) -> {
                sendEverything(reply);
                told.countDown();
            }
            case Message.Stale(NodeId node, long sinceNanos) -> {
                TimeUnit.NANOSECONDS.sleep(STALE_NANOS - (System.nanoTime() - sinceNanos));
                stale.remove(node); // before: what is read from now on has a message of its own
                sendInode(node, true, reply);
            }
            case Message.End() -> {}
        }
    }

    private void sendInode(NodeId node, boolean data, Reply reply) {
        OptionalLong id = session.nodes().idOf(node);
        if (id.isPresent()) {
            reply.clear().putLong(id.getAsLong()).putLong(data ? 0 : -1).putLong(0);
            session.send(reply.finish(0, INVAL_INODE));
        }
    }

    private void sendEntry(NodeId directory, Name name, Reply reply) {
        OptionalLong id = session.nodes().idOf(directory);
        if (id.isPresent()) {
            reply.clear()
                    .putLong(id.getAsLong())
                    .putInt(name.length())
                    .putInt(0)
                    .putBytes(name.bytes());
            session.send(reply.putZeros(1).finish(0, INVAL_ENTRY));
        }
    }

    private void sendEverything(Reply reply) {
        if (session.hasEpochs()) {
            session.send(reply.clear().finish(0, INC_EPOCH));
        }
        sendInode(session.nodes().node(Nodes.ROOT_ID), true, reply);
        for (NodeId node : session.nodes().all()) {
            sendInode(node, true, reply);
        }
    }
}
