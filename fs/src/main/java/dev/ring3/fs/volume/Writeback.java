package dev.ring3.fs.volume;

import dev.ring3.fs.FsException;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.extent.FileData;
import dev.ring3.fs.extent.PreparedWrite;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names what was written to files: one transaction for a file points its records at all the data that waited, so a crash
 * leaves that file as it was at some moment since its last sync. Most of the data is written and forced before, with no
 * lock; under the inode's lock only what came meanwhile. That, or all of it if it is little, goes into the records
 * themselves, so that a small sync is one sync.
 */
final class Writeback {
    /** How often what came meanwhile is written before the file is locked. */
    private static final int ROUNDS_MAX = 4;

    private final VolumeCore core;

    Writeback(VolumeCore core) {
        this.core = core;
    }

    /** Names what was written to a file before; not durable. The caller holds no lock, or the freeze exclusively. */
    void flush(LiveInode live) {
        CachedFile file = live.content.get();
        if (file == null || !file.isDirty()) {
            return;
        }
        finish(file);
    }

    /**
     * The work that nobody need wait for, until what comes meanwhile is so little that it goes into the records: who reads
     * or writes the file then waits for no data to reach the medium. Only a writer that is quicker than the medium
     * leaves more.
     */
    private static void prepare(CachedFile file) {
        int rounds = 0;
        while (file.dirtyBytes() > FileData.SMALL_BYTES_MAX && rounds++ < ROUNDS_MAX) {
            file.writeBack();
            file.staged.force();
        }
        file.staged.force();
    }

    private void finish(CachedFile file) {
        prepare(file);
        LiveInode live = file.live;
        Subvolume subvolume = core.subvolumes().find(live.id.subvolume());
        if (subvolume == null) {
            return; // it was deleted, with what was written to it
        }
        subvolume.freeze.readLock().lock();
        try (LockSet _ = new LockSet(core.inodes(), live.id)) {
            if (core.subvolumes().find(subvolume.id) == subvolume) {
                flushLocked(subvolume, live);
            }
        } finally {
            subvolume.freeze.readLock().unlock();
        }
    }

    /** Names what was written to a file. Its lock is held exclusively, the freeze of the subvolume too, or shared. */
    void flushLocked(Subvolume subvolume, LiveInode live) {
        CachedFile file = live.content.get();
        if (file == null || !file.isDirty()) {
            return;
        }
        file.writeBackRest();
        try (PreparedWrite prepared = file.staged.prepare();
                Transaction change = new Transaction(core, subvolume)) {
            change.batch().fromReserve(); // its space was claimed when it was accepted
            InodeRecord draft = change.restored(live);
            ExtentItems records = new ExtentItems(change.view(), live.id.ino().value(), draft);
            long bytes = core.data().apply(change.data(), records, prepared) * Reserved.BLOCK_BYTES;
            records.flush(change);
            draft.allocatedBytes += bytes;
            change.countBytes(file.acceptedBytes(), bytes);
            change.settle(draft.unstoredBytes);
            draft.named();
            change.commit();
        }
        file.named();
    }

    /** Names what was written to a subvolume. ESTALE, EIO. The caller holds no inode's lock. */
    void flush(SubvolumeId subvolume) {
        flushMatching(subvolume);
    }

    /** Names what was written to any file, as far as it can be; throws the first failure. */
    void flushAll() {
        flushMatching(null);
    }

    private void flushMatching(@Nullable SubvolumeId subvolume) {
        if (!core.cache().hasDirty()) {
            return;
        }
        List<CachedFile> files = core.cache().dirtyFiles().stream()
                .filter(file -> subvolume == null || file.live.id.subvolume().equals(subvolume))
                .filter(file -> file.live.pin())
                .toList();
        FsException first = null;
        try {
            for (Step step : Step.values()) { // one sync of a segment is for all files that have data in it
                for (CachedFile file : files) {
                    first = orEarlier(first, attempt(step, file));
                }
            }
        } finally {
            files.forEach(file -> file.live.unpin());
        }
        if (first != null) {
            throw first;
        }
    }

    private enum Step {
        WRITE,
        FORCE,
        NAME
    }

    private @Nullable FsException attempt(Step step, CachedFile file) {
        try {
            switch (step) {
                case WRITE -> {
                    if (file.isDirty()) {
                        file.writeBack();
                    }
                }
                case FORCE -> file.staged.force();
                case NAME -> finish(file);
            }
            return null;
        } catch (FsException e) {
            return e;
        }
    }

    private static @Nullable FsException orEarlier(@Nullable FsException first, @Nullable FsException next) {
        return first == null ? next : first;
    }
}
