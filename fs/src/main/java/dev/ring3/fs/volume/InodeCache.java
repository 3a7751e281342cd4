package dev.ring3.fs.volume;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The inodes in memory, bounded: the oldest that was not used lately goes (second chance). Pinned ones stay, so the bound
 * is exceeded by what is open.
 */
final class InodeCache {
    /** How many are looked at for one that comes in. */
    private static final int CHANCES = 8;

    private final int capacity;
    private final ConcurrentHashMap<NodeId, LiveInode> inodes = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<LiveInode> order = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    InodeCache(int capacity) {
        this.capacity = capacity;
    }

    /** An inode that is in memory, not pinned: good for a look at its state alone. */
    @Nullable
    LiveInode peek(NodeId id) {
        LiveInode live = inodes.get(id);
        if (live != null && !live.recent) {
            live.recent = true;
        }
        return live;
    }

    /** An inode, pinned: {@link LiveInode#unpin} gives it back. Its state may not be loaded yet. */
    LiveInode pin(NodeId id) {
        while (true) {
            LiveInode live = inodes.get(id);
            if (live == null) {
                live = new LiveInode(id);
                live.pin();
                if (inodes.putIfAbsent(id, live) == null) {
                    order.add(live);
                    size.incrementAndGet();
                    shrink();
                    return live;
                }
            } else if (live.pin()) {
                live.recent = true;
                return live;
            } else {
                inodes.remove(id, live); // evicted, and not yet taken out by whoever did
            }
        }
    }

    private void shrink() {
        for (int i = 0; i < CHANCES && size.get() > capacity; i++) {
            LiveInode oldest = order.poll();
            if (oldest == null) {
                return;
            }
            if (oldest.recent) {
                oldest.recent = false;
                order.add(oldest);
            } else if (oldest.evict()) {
                size.decrementAndGet();
                inodes.remove(oldest.id, oldest);
                FileCache.drop(oldest); // clean, or it would be pinned
            } else {
                order.add(oldest);
            }
        }
    }

    /** Every inode of a subvolume that is in memory, pinned meanwhile. */
    void forEach(SubvolumeId subvolume, Consumer<LiveInode> action) {
        for (LiveInode live : inodes.values()) {
            if (live.id.subvolume().equals(subvolume) && live.pin()) {
                try {
                    action.accept(live);
                } finally {
                    live.unpin();
                }
            }
        }
    }

    int size() {
        return size.get();
    }
}
