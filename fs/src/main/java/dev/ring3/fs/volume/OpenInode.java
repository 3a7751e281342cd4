package dev.ring3.fs.volume;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** An inode held open: pinned, so that it stays in memory with its count. */
final class OpenInode implements OpenNode {
    final LiveInode live;
    private final Consumer<LiveInode> whenLast;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Takes over a pin.
     *
     * @param whenLast is told when nobody holds the inode any more, before it is unpinned
     */
    OpenInode(LiveInode live, Consumer<LiveInode> whenLast) {
        this.live = live;
        this.whenLast = whenLast;
    }

    @Override
    public NodeId node() {
        return live.id;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                if (live.closed() == 0) {
                    whenLast.accept(live);
                }
            } finally {
                live.unpin();
            }
        }
    }
}
