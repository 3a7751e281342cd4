package dev.ring3.fuse;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.linux.Errno;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The inodes that the kernel knows, by the numbers that it knows them by; the root is 1. */
final class Nodes {
    /** {@code FUSE_ROOT_ID}. */
    static final long ROOT_ID = 1;

    /** Numbers begin after the root's; 0 means none. */
    private static final long FIRST_ID = ROOT_ID + 1;

    /** An inode with the kernel's references to it. */
    private static final class Known {
        private final OpenNode held;
        // Guarded by the monitor of Nodes.
        private long id;
        private long references;

        Known(OpenNode held) {
            this.held = held;
        }
    }

    private final Vfs vfs;
    private final NodeId root;
    private final Slots<Known> slots = new Slots<>();

    // Guarded by this object's monitor.
    private final Map<NodeId, Known> byNode = new HashMap<>();

    Nodes(Vfs vfs, NodeId root) {
        this.vfs = vfs;
        this.root = root;
    }

    /** The inode of a number; ESTALE if the kernel never had it or gave it back. */
    NodeId node(long id) {
        if (id == ROOT_ID) {
            return root;
        }
        Known known = slots.get(id - FIRST_ID);
        if (known == null) {
            throw new FsException(Errno.ESTALE, "fuse", "node " + Long.toUnsignedString(id));
        }
        return known.held.node();
    }

    /**
     * Counts one more reference of the kernel, and gives the inode's number.
     *
     * @throws FsException ESTALE if the inode has gone meanwhile
     */
    long remember(NodeId node) {
        if (node.equals(root)) {
            return ROOT_ID;
        }
        synchronized (this) {
            Known known = byNode.get(node);
            if (known != null) {
                known.references++;
                return known.id;
            }
        }
        // Not under the monitor: the volume may have to look for it.
        OpenNode held = vfs.files().hold(node);
        synchronized (this) {
            Known known = byNode.get(node);
            if (known == null) {
                known = new Known(held);
                known.id = FIRST_ID + slots.add(known);
                byNode.put(node, known);
                held = null;
            }
            known.references++;
            if (held != null) {
                held.close();
            }
            return known.id;
        }
    }

    /** Gives references back. */
    void forget(long id, long references) {
        OpenNode last = null;
        synchronized (this) {
            Known known = id == ROOT_ID ? null : slots.get(id - FIRST_ID);
            if (known == null) {
                return;
            }
            known.references -= Math.min(references, known.references);
            if (known.references == 0) {
                slots.remove(id - FIRST_ID);
                byNode.remove(known.held.node());
                last = known.held;
            }
        }
        if (last != null) {
            last.close();
        }
    }

    /** The number of an inode, if the kernel knows it. */
    OptionalLong idOf(NodeId node) {
        if (node.equals(root)) {
            return OptionalLong.of(ROOT_ID);
        }
        synchronized (this) {
            @Nullable Known known = byNode.get(node);
            return known == null ? OptionalLong.empty() : OptionalLong.of(known.id);
        }
    }

    /** All inodes that the kernel knows but the root. */
    synchronized List<NodeId> all() {
        return List.copyOf(byNode.keySet());
    }

    /** Gives everything back: the kernel is gone. */
    void clear() {
        for (NodeId node : all()) {
            idOf(node).ifPresent(id -> forget(id, Long.MAX_VALUE));
        }
    }
}
