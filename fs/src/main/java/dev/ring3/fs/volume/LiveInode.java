package dev.ring3.fs.volume;

import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.order.FsLocks;
import dev.ring3.mm.lock.LockClass;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * An inode in memory: its lock, its state, and what is known of a directory's names. There is at most one for an inode
 * that somebody has pinned, so that its lock excludes.
 */
final class LiveInode {
    private static final LockClass INODE = LockClass.named("inode");

    /** Marks of {@link State#look}. */
    private static final int UNSEEN = 0;

    private static final int SEEN = 1;
    private static final int SUPERSEDED = 2;

    private static final int EVICTED = -1;

    /** Names of one directory that are kept; all are forgotten when there are more. */
    private static final int ENTRIES_MAX = 1 << 16;

    /**
     * What an inode is at one moment; the record never changes. Whether somebody looked at its change attribute is told
     * by an atomic mark, because readers take no lock: a reader marks it seen, a writer that leaves the attribute as it
     * is marks it superseded first, and whichever comes second knows.
     */
    static final class State {
        final InodeRecord record;
        final boolean gone;
        private final AtomicInteger look;

        private State(InodeRecord record, boolean gone, int look) {
            this.record = record;
            this.gone = gone;
            this.look = new AtomicInteger(look);
        }

        /** As found in the store: what was before memory began counts as looked at. */
        static State loaded(InodeRecord record) {
            return new State(record, false, SEEN);
        }

        /** That there is none. */
        static State gone(InodeRecord record) {
            return new State(record, true, SEEN);
        }

        /** After a change whose change attribute nobody has seen yet. */
        static State unseen(InodeRecord record) {
            return new State(record, false, UNSEEN);
        }

        /** Whether the change attribute of this state may be shown; else a writer is about to replace it. */
        boolean markSeen() {
            return look.get() == SEEN || look.compareAndSet(UNSEEN, SEEN) || look.get() == SEEN;
        }

        /** Whether the change attribute may stay as it is in the next state, because nobody has seen this one. */
        boolean supersedeUnseen() {
            return look.compareAndSet(UNSEEN, SUPERSEDED);
        }
    }

    final NodeId id;

    /** The order of these locks is that of the inodes' identities. */
    final ReentrantReadWriteLock lock;

    /** Names that were looked up; a value of {@link Entry#ABSENT} for those that are not there. Changed under lock. */
    final ConcurrentHashMap<Name, Entry> entries = new ConcurrentHashMap<>(0);

    /** The latest transaction that wrote it; written under lock. */
    volatile long transaction;

    volatile @Nullable State state; // written under lock; null until it is loaded

    /** The content of a regular file, as far as it is in memory; set with the lock held, or nobody using it. */
    final AtomicReference<@Nullable CachedFile> content = new AtomicReference<>();

    volatile boolean recent = true; // second chance when the cache is full
    private final AtomicInteger pins = new AtomicInteger();
    private final AtomicInteger opens = new AtomicInteger();

    /** What a name leads to. */
    record Entry(@Nullable Dirent dirent, long cookie) {
        static final Entry ABSENT = new Entry(null, 0);
    }

    LiveInode(NodeId id) {
        this.id = id;
        this.lock = FsLocks.readWriteLock(INODE, id);
    }

    /** Remembers what a name leads to; one that has very many begins anew. */
    void remember(Name name, Entry entry) {
        if (entries.size() >= ENTRIES_MAX) {
            entries.clear();
        }
        entries.put(name, entry);
    }

    /** Keeps it in memory; false if it is on its way out. */
    boolean pin() {
        int before = pins.get();
        while (before != EVICTED) {
            if (pins.compareAndSet(before, before + 1)) {
                return true;
            }
            before = pins.get();
        }
        return false;
    }

    void unpin() {
        pins.decrementAndGet();
    }

    /** Takes it out of use if nobody has pinned it. */
    boolean evict() {
        return pins.compareAndSet(0, EVICTED);
    }

    /** One more that holds it open; with the lock held at least shared. */
    void opened() {
        opens.incrementAndGet();
    }

    /** One less; returns how many are left. */
    int closed() {
        return opens.decrementAndGet();
    }

    boolean isOpen() {
        return opens.get() > 0;
    }
}
