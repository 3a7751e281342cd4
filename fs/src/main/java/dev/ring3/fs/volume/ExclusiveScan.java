package dev.ring3.fs.volume;

import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.extent.ExclusiveBlocks;
import dev.ring3.fs.store.FrozenStore;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Finds what a subvolume alone holds, of one moment: it walks over all extents that the subvolume sees, and asks of each
 * whether another subvolume that builds on the node which wrote it sees it too. So it costs what is there, and for each extent
 * as many looks as there are others that have replaced it; most end with the first.
 */
final class ExclusiveScan {
    private final FrozenStore store;
    private final Subvolume subvolume;
    private final List<View> others;
    private final Map<Long, List<View>> seeing = new HashMap<>(); // node to the others that build on it
    private final VolumeReport.Progress progress;
    private long records;

    private ExclusiveScan(FrozenStore store, SubvolumeId id, VolumeReport.Progress progress) {
        this.store = store;
        this.progress = progress;
        SnapshotTree tree = SnapshotTree.load(store);
        Subvolumes subvolumes = Subvolumes.load(store, tree);
        this.subvolume = subvolumes.require(id, "count usage");
        this.others = subvolumes.all().stream()
                .filter(each -> each != subvolume)
                .map(Subvolume::view)
                .sorted(Comparator.comparingInt(view -> -common(view)))
                .toList();
    }

    /** How much history another has in common: who has most has most likely the same data. */
    private int common(View other) {
        return (int)
                LongStream.of(subvolume.view().lineage()).filter(other::sees).count();
    }

    static ExclusiveUsage run(VolumeCore core, SubvolumeId id, VolumeReport.Progress progress) {
        core.writeback().flushAll();
        try (FrozenStore store = new FrozenStore(core.store())) {
            return new ExclusiveScan(store, id, progress).run();
        }
    }

    private ExclusiveUsage run() {
        ExclusiveBlocks blocks = new ExclusiveBlocks(store);
        View view = subvolume.view();
        ChangedInodes inodes =
                new ChangedInodes(store, LongStream.of(view.lineage()).boxed().toList(), 0);
        while (inodes.next()) {
            try (ViewScan scan = new ViewScan(view, Kind.EXTENT, inodes.ino(), 0)) {
                while (scan.next()) {
                    Version version = scan.version();
                    blocks.add(version.value(), !isSeenElsewhere(scan.item(), version.node()));
                    progress.at(++records);
                }
            }
        }
        long exclusive = blocks.exclusiveBytes();
        return new ExclusiveUsage(exclusive, blocks.storedBytes() - exclusive, store.lastWritten());
    }

    private boolean isSeenElsewhere(Item item, long node) {
        List<View> building = seeing.computeIfAbsent(
                node, id -> others.stream().filter(each -> each.sees(id)).toList());
        for (View other : building) {
            Version seen = other.find(item);
            if (seen != null && seen.node() == node) {
                return true;
            }
        }
        return false;
    }
}
