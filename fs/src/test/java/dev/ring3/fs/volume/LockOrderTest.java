package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameGuard;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.order.LockOrderException;
import dev.ring3.mm.lock.LockValidator;
import dev.ring3.mm.lock.PotentialDeadlockException;
import org.junit.jupiter.api.Test;

/** That the volume's locks are validated in tests, and orders that once were wrong. */
@SuppressWarnings("LockNotBeforeTry") // how locks are taken is what is tried here
class LockOrderTest {
    private static final NewNode DIRECTORY = NewNode.of(FileType.DIRECTORY, 0755, 0, 1, 1);

    private final TestDisk disk = new TestDisk();

    private static NodeId make(Volume volume, NodeId above, String name) {
        return volume.create(above, Name.of(name), DIRECTORY, Guard.NONE).node().node();
    }

    /** What is above the new place is not in memory, and comes before what the rename has locked. */
    @Test
    void rename_belowDirectoriesThatAreNotInMemory_locksNoneOfThem() {
        NodeId below;
        try (Volume volume = disk.open()) {
            NodeId above = make(volume, volume.root(), "above");
            below = make(volume, above, "below");
            make(volume, volume.root(), "moved");
        }
        try (Volume volume = disk.open()) {
            Name moved = Name.of("moved");
            volume.rename(volume.root(), moved, below, moved, RenameMode.REPLACE, RenameGuard.NONE);
            assertThat(volume.find(below, moved, StatMask.QUIET)).isNotNull();
        }
    }

    /** Inodes in the wrong order; an inode under the lock of a subvolume's record. */
    @Test
    void control_locksOfTheVolumeInAWrongOrder_areFound() {
        assumeTrue(LockValidator.ENABLED, "locks are not validated in this JVM");
        try (LockValidator.Trial _ = LockValidator.trial();
                Volume volume = disk.open()) {
            NodeId first = make(volume, volume.root(), "first");
            NodeId second = make(volume, volume.root(), "second");
            InodeCache inodes = volume.parts.core().inodes();
            try (LockSet _ = new LockSet(inodes, second)) {
                assertThatThrownBy(() -> new LockSet(inodes, first)).isInstanceOf(LockOrderException.class);
            }
            Subvolume subvolume = volume.parts.core().subvolumes().require(SubvolumeId.FIRST, "the test");
            try (LockSet _ = new LockSet(inodes, first)) {
                subvolume.recordLock.lock();
                subvolume.recordLock.unlock();
            }
            subvolume.recordLock.lock();
            try {
                assertThatThrownBy(() -> new LockSet(inodes, first)).isInstanceOf(PotentialDeadlockException.class);
            } finally {
                subvolume.recordLock.unlock();
            }
        }
    }
}
