package dev.ring3.fs.volume;

import dev.ring3.fs.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Inodes pinned and locked exclusively, in the order of their identities, each once. Closing lets go of all. */
final class LockSet implements AutoCloseable {
    private final List<LiveInode> locked = new ArrayList<>();

    LockSet(InodeCache inodes, NodeId... ids) {
        NodeId[] sorted = ids.clone();
        Arrays.sort(sorted);
        for (NodeId id : sorted) {
            if (locked.isEmpty() || !locked.getLast().id.equals(id)) {
                LiveInode live = inodes.pin(id);
                live.lock.writeLock().lock();
                locked.add(live);
            }
        }
    }

    LiveInode get(NodeId id) {
        for (LiveInode live : locked) {
            if (live.id.equals(id)) {
                return live;
            }
        }
        throw new IllegalStateException(id + " is not locked");
    }

    void forEach(Consumer<LiveInode> action) {
        locked.forEach(action);
    }

    @Override
    public void close() {
        for (LiveInode live : locked.reversed()) {
            live.lock.writeLock().unlock();
            live.unpin();
        }
    }
}
